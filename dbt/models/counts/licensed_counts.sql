-- Licensed persons and what they do: the nation by one attribute at a time, counties and health-care regions in
-- all.
select
    year,
    group_code,
    if(level = 'nation', replace(breakdown, 'age_group', 'licensed_age'), level) as breakdown,
    if(level = 'nation', breakdown_value, area) as breakdown_value,
    * exclude (year, level, area, group_code, breakdown, breakdown_value)
from {{ ref('int_licensed_workforce') }}
where level = 'nation' or breakdown = 'total'
