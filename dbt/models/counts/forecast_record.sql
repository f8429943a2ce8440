-- How far earlier forecasts of the nation have been from what came, by years ahead, where at least 100 were in the
-- profession: of each group, and of all (`total`). Beside it what the simplest alternatives would have missed by:
-- the number of the year that the forecast starts from, kept, and its growth of the five years before, carried on.
with tested as (
    select * from {{ ref('int_forecast_tables') }}
    where table_name = 'forecast_backtest' and area = '00' and came >= 100
),

observed as (
    select
        counts.group_code,
        counts.year,
        sum(counts.in_profession) as persons
    from {{ ref('int_forecast_stock_counts') }} as counts
    inner join {{ ref('int_forecast_years') }} as years on counts.year = years.year
    where years.employment_observed
    group by counts.group_code, counts.year
),

alternatives as (
    select
        tested.group_code,
        tested.horizon,
        tested.came,
        abs(tested.error_pct) as missed,
        origin.persons as kept,
        -- Not known where five years before were not seen (of a missing number `greatest` makes 0).
        if(
            before.persons is not null,
            greatest(0, origin.persons + tested.horizon * (origin.persons - before.persons) / 5),
            null
        ) as carried_on
    from tested
    left join observed as origin on tested.group_code = origin.group_code and tested.origin = origin.year
    left join observed as before on tested.group_code = before.group_code and tested.origin - 5 = before.year
),

by_group as (
    select * from alternatives
    union all
    select * replace ('total' as group_code) from alternatives
)

select
    {{ last_year() }} as year,
    group_code,
    horizon::varchar as years_ahead,
    round(avg(missed), 1) as mape_pct,
    round(avg(abs(100 * (kept / came - 1))), 1) as mape_of_today_pct,
    round(avg(abs(100 * (carried_on / came - 1))), 1) as mape_of_trend_pct,
    count(*) as forecasts
from by_group
group by group_code, horizon
