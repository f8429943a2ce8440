-- Mobility by single cohort: all, one county, or the kind of mobility, at a time.
with counts as (
    select
        degree_code,
        cohort_year,
        persons,
        persons_key,
        unnest([ -- noqa: AL03
            { breakdown: 'total', breakdown_value: 'total' },
            { breakdown: 'home_county', breakdown_value: home_county },
            { breakdown: 'study_county', breakdown_value: study_county },
            { breakdown: 'work_county', breakdown_value: work_county },
            { breakdown: 'mobility', breakdown_value: mobility }
        ], recursive := true)
    from {{ ref('int_mobility_counts') }}
),

measures as (
    select * from {{ ref('int_degree_measures') }}
    where measure = 'employed_1y'
)

select
    counts.degree_code,
    counts.cohort_year,
    counts.breakdown,
    counts.breakdown_value,
    sum(counts.persons)::bigint as persons,
    (sum(counts.persons_key) % 1000)::integer as persons_key,
    {{ first_flow_cohort() }} as first_cohort,
    measures.last_mature_cohort as last_cohort
from counts
inner join measures on counts.degree_code = measures.degree_code
group by all
