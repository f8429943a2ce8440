-- Physicians in specialist training: by specialty in the nation, by area in all.
select
    year,
    {{ nation_by('specialty') }},
    * exclude (year, level, area, specialty)
from {{ ref('int_st_training') }}
where level = 'nation' or specialty = 'total'
