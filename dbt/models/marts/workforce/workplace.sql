-- Those in the profession by year, area of the workplace, group and sector, against the population.
select
    year,
    level,
    area,
    group_code,
    sector,
    in_profession,
    population,
    100000 * in_profession / nullif(population, 0) as per_100k
from {{ ref('int_workplaces') }}
order by year, level, area, group_code, sector
