-- Persons in specialist training that the regions pay for. Never to be divided by beginners: the grants
-- mix years and lack regions (follow-up of the agreement of 2018, footnote to table 8).
with summed as (
    select
        reported.year,
        areas.level,
        areas.area,
        coalesce(reported.form, 'total') as form,
        sum(reported.persons)::bigint as persons,
        count(distinct reported.county) as counties
    from {{ ref('stg_personalekonomi__paid_training') }} as reported
    inner join {{ ref('int_whole_county_areas') }} as areas on reported.county = areas.county
    group by grouping sets (
        (reported.year, areas.level, areas.area, reported.form), (reported.year, areas.level, areas.area)
    )
)

select
    year,
    level,
    area,
    form,
    persons,
    counties,
    false as may_be_related_to_beginners
from summed
order by year, level, area, form
