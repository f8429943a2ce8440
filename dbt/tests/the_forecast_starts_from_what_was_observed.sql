-- In the last year stock and supply are the persons that were counted.
with counted as (
    select
        group_code,
        area,
        year,
        sum(stock) as stock,
        sum(in_profession) as in_profession
    from {{ ref('int_forecast_stock_counts') }}
    group by group_code, area, year
),

observed as (
    select * from {{ ref('forecast') }}
    where observed and area != '00'
)

select observed.*
from observed
left join counted
    on observed.group_code = counted.group_code and observed.area = counted.area and observed.year = counted.year
where observed.stock != coalesce(counted.stock, 0) or observed.supply != coalesce(counted.in_profession, 0)
