-- Specialist training of physicians by year, area and specialty, and the posts that are planned. A year after
-- the last has what is planned only: the rest is not yet observed.
with training as (
    select * from {{ ref('int_st_training') }}
),

planned as (
    select * from {{ ref('int_planned_posts') }}
)

select
    training.year,
    training.level,
    training.area,
    training.specialty,
    training.in_training,
    training.women,
    training.started,
    training.completed,
    training.stopped,
    planned.planned
from training
left join planned
    on
        training.year = planned.year
        and training.level = planned.level
        and training.area = planned.area
        and training.specialty = planned.specialty
union all
select
    year,
    level,
    area,
    specialty,
    null as in_training,
    null as women,
    null as started,
    null as completed,
    null as stopped,
    planned
from planned
where year > {{ last_year() }}
order by year, level, area, specialty
