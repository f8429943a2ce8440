-- How far earlier forecasts of the nation have been from what came, by years ahead, where at least 100 were in the
-- profession: of each group, and of all (`total`). Beside it what today's number kept would have missed by.
with tables as (
    select * from {{ ref('int_forecast_tables') }}
    where area = '00'
),

tested as (
    select * from tables
    where table_name = 'forecast_backtest' and came >= 100
),

observed as (
    select
        group_code,
        year,
        supply
    from tables
    where table_name = 'forecast' and scenario = 'reference' and observed
),

errors as (
    select
        tested.group_code,
        tested.horizon,
        abs(tested.error_pct) as missed,
        abs(100 * (observed.supply / tested.came - 1)) as missed_by_today
    from tested
    left join observed on tested.group_code = observed.group_code and tested.origin = observed.year
),

by_group as (
    select * from errors
    union all
    select * replace ('total' as group_code) from errors
)

select
    {{ last_year() }} as year,
    group_code,
    horizon::varchar as years_ahead,
    round(avg(missed), 1) as mape_pct,
    round(avg(missed_by_today), 1) as mape_of_today_pct,
    count(*) as forecasts
from by_group
group by group_code, horizon
