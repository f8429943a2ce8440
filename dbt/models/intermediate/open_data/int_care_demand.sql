-- The nation's population weighted by how much care its ages use, against the last year counted: open data.
with counted as (
    select * from {{ ref('stg_folkmangd_riket__population') }}
),

last_counted as (
    select max(year) as year from counted
),

population as (
    select year, age, population from counted
    union all
    select projected.year, projected.age, projected.population
    from {{ ref('stg_folkmangd_riket__projection') }} as projected
    inner join last_counted on projected.year > last_counted.year
),

by_age as (
    select year, age, sum(population) as population
    from population
    group by year, age
),

consumption as (
    select
        *,
        alder_till = max(alder_till) over (partition by vardomrade) as is_last_band
    from {{ ref('vardkonsumtion') }}
),

weighted as (
    select
        by_age.year,
        consumption.vardomrade as care_area,
        -- Added in one order, so that the last digits are the same every time.
        sum(by_age.population * consumption.index order by by_age.age) as care
    from by_age
    inner join consumption
        on
            by_age.age >= consumption.alder_fran
            and (by_age.age <= consumption.alder_till or consumption.is_last_band)
    group by by_age.year, consumption.vardomrade
)

select
    weighted.year,
    weighted.care_area,
    weighted.care / nullif(base.care, 0) as index
from weighted
inner join weighted as base on weighted.care_area = base.care_area
inner join last_counted on base.year = last_counted.year
order by weighted.year, weighted.care_area
