-- Persons in the stock of a year who were not in that of the year before, by group, year, area, sex and age:
-- whether they came through education that year, and whether their first licence for the profession is of
-- that year and rests on an education abroad (a tie on the date: SE).
with stock as (
    select * from {{ ref('int_forecast_stock') }}
    where not was_in_stock
),

first_licences as (
    select
        person_id,
        profession_code,
        year(min(licence_date)) as licence_year,
        -- Of the first date's: from abroad only if none of them is from Sweden.
        arg_min(education_country, row(licence_date, education_country != 'SE')) != 'SE' as is_foreign
    from {{ ref('stg_hosp__licences') }}
    group by person_id, profession_code
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
    coalesce(first_licences.licence_year = stock.year and first_licences.is_foreign, false) as is_foreign,
    ways_in.person_id is not null as is_from_education,
    count(*) as persons
from stock
left join first_licences
    on
        stock.person_id = first_licences.person_id
        and stock.profession_code = first_licences.profession_code
left join ways_in
    on
        stock.person_id = ways_in.person_id
        and stock.group_code = ways_in.group_code
        and stock.year = ways_in.event_year
group by all
order by all
