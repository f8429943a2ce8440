-- Occupations without a licence, as they are: open data.
select
    year,
    area,
    ssyk2012,
    sex,
    employees,
    population,
    per_100k,
    series_break
from {{ ref('int_occupation_density') }}
