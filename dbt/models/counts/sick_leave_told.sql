-- Sick leave, as it is: no persons.
select * exclude (level) from {{ ref('int_sick_leave') }}
where level in ('county', 'nation')
