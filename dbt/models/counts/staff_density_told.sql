-- Staff density by what it can tell apart: what several professions share once, by its occupations. Open data.
select distinct
    density.year,
    density.area,
    told.occupation_group,
    told.occupations,
    density.sex,
    density.employees,
    density.population,
    density.per_100k,
    density.series_break
from {{ ref('int_staff_density') }} as density
inner join {{ ref('occupation_groups') }} as told
    on list_contains(string_split(told.occupation_group, '+'), density.profession_code)
