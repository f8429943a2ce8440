-- Supply and demand of each group in each health-care region and the nation, as observed and as forecast, in
-- each scenario.
with tables as (
    select * from {{ ref('int_forecast_tables') }}
)

select
    group_code,
    area,
    scenario,
    year,
    observed,
    stock,
    supply,
    supply_low,
    supply_high,
    supply_fte,
    demand,
    demand_fte,
    gap,
    gap_low,
    gap_high,
    balance_change,
    reliable
from tables
where table_name = 'forecast'
