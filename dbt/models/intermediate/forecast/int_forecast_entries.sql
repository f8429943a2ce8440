-- Events on the way in, by group, year of the event, sex, age and study region: in which area the person is
-- new in the stock that year (missing: in none, or not new).
with ways_in as (
    select * from {{ ref('int_forecast_ways_in') }}
    where event_year is not null and sex is not null
),

persons as (
    select * from {{ ref('stg_rtb__persons') }}
),

stock as (
    select * from {{ ref('int_forecast_stock') }}
    where not was_in_stock
)

select
    ways_in.group_code,
    ways_in.event_year,
    ways_in.sex,
    ways_in.event_year - persons.birth_year as age,
    ways_in.study_region,
    stock.area,
    count(*) as persons
from ways_in
inner join persons on ways_in.person_id = persons.person_id
left join stock
    on
        ways_in.person_id = stock.person_id
        and ways_in.group_code = stock.group_code
        and ways_in.event_year = stock.year
group by all
order by all
