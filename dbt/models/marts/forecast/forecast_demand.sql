-- Demand by sector in the last year and the years of the forecast.
with tables as (
    select * from {{ ref('int_forecast_tables') }}
)

select
    group_code,
    area,
    scenario,
    year,
    sector,
    demand,
    demand_fte
from tables
where table_name = 'forecast_demand'
