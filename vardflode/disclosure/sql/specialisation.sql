-- Nurses' specialisation by window of cohorts.
with pooled as (
    select
        windows.cohort_from,
        windows.cohort_to,
        counts.specialisation,
        counts.measure,
        sum(counts.numerator)::bigint as numerator,
        sum(counts.denominator)::bigint as denominator,
        (sum(counts.numerator_key) % 1000)::integer as numerator_key,
        (sum(counts.denominator_key) % 1000)::integer as denominator_key
    from intermediate.int_specialisation_counts as counts
    inner join windows on counts.cohort_year between windows.cohort_from and windows.cohort_to
    group by all
),

-- The newest cohort that can show each measure: a window that ends later would show a part of what it says. (A
-- cohort before it without a row had nobody to count.)
shown as (
    select
        measure,
        max(cohort_year) as last_cohort
    from intermediate.int_specialisation_counts
    group by measure
)

select pooled.*
from pooled
inner join shown on pooled.measure = shown.measure and pooled.cohort_to <= shown.last_cohort
order by pooled.cohort_from, pooled.cohort_to, pooled.specialisation, pooled.measure
