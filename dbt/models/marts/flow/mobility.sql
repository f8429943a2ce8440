-- Where people work, against where they lived before and studied.
select
    degree_code,
    cohort_year,
    home_county,
    study_county,
    work_county,
    mobility,
    persons
from {{ ref('int_mobility_counts') }}
order by degree_code, cohort_year, home_county, study_county, work_county
