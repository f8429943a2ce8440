-- Sick leave against ordinary hours: sums over what is delivered, and of how many counties.
with summed as (
    select
        reported.year,
        areas.level,
        areas.area,
        coalesce(reported.staff_group, 'total') as staff_group,
        sum(reported.absent_hours)::bigint as absent_hours,
        sum(reported.ordinary_hours)::bigint as ordinary_hours,
        count(distinct reported.county) as counties
    from {{ ref('stg_personalekonomi__sick_leave') }} as reported
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
    absent_hours,
    ordinary_hours,
    100 * absent_hours / nullif(ordinary_hours, 0) as sick_leave_pct,
    counties
from summed
order by year, level, area, staff_group
