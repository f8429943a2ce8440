-- Sick leave, as it is: no persons.
select
    year,
    area,
    staff_group,
    absent_hours,
    ordinary_hours,
    sick_leave_pct,
    counties
from {{ ref('int_sick_leave') }}
where level in ('county', 'nation')
