-- The flow by window of cohorts.
with pooled as (
    select
        counts.degree_code,
        windows.cohort_from,
        windows.cohort_to,
        counts.breakdown,
        counts.breakdown_value,
        counts.measure,
        measures.register,
        sum(counts.numerator)::bigint as numerator,
        sum(counts.denominator)::bigint as denominator,
        (sum(counts.numerator_key) % 1000)::integer as numerator_key,
        (sum(counts.denominator_key) % 1000)::integer as denominator_key,
        min(counts.first_year) as first_year,
        max(counts.last_year) as last_year
    from intermediate.int_flow_counts as counts
    inner join windows on counts.cohort_year between windows.cohort_from and windows.cohort_to
    inner join intermediate.int_degree_measures as measures using (degree_code, measure)
    -- When the newest cohort is mature, all are, also those without a row.
    where windows.cohort_to <= measures.last_mature_cohort
    group by all
)

select
    degree_code,
    cohort_from,
    cohort_to,
    breakdown,
    breakdown_value,
    measure,
    numerator,
    denominator,
    -- The follow-up years of all persons together lie on both sides of a break.
    exists (
        select 1
        from kodverk.tidsseriebrott as breaks
        where breaks.register = pooled.register and pooled.first_year < breaks.ar and breaks.ar <= pooled.last_year
    ) as series_break,
    numerator_key,
    denominator_key
from pooled
order by degree_code, cohort_from, cohort_to, breakdown, breakdown_value, measure
