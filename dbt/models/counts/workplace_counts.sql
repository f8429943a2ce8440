-- Those in the profession by where they work: the nation by sector, counties and health-care regions in all.
select
    year,
    group_code,
    {{ nation_by('sector') }},
    in_profession,
    in_profession_key,
    population
from {{ ref('int_workplaces') }}
where level = 'nation' or sector = 'total'
