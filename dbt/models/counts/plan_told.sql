-- How far the actors have come with each measure: no persons.
select
    year,
    measure as plan_measure,
    not_started,
    under_way,
    completed
from {{ ref('int_plan_followup') }}
