-- Where the nurses of a cohort lived at the licence, at the start of the specialisation and at its degree.
select
    cohort_year,
    specialisation,
    event,
    county,
    persons
from {{ ref('specialisation_county_counts') }}
order by cohort_year, specialisation, event, county
