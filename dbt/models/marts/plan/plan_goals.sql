-- The effect goals of the national plan: what their indicators were in each year of follow-up, for the nation.
select
    year,
    measure,
    indicator,
    direction,
    target,
    target_year,
    value,
    is_met
from {{ ref('int_plan_goals') }}
order by year, measure::integer, indicator
