-- Population weighted by how much care its ages use, by care area, area and year, against that of the last
-- year. The nation (00) is made from its population.
with reference as (
    select {{ last_year() }} as last_year
),

by_region as (
    select people.*
    from {{ ref('int_population_by_region') }} as people
    inner join reference on people.year >= reference.last_year
),

consumption as (
    select * from {{ ref('vardkonsumtion') }}
),

by_area as (
    select * from by_region
    union all
    select year, '00' as area, age, sum(population) as population
    from by_region
    group by year, age
),

weighted as (
    select
        consumption.vardomrade as care_area,
        by_area.area,
        by_area.year,
        -- Added in one order, so that the last digits are the same every time.
        sum(by_area.population * consumption.index order by by_area.age) as care
    from by_area
    inner join consumption on by_area.age between consumption.alder_fran and consumption.alder_till
    group by consumption.vardomrade, by_area.area, by_area.year
)

select
    weighted.care_area,
    weighted.area,
    weighted.year,
    weighted.care / nullif(base.care, 0) as care_index
from weighted
inner join weighted as base on weighted.care_area = base.care_area and weighted.area = base.area
inner join reference on base.year = reference.last_year
order by weighted.care_area, weighted.area, weighted.year
