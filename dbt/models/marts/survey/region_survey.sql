-- The regions' own word of their supply of staff: the answers as they were given, of professions in force.
select
    year,
    county,
    profession_code,
    experience,
    assessment
from {{ ref('int_region_survey') }}
order by year, county, profession_code, experience
