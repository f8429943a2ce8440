-- The newest cohort, and the oldest of each kind: of the flow the one after the first läsår.
select
    (select last_year from delivered.reference) as last_year,
    (select min(term // 10 - if(term % 10 = 1, 1, 0)) + 1 from intermediate.int_first_registrations) as first_flow,
    (select min(cohort_year) from intermediate.int_applicant_counts) as first_applicants,
    (select min(cohort_year) from intermediate.int_specialisation_counts) as first_nurses
