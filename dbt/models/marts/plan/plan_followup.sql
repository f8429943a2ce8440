-- How far the actors have come with each measure of the national plan.
select
    year,
    measure,
    not_started,
    under_way,
    completed
from {{ ref('int_plan_followup') }}
order by year, measure::integer
