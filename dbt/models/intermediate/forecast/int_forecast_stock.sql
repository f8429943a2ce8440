-- The stock in the years that the forecast looks at: one row a person, group and year, with what became of them
-- the year after.
with years as (
    select year from {{ ref('int_forecast_years') }}
),

stock as (
    select
        stock.person_id,
        stock.year,
        stock.county,
        stock.area,
        stock.sex,
        stock.age,
        stock.profession_code,
        stock.group_code,
        stock.first_licence_year,
        stock.training_country,
        stock.in_profession,
        stock.sector
    from {{ ref('int_stock') }} as stock
    semi join years on stock.year = years.year
)

select
    *,
    -- Missing: not in the stock the year after, or the year after is not delivered.
    first_value(area) over next_year as next_area,
    coalesce(lag(year) over every_year = year - 1, false) as was_in_stock
from stock
window
    every_year as (partition by person_id, group_code order by year),
    next_year as (partition by person_id, group_code order by year range between 1 following and 1 following)
