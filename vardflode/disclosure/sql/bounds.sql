-- The newest cohort that has been seen whole, and the oldest of each kind: of the flow the one after the first läsår.
select
    -- Of the läsår of the last year only the autumn has been seen.
    (select last_year - 1 from delivered.reference) as last_cohort,
    (select min(term // 10 - if(term % 10 = 1, 1, 0)) + 1 from intermediate.int_first_registrations) as first_flow,
    (select min(cohort_year) from intermediate.int_applicant_counts) as first_applicants,
    (select min(cohort_year) from intermediate.int_specialisation_counts) as first_nurses
