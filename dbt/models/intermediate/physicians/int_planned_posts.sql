-- Planned posts of specialist training by year, area and specialty: counties, the nation, and the health-care
-- regions that are made of whole counties.
with summed as (
    {{ county_sums(ref('stg_st__planned_posts'), 'specialty', ['planned']) }}
)

select
    year,
    level,
    area,
    specialty,
    planned
from summed
