-- The stock by group, year, sex, age and area, with those in the profession and where all of them lived the
-- year after (`next_area`; missing: in no stock, or not observed).
with stock as (
    select * from {{ ref('int_forecast_stock') }}
)

select
    group_code,
    year,
    sex,
    age,
    area,
    next_area,
    count(*) as stock,
    count(*) filter (where in_profession) as in_profession
from stock
group by group_code, year, sex, age, area, next_area
order by group_code, year, sex, age, area, next_area
