-- What may leave of the forecasts that could have been made in the ten years before the last one: the nation,
-- reliable groups with at least 100 in the profession, in whole tens. What came stands in `forecast_told`.
with tables as (
    select * from {{ ref('int_forecast_tables') }}
    where area = '00'
),

reliable as (
    select distinct group_code
    from tables
    where table_name = 'forecast' and reliable
)

select
    tables.origin + tables.horizon as year,
    tables.group_code,
    tables.origin::varchar as origin_year,
    {{ to_whole('tables.expected', 10) }} as expected
from tables
inner join reliable on tables.group_code = reliable.group_code
where tables.table_name = 'forecast_backtest' and tables.came >= 100
