-- The flow by single cohort, also by two attributes at once, with what a sum over cohorts needs to know: which
-- cohorts it may hold, and in which periods of the register's series its persons are followed up.
with counts as (
    select * from {{ ref('int_flow_counts') }}
),

measures as (
    select * from {{ ref('int_degree_measures') }}
)

select
    counts.degree_code,
    counts.cohort_year,
    counts.breakdown,
    counts.breakdown_value,
    counts.measure,
    counts.numerator,
    counts.denominator,
    counts.numerator_key,
    counts.denominator_key,
    {{ series_period('measures.register', 'counts.first_year') }} as first_period,
    {{ series_period('measures.register', 'counts.last_year') }} as last_period,
    {{ first_flow_cohort() }} as first_cohort,
    measures.last_mature_cohort as last_cohort
from counts
inner join measures on counts.degree_code = measures.degree_code and counts.measure = measures.measure
