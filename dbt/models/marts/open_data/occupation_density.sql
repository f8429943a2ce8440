-- Employees in November in health-care occupations without a licence, against the population: open data.
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
order by year, area, ssyk2012, sex
