-- Applicants by window of academic years.
select
    counts.degree_code,
    windows.cohort_from,
    windows.cohort_to,
    counts.breakdown,
    counts.breakdown_value,
    sum(counts.applicants)::bigint as applicants,
    sum(counts.first_choice)::bigint as first_choice,
    sum(counts.admitted)::bigint as admitted,
    (sum(counts.applicants_key) % 1000)::integer as applicants_key,
    (sum(counts.first_choice_key) % 1000)::integer as first_choice_key,
    (sum(counts.admitted_key) % 1000)::integer as admitted_key
from intermediate.int_applicant_counts as counts
inner join windows on counts.cohort_year between windows.cohort_from and windows.cohort_to
group by all
order by degree_code, cohort_from, cohort_to, breakdown, breakdown_value
