-- Population on 31 December of counties and the nation, from open data.
with population_by_sex as (
    select
        year,
        county as area,
        sex,
        sum(population)::bigint as population
    from {{ ref('stg_folkmangd_lan__population_by_age') }}
    group by year, county, sex
),

-- For both sexes together the table by age where it has the year, else the table of totals.
population_total as (
    select
        year,
        area,
        coalesce(by_age.population, totals.population) as population
    from (
        select year, area, sum(population)::bigint as population
        from population_by_sex
        group by year, area
    ) as by_age
    full join (
        select year, county as area, population from {{ ref('stg_folkmangd_lan__population_total') }}
    ) as totals using (year, area)
),

population_by_county as (
    select year, area, sex, population from population_by_sex
    union all
    select year, area, 'total' as sex, population from population_total
),

-- The nation is the sum of its counties, where every county's population is known.
nation_of_counties as (
    select
        year,
        sex,
        sum(population)::bigint as population
    from population_by_county
    group by year, sex
    having count(*) = (select count(*) from {{ ref('lan') }})
),

-- What the county tables lack of the nation has a register of its own; both sexes together need both.
nation_alone as (
    select
        year,
        coalesce(sex, 'total') as sex,
        sum(population)::bigint as population
    from {{ ref('stg_folkmangd_riket__population') }}
    group by grouping sets ((year, sex), (year))
    having sex is not null or count(distinct sex) = 2
)

select year, area, sex, population from population_by_county
union all
select year, '00' as area, sex, coalesce(of_counties.population, alone.population) as population
from nation_of_counties as of_counties
full join nation_alone as alone using (year, sex)
order by year, area, sex
