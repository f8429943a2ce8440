-- What changes a group's stock each year of the forecast: who stays, moves, leaves and comes.
with tables as (
    select * from {{ ref('int_forecast_tables') }}
)

select
    group_code,
    area,
    scenario,
    year,
    flow,
    persons
from tables
where table_name = 'forecast_flows'
