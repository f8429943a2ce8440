-- Each measure by degree, cohort and one attribute at a time.
{% set nested = var('breakdowns') | selectattr('nested', 'defined') | map(attribute='name') | join("', '") %}
select
    degree_code,
    cohort_year,
    breakdown,
    breakdown_value,
    measure,
    numerator,
    denominator,
    cohort_year <= last_cohort as mature,
    -- The persons' follow-up years lie on both sides of a break of the register that the measure uses.
    first_period < last_period as series_break
from {{ ref('flow_counts') }}
where breakdown not in ('{{ nested }}')
order by degree_code, cohort_year, breakdown, breakdown_value, measure
