-- The population by health-care region and age: as it was to the last year, later as projected.
with population as (
    select
        year,
        municipality,
        age,
        population
    from {{ ref('stg_folkmangd__population') }}
    where year <= {{ last_year() }}
    union all
    select
        year,
        municipality,
        age,
        population
    from {{ ref('stg_framskrivning__projection') }}
    where year > {{ last_year() }}
),

municipalities as (
    select * from {{ ref('kommuner') }}
)

select
    population.year,
    municipalities.sjukvardsregion as area,
    population.age,
    sum(population.population)::bigint as population
from population
inner join municipalities on population.municipality = municipalities.kommun
group by all
order by all
