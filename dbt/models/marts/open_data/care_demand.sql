-- The nation's population weighted by how much care its ages use, against the last year counted: open data.
select
    year,
    care_area,
    index
from {{ ref('int_care_demand') }}
order by year, care_area
