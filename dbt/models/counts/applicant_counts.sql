-- Applicants by single academic year.
select
    degree_code,
    cohort_year,
    breakdown,
    breakdown_value,
    applicants,
    first_choice,
    admitted,
    applicants_key,
    first_choice_key,
    admitted_key,
    (select min(cohort_year) from {{ ref('int_applicant_counts') }}) as first_cohort,
    {{ last_whole_academic_year() }} as last_cohort
from {{ ref('int_applicant_counts') }}
