-- Sick leave against ordinary hours: sums over what is delivered, and of how many counties.
select
    year,
    level,
    area,
    staff_group,
    absent_hours,
    ordinary_hours,
    sick_leave_pct,
    counties
from {{ ref('int_sick_leave') }}
order by year, level, area, staff_group
