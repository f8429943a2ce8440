-- Those in the profession by year, area of the workplace, group and sector: counts, and their cell keys.
with observed_years as (
    select year from {{ ref('int_observed_years') }}
    where employment_observed
),

municipalities as (
    select * from {{ ref('kommuner') }}
),

cells as (
    select
        stock.year,
        stock.work_county as county,
        municipalities.sjukvardsregion as area,
        stock.group_code,
        coalesce(stock.sector, 'unknown') as sector,
        count(*) as in_profession,
        {{ cell_key('stock.record_key', 'true') }} as in_profession_key
    from {{ ref('int_stock') }} as stock
    semi join observed_years on stock.year = observed_years.year
    left join municipalities on stock.work_municipality = municipalities.kommun
    where stock.in_profession
    group by all
),

sectors as (
    select * from cells
    union all
    select * replace ('total' as sector) from cells
),

-- Without a known workplace: in the nation only.
levels as (
    {{ area_levels('sectors') }}
),

populations as (
    select
        population.year,
        municipalities.lan as county,
        municipalities.sjukvardsregion as area,
        sum(population.population) as population
    from {{ ref('stg_folkmangd__population') }} as population
    inner join municipalities on population.municipality = municipalities.kommun
    group by all
),

population_levels as (
    {{ area_levels('populations') }}
),

population as (
    select year, level, area, sum(population)::bigint as population
    from population_levels
    group by year, level, area
),

workers as (
    select
        year,
        level,
        area,
        group_code,
        sector,
        sum(in_profession)::bigint as in_profession,
        {{ cell_key('in_profession_key', 'true') }} as in_profession_key
    from levels
    group by year, level, area, group_code, sector
)

select
    workers.*,
    population.population
from workers
left join population
    on workers.year = population.year and workers.level = population.level and workers.area = population.area
