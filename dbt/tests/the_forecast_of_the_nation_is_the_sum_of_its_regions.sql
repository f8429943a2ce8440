-- Also: no negative stock or supply, and an interval lies in order. Sums of floating numbers: a thousandth is
-- allowed.
with forecast as (
    select * from {{ ref('forecast') }}
),

by_region as (
    select
        group_code,
        scenario,
        year,
        sum(stock) as stock,
        sum(supply) as supply,
        sum(demand) as demand
    from forecast
    where area != '00'
    group by group_code, scenario, year
)

select forecast.*
from forecast
left join by_region
    on
        forecast.group_code = by_region.group_code
        and forecast.scenario = by_region.scenario
        and forecast.year = by_region.year
where
    forecast.stock < 0
    or forecast.supply < 0
    or forecast.supply_low > forecast.supply_high
    or (
        forecast.area = '00'
        and (
            abs(forecast.stock - by_region.stock) > 0.001
            or abs(forecast.supply - by_region.supply) > 0.001
            or abs(forecast.demand - by_region.demand) > 0.001
        )
    )
