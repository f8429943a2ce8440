-- Where nurses lived, by window of cohorts.
with counts as (
    select * from intermediate.int_specialisation_county_counts
),

-- Every cohort of the window is there: the event `licence` is the whole cohort.
whole as (
    select windows.cohort_from, windows.cohort_to
    from counts
    inner join windows on counts.cohort_year between windows.cohort_from and windows.cohort_to
    where counts.event = 'licence'
    group by all
    having count(distinct counts.cohort_year) = windows.cohort_to - windows.cohort_from + 1
)

select
    whole.cohort_from,
    whole.cohort_to,
    counts.specialisation,
    counts.event,
    counts.county,
    sum(counts.persons)::bigint as persons,
    (sum(counts.persons_key) % 256)::integer as persons_key
from counts
inner join whole on counts.cohort_year between whole.cohort_from and whole.cohort_to
group by all
order by cohort_from, cohort_to, specialisation, event, county
