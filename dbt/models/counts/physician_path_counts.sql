-- Physicians' way after the degree, with the cohorts that a sum may hold: those whose years have all been seen.
select
    cohort_year::integer as cohort_year,
    step,
    years::varchar as years_after,
    numerator,
    numerator_key,
    denominator,
    denominator_key,
    (select min(cohorts.cohort_year) from {{ ref('int_physician_path') }} as cohorts)::integer as first_cohort,
    ({{ last_year() }} - years)::integer as last_cohort
from {{ ref('int_physician_path') }}
