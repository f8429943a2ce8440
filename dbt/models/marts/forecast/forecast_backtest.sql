-- What a forecast from each of the ten years before the last would have said, against what came.
with tables as (
    select * from {{ ref('int_forecast_tables') }}
)

select
    group_code,
    area,
    origin,
    horizon,
    expected,
    came as observed,
    error_pct
from tables
where table_name = 'forecast_backtest'
