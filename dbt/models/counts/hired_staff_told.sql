-- Cost of hired staff, as it is: no persons.
select
    year,
    area,
    staff_group,
    hired_cost_tkr,
    own_cost_tkr,
    hired_share_pct,
    hired_of_total_pct,
    counties
from {{ ref('int_hired_staff') }}
where level in ('county', 'nation')
