-- Those in the profession by where they work: the nation by sector, counties and health-care regions in all.
select
    year,
    group_code,
    case
        when level != 'nation' then level
        when sector = 'total' then 'total'
        else 'sector'
    end as breakdown,
    if(level = 'nation', sector, area) as breakdown_value,
    in_profession,
    in_profession_key,
    population
from {{ ref('int_workplaces') }}
where level = 'nation' or sector = 'total'
