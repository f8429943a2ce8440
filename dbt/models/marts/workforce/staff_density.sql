-- Employees by profession held in November, against the population: open data, by county and nation.
select
    year,
    area,
    profession_code,
    shared_with,
    sex,
    employees,
    population,
    per_100k,
    series_break
from {{ ref('int_staff_density') }}
order by year, area, profession_code, sex
