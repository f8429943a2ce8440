-- Where nurses lived at the licence, at the start of the specialisation and at its degree, by single cohort.
with counts as (
    select * from {{ ref('int_specialisation_county_counts') }}
),

-- An event is told of the cohorts of which its measure is.
shown as (
    select distinct
        case measure when 'started' then 'start' when 'graduates' then 'degree' else 'licence' end as event,
        first_cohort,
        last_cohort
    from {{ ref('specialisation_counts') }}
    where measure in ('applied', 'started', 'graduates')
)

select
    counts.cohort_year,
    counts.specialisation,
    counts.event,
    counts.county,
    counts.persons,
    counts.persons_key,
    shown.first_cohort,
    shown.last_cohort
from counts
inner join shown on counts.event = shown.event
