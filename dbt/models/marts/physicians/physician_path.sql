-- How far physicians have come by the number of years after their degree.
select
    cohort_year,
    step,
    years,
    numerator,
    denominator
from {{ ref('int_physician_path') }}
order by cohort_year, step, years
