-- Applicants by degree and academic year.
select
    degree_code,
    cohort_year,
    breakdown,
    breakdown_value,
    applicants,
    first_choice,
    admitted,
    cohort_year <= last_cohort as mature
from {{ ref('applicant_counts') }}
order by degree_code, cohort_year, breakdown, breakdown_value
