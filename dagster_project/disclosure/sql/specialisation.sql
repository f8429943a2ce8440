-- Nurses' specialisation by window of cohorts.
with pooled as (
    select
        windows.cohort_from,
        windows.cohort_to,
        counts.specialisation,
        counts.measure,
        sum(counts.numerator)::bigint as numerator,
        sum(counts.denominator)::bigint as denominator,
        (sum(counts.numerator_key) % 256)::integer as numerator_key,
        (sum(counts.denominator_key) % 256)::integer as denominator_key,
        count(*) as cohorts
    from intermediate.int_specialisation_counts as counts
    inner join windows on counts.cohort_year between windows.cohort_from and windows.cohort_to
    group by all
),

-- Every cohort of the window has the measure: else the window would show a part of what it says.
whole as (
    select cohort_from, cohort_to, measure
    from pooled
    where specialisation = 'total' and cohorts = cohort_to - cohort_from + 1
)

select pooled.* exclude (cohorts)
from pooled
inner join whole using (cohort_from, cohort_to, measure)
order by cohort_from, cohort_to, specialisation, measure
