-- What hired staff costs against the regions' own: sums over what is delivered, and of how many counties.
with summed as (
    select
        reported.year,
        areas.level,
        areas.area,
        coalesce(reported.staff_group, 'total') as staff_group,
        sum(reported.hired_cost_tkr)::bigint as hired_cost_tkr,
        sum(reported.own_cost_tkr)::bigint as own_cost_tkr,
        count(distinct reported.county) as counties
    from {{ ref('stg_personalekonomi__hired_staff') }} as reported
    inner join {{ ref('int_whole_county_areas') }} as areas on reported.county = areas.county
    group by grouping sets (
        (reported.year, areas.level, areas.area, reported.staff_group), (reported.year, areas.level, areas.area)
    )
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
