-- stock of the year before = stayed + moved out + left; stock = stayed + moved in + new + other in -
-- specialised. Sums of floating numbers: a thousandth of a person is allowed.
with flows as (
    select
        group_code,
        area,
        scenario,
        year,
        sum(persons) filter (where flow in ('stayed_same_area', 'moved_out', 'left')) as from_before,
        sum(if(flow = 'specialised', -persons, persons)) filter (
            where flow not in ('moved_out', 'left')
        ) as to_now
    from {{ ref('forecast_flows') }}
    group by group_code, area, scenario, year
),

stocks as (
    select
        group_code,
        area,
        scenario,
        year,
        stock
    from {{ ref('forecast') }}
)

select flows.*, before.stock as stock_before, now.stock as stock_now
from flows
inner join stocks as now using (group_code, area, scenario, year)
inner join stocks as before
    on
        flows.group_code = before.group_code
        and flows.area = before.area
        and flows.scenario = before.scenario
        and flows.year = before.year + 1
where abs(flows.from_before - before.stock) > 0.001 or abs(flows.to_now - now.stock) > 0.001
