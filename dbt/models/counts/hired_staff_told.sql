-- Cost of hired staff, as it is: no persons.
select * exclude (level) from {{ ref('int_hired_staff') }}
where level in ('county', 'nation')
