-- How nurses go on to specialise.
select
    cohort_year,
    specialisation,
    measure,
    numerator,
    denominator
from {{ ref('specialisation_counts') }}
order by cohort_year, specialisation, measure
