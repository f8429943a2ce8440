-- Licensed persons by year, area of residence, group and one attribute at a time.
select
    year,
    level,
    area,
    group_code,
    breakdown,
    breakdown_value,
    licensed,
    employed,
    in_health_care,
    in_profession
from {{ ref('int_licensed_workforce') }}
order by year, level, area, group_code, breakdown, breakdown_value
