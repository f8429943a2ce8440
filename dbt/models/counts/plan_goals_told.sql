-- The goals of the national plan as its newest follow-up has them: no persons. What the indicators were is told
-- with noise, elsewhere.
select
    year,
    measure as plan_measure,
    indicator as plan_indicator,
    direction,
    target_year::varchar as goal_year,
    target as goal_target
from {{ ref('int_plan_goals') }}
where year = (select max(goals.year) from {{ ref('int_plan_goals') }} as goals)
