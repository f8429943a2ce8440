-- Colonoscopies, the population that they serve and the endoscopists, by year and area with a unit: counts and
-- cell keys. The records behind the endoscopists are persons, behind the examinations a unit's number of them
-- in a year: where all of a unit's are of a kind, the kind and all have one key.
{% set counts = ['colonoscopies', 'private', 'screening', 'caecum', 'adenoma', 'covered'] %}
{% set people = ['endoscopists', 'over_60', 'trainees'] %}
with areas as (
    select * from {{ ref('int_colonoscopy_areas') }}
),

volumes_by_kind as (
    select
        *,
        if(is_private, colonoscopies, 0) as private,
        if(reports_to_sverekks, colonoscopies, 0) as covered
    from {{ ref('stg_koloskopi__volumes') }}
),

-- noqa: disable=LT02
units as (
    select
        *,
        {% for count in counts %}
            {{ record_key("unit || ':' || year || ':' || " ~ count) }}
                as {{ count }}_record_key{{ ',' if not loop.last }}
        {% endfor %}
    from volumes_by_kind
),

volumes as (
    select
        units.year,
        areas.level,
        areas.area,
        {% for count in counts %}
            sum(units.{{ count }})::bigint as {{ count }},
            {{ cell_key('units.' ~ count ~ '_record_key', 'units.' ~ count ~ ' > 0') }}
                as {{ count }}_key{{ ',' if not loop.last }}
        {% endfor %}
    from units
    inner join areas on units.municipality = areas.municipality
    group by units.year, areas.level, areas.area
),
-- noqa: enable=LT02

population as (
    select
        population.year,
        areas.level,
        areas.area,
        sum(population.population)::bigint as population
    from {{ ref('stg_folkmangd__population') }} as population
    inner join areas on population.municipality = areas.municipality
    group by population.year, areas.level, areas.area
),

persons as (
    select
        *,
        year - birth_year > 60 as is_over_60,
        {{ record_key('endoscopist') }} as record_key
    from {{ ref('int_endoscopists') }}
),

endoscopists as (
    select
        year,
        level,
        area,
        count(*) as endoscopists,
        count(*) filter (where is_over_60) as over_60,
        count(*) filter (where is_trainee) as trainees,
        {{ cell_key('record_key', 'true') }} as endoscopists_key,
        {{ cell_key('record_key', 'is_over_60') }} as over_60_key,
        {{ cell_key('record_key', 'is_trainee') }} as trainees_key
    from persons
    group by year, level, area
)

-- noqa: disable=LT02
select
    volumes.year,
    volumes.level,
    volumes.area,
    {% for count in counts %}
        volumes.{{ count }},
        volumes.{{ count }}_key,
    {% endfor %}
    population.population,
    {% for count in people %}
        coalesce(endoscopists.{{ count }}, 0) as {{ count }},
        coalesce(endoscopists.{{ count }}_key, 0) as {{ count }}_key{{ ',' if not loop.last }}
    {% endfor %}
from volumes
left join population
    on volumes.year = population.year and volumes.level = population.level and volumes.area = population.area
left join endoscopists
    on
        volumes.year = endoscopists.year
        and volumes.level = endoscopists.level
        and volumes.area = endoscopists.area
