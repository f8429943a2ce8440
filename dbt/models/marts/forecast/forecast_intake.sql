-- Beginners a year that make the supply of the last year of the forecast equal to its demand.
with tables as (
    select * from {{ ref('int_forecast_tables') }}
)

select
    group_code,
    scenario,
    target_year,
    beginners,
    required,
    effect,
    status
from tables
where table_name = 'forecast_intake'
