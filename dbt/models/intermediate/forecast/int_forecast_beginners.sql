-- Who is on the way in, by group, cohort, sex, institution and study region, and when the event came
-- (missing: not yet). Persons without sex take no part.
with ways_in as (
    select * from {{ ref('int_forecast_ways_in') }}
)

select
    group_code,
    cohort_year,
    sex,
    institution,
    study_region,
    event_year,
    count(*) as persons
from ways_in
where sex is not null
group by all
order by all
