-- Applicants by degree and academic year.
select
    degree_code,
    cohort_year,
    breakdown,
    breakdown_value,
    applicants,
    first_choice,
    admitted,
    -- Of the academic year L only the autumn has been seen.
    cohort_year <= {{ last_year() }} - 1 as mature
from {{ ref('int_applicant_counts') }}
order by degree_code, cohort_year, breakdown, breakdown_value
