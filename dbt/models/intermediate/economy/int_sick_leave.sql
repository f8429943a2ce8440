-- Sick leave against ordinary hours: sums over what is delivered, and of how many counties.
with summed as (
    {{ county_sums(ref('stg_personalekonomi__sick_leave'), 'staff_group', ['absent_hours', 'ordinary_hours']) }}
)

select
    year,
    level,
    area,
    staff_group,
    absent_hours,
    ordinary_hours,
    100 * absent_hours / nullif(ordinary_hours, 0) as sick_leave_pct,
    counties
from summed
order by year, level, area, staff_group
