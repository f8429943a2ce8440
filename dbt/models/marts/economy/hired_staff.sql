-- What hired staff costs against the regions' own: sums over what is delivered, and of how many counties.
select
    year,
    level,
    area,
    staff_group,
    hired_cost_tkr,
    own_cost_tkr,
    hired_share_pct,
    hired_of_total_pct,
    counties
from {{ ref('int_hired_staff') }}
order by year, level, area, staff_group
