-- Where nurses lived, by window of cohorts.
with counts as (
    select * from intermediate.int_specialisation_county_counts
),

-- The newest cohort that can show each event: a window that ends later would show a part of what it says.
shown as (
    select
        case measure when 'started' then 'start' when 'graduates' then 'degree' else 'licence' end as event,
        max(cohort_year) as last_cohort
    from intermediate.int_specialisation_counts
    where measure in ('applied', 'started', 'graduates')
    group by event
)

select
    windows.cohort_from,
    windows.cohort_to,
    counts.specialisation,
    counts.event,
    counts.county,
    sum(counts.persons)::bigint as persons,
    (sum(counts.persons_key) % 1000)::integer as persons_key
from counts
inner join windows on counts.cohort_year between windows.cohort_from and windows.cohort_to
inner join shown on counts.event = shown.event and windows.cohort_to <= shown.last_cohort
group by all
order by windows.cohort_from, windows.cohort_to, counts.specialisation, counts.event, counts.county
