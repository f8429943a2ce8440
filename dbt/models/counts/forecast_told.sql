-- What may leave of the forecast as now: reliable rows, in whole tens, before the last year too, so that no exact
-- count of a base year is told.
with tables as (
    select * from {{ ref('int_forecast_tables') }}
    where
        table_name = 'forecast'
        and scenario = 'reference'
        and reliable
)

select
    year,
    group_code,
    area as health_region,
    {{ to_whole('stock', 10) }} as stock,
    {{ to_whole('supply', 10) }} as supply,
    {{ to_whole('supply_low', 10) }} as supply_low,
    {{ to_whole('supply_high', 10) }} as supply_high,
    {{ to_whole('supply_fte', 10) }} as supply_fte,
    {{ to_whole('demand', 10) }} as demand,
    {{ to_whole('demand_fte', 10) }} as demand_fte,
    {{ to_whole('gap', 10) }} as shortage,
    {{ to_whole('gap_low', 10) }} as shortage_low,
    {{ to_whole('gap_high', 10) }} as shortage_high,
    round(balance_change, 2) as balance_change
from tables
