-- Where nurses lived, by window of cohorts.
with counts as (
    select * from intermediate.int_specialisation_county_counts
)

select
    windows.cohort_from,
    windows.cohort_to,
    counts.specialisation,
    counts.event,
    counts.county,
    sum(counts.persons)::bigint as persons,
    (sum(counts.persons_key) % 256)::integer as persons_key
from counts
inner join windows on counts.cohort_year between windows.cohort_from and windows.cohort_to
-- A window that ends after the newest cohort would show a part of what it says.
where windows.cohort_to <= (select max(cohort_year) from counts)
group by all
order by windows.cohort_from, windows.cohort_to, counts.specialisation, counts.event, counts.county
