-- What each unit lacks and has room for in a month, and what is still lacking when others have helped.
with helped as (
    select year, month, to_unit as unit, sum(colonoscopies)::bigint as colonoscopies
    from {{ ref('int_capacity_help') }}
    group by year, month, to_unit
)

select
    needs.year,
    needs.month,
    needs.unit,
    needs.county,
    needs.health_region,
    needs.lack,
    needs.room,
    needs.lack - coalesce(helped.colonoscopies, 0) as unmet
from {{ ref('int_capacity_needs') }} as needs
left join helped on needs.year = helped.year and needs.month = helped.month and needs.unit = helped.unit
order by needs.year, needs.month, needs.unit
