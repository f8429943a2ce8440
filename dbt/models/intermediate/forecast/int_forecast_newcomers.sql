-- Persons in the stock of a year who were not in that of the year before, by group, year, area, sex and age:
-- whether they came through education that year, and whether their first licence for the profession is of
-- that year and rests on an education abroad (a tie on the date: SE).
with stock as (
    select * from {{ ref('int_forecast_stock') }}
    where not was_in_stock
),

ways_in as (
    select * from {{ ref('int_forecast_ways_in') }}
)

select
    stock.group_code,
    stock.year,
    stock.area,
    stock.sex,
    stock.age,
    stock.first_licence_year = stock.year and stock.training_country != 'SE' as is_foreign,
    ways_in.person_id is not null as is_from_education,
    count(*) as persons
from stock
left join ways_in
    on
        stock.person_id = ways_in.person_id
        and stock.group_code = ways_in.group_code
        and stock.year = ways_in.event_year
group by all
order by all
