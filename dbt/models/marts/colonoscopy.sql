-- Colonoscopies against need, endoscopists and quality, by year and area with a unit.
select
    year,
    level,
    area,
    population,
    colonoscopies,
    private,
    screening,
    caecum,
    adenoma,
    covered,
    endoscopists,
    over_60,
    trainees,
    100 * colonoscopies / nullif(population, 0) as incidence_pct,
    -- The recommended capacity is 1.5 % of the population a year.
    0.015::double * population - colonoscopies as gap,
    private / nullif(colonoscopies, 0) as private_share,
    screening / nullif(colonoscopies, 0) as screening_share,
    over_60 / nullif(endoscopists, 0) as over_60_share,
    colonoscopies / nullif(endoscopists, 0) as per_endoscopist,
    100 * caecum / nullif(colonoscopies, 0) as caecal_intubation_pct,
    100 * adenoma / nullif(colonoscopies, 0) as adenoma_detection_pct,
    100 * covered / nullif(colonoscopies, 0) as register_coverage_pct
from {{ ref('colonoscopy_counts') }}
order by year, level, area
