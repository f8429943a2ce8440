-- What hired staff costs against the regions' own: sums over what is delivered, and of how many counties.
with summed as (
    {{ county_sums(ref('stg_personalekonomi__hired_staff'), 'staff_group', ['hired_cost_tkr', 'own_cost_tkr']) }}
)

select
    year,
    level,
    area,
    staff_group,
    hired_cost_tkr,
    own_cost_tkr,
    100 * hired_cost_tkr / nullif(own_cost_tkr, 0) as hired_share_pct,
    100 * hired_cost_tkr / nullif(hired_cost_tkr + own_cost_tkr, 0) as hired_of_total_pct,
    counties
from summed
order by year, level, area, staff_group
