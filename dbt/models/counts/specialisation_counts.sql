-- How nurses go on to specialise, by single cohort.
with counts as (
    select * from {{ ref('int_specialisation_counts') }}
)

select
    cohort_year,
    specialisation,
    measure,
    numerator,
    denominator,
    numerator_key,
    denominator_key,
    (select min(counts.cohort_year) from counts) as first_cohort,
    -- The newest cohort that can show the measure (one before it without a row had nobody to count), and of
    -- which the academic year has been seen whole.
    least(max(cohort_year) over (partition by measure), {{ last_whole_academic_year() }}) as last_cohort
from counts
