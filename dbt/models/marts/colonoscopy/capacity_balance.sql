-- What each unit lacks and has room for in a month, and what is still lacking when others have helped.
select
    year,
    month,
    unit,
    county,
    health_region,
    lack,
    room,
    unmet
from {{ ref('int_capacity_balance') }}
order by year, month, unit
