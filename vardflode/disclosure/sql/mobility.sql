-- Mobility by window of cohorts: one county, or the kind of mobility, at a time.
with counts as (
    select
        degree_code,
        cohort_year,
        persons,
        persons_key,
        unnest([
            {breakdown: 'total', breakdown_value: 'total'},
            {breakdown: 'home_county', breakdown_value: home_county},
            {breakdown: 'study_county', breakdown_value: study_county},
            {breakdown: 'work_county', breakdown_value: work_county},
            {breakdown: 'mobility', breakdown_value: mobility}
        ], recursive := true)
    from intermediate.int_mobility_counts
)

select
    counts.degree_code,
    windows.cohort_from,
    windows.cohort_to,
    counts.breakdown,
    counts.breakdown_value,
    sum(counts.persons)::bigint as persons,
    (sum(counts.persons_key) % 1000)::integer as persons_key
from counts
inner join windows on counts.cohort_year between windows.cohort_from and windows.cohort_to
inner join intermediate.int_degree_measures as measures
    on counts.degree_code = measures.degree_code and measures.measure = 'employed_1y'
where windows.cohort_to <= measures.last_mature_cohort
group by all
order by degree_code, cohort_from, cohort_to, breakdown, breakdown_value
