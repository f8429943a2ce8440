-- Staff density: open data, by year. What several professions share is told once, by its occupations.
select distinct
    density.year,
    density.area,
    groups.occupation_group,
    groups.occupations,
    density.sex,
    density.employees,
    density.population,
    density.per_100k,
    density.series_break
from marts.staff_density as density
inner join kodverk.occupation_groups as groups
    on list_contains(string_split(groups.occupation_group, '+'), density.profession_code)
order by density.year, density.area, groups.occupation_group, density.sex
