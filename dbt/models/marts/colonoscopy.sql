-- Colonoscopies, the population that they serve and the endoscopists, by year and area with a unit.
with areas as (
    select * from {{ ref('int_colonoscopy_areas') }}
),

volumes as (
    select
        volumes.year,
        areas.level,
        areas.area,
        sum(volumes.colonoscopies)::bigint as colonoscopies,
        coalesce(sum(volumes.colonoscopies) filter (where volumes.is_private), 0)::bigint as private,
        sum(volumes.screening)::bigint as screening,
        sum(volumes.caecum)::bigint as caecum,
        sum(volumes.adenoma)::bigint as adenoma,
        coalesce(sum(volumes.colonoscopies) filter (where volumes.reports_to_sverekks), 0)::bigint as covered
    from {{ ref('stg_koloskopi__volumes') }} as volumes
    inner join areas on volumes.municipality = areas.municipality
    group by volumes.year, areas.level, areas.area
),

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

endoscopists as (
    select
        year,
        level,
        area,
        count(*) as endoscopists,
        count(*) filter (where year - birth_year > 60) as over_60,
        count(*) filter (where is_trainee) as trainees
    from {{ ref('int_endoscopists') }}
    group by year, level, area
)

select
    volumes.year,
    volumes.level,
    volumes.area,
    population.population,
    volumes.colonoscopies,
    volumes.private,
    volumes.screening,
    volumes.caecum,
    volumes.adenoma,
    volumes.covered,
    coalesce(endoscopists.endoscopists, 0) as endoscopists,
    coalesce(endoscopists.over_60, 0) as over_60,
    coalesce(endoscopists.trainees, 0) as trainees,
    100 * volumes.colonoscopies / nullif(population.population, 0) as incidence_pct,
    -- The recommended capacity is 1.5 % of the population a year.
    0.015::double * population.population - volumes.colonoscopies as gap,
    volumes.private / nullif(volumes.colonoscopies, 0) as private_share,
    volumes.screening / nullif(volumes.colonoscopies, 0) as screening_share,
    endoscopists.over_60 / nullif(endoscopists.endoscopists, 0) as over_60_share,
    volumes.colonoscopies / nullif(endoscopists.endoscopists, 0) as per_endoscopist,
    100 * volumes.caecum / nullif(volumes.colonoscopies, 0) as caecal_intubation_pct,
    100 * volumes.adenoma / nullif(volumes.colonoscopies, 0) as adenoma_detection_pct,
    100 * volumes.covered / nullif(volumes.colonoscopies, 0) as register_coverage_pct
from volumes
left join population
    on volumes.year = population.year and volumes.level = population.level and volumes.area = population.area
left join endoscopists
    on
        volumes.year = endoscopists.year
        and volumes.level = endoscopists.level
        and volumes.area = endoscopists.area
order by volumes.year, volumes.level, volumes.area
