-- Those in the profession by group, year, county of residence, area and sector (missing: not known).
with stock as (
    select * from {{ ref('int_forecast_stock') }}
)

select
    group_code,
    year,
    county,
    area,
    sector,
    count(*) as persons
from stock
where in_profession
group by group_code, year, county, area, sector
order by group_code, year, county, area, sector
