-- Who could help whom with colonoscopies within a health-care region and month.
select
    year,
    month,
    from_unit,
    to_unit,
    colonoscopies
from {{ ref('int_capacity_help') }}
order by year, month, from_unit, to_unit
