-- What may leave of the forecast's scenarios: the nation, reliable rows, in whole tens.
with tables as (
    select * from {{ ref('int_forecast_tables') }}
    where
        table_name = 'forecast'
        and area = '00'
        and reliable
        and demand is not null
)

select
    year,
    group_code,
    scenario,
    {{ to_whole('supply', 10) }} as supply,
    {{ to_whole('supply_fte', 10) }} as supply_fte,
    {{ to_whole('demand', 10) }} as demand,
    {{ to_whole('demand_fte', 10) }} as demand_fte,
    {{ to_whole('gap', 10) }} as shortage
from tables
