-- Employees by profession held in November, against the population: open data, by county and nation.
with employees as (
    select * from {{ ref('stg_yrkesregister__employees') }}
),

occupations as (
    select * from {{ ref('yrke_ssyk') }}
),

series_breaks as (
    select * from {{ ref('tidsseriebrott') }}
    where register = 'yrkesregister'
),

-- An occupation that belongs to two professions counts in each.
by_county as (
    select
        employees.year,
        employees.county as area,
        occupations.yrkeskod as profession_code,
        employees.sex,
        sum(employees.employees)::bigint as employees
    from employees
    inner join occupations on employees.occupation = occupations.ssyk2012
    group by employees.year, employees.county, occupations.yrkeskod, employees.sex
),

population_by_sex as (
    select
        year,
        county as area,
        sex,
        sum(population)::bigint as population
    from {{ ref('stg_folkmangd_lan__population_by_age') }}
    group by year, county, sex
),

-- For both sexes together the table by age where it has the year, else the table of totals.
population_total as (
    select
        year,
        area,
        coalesce(by_age.population, totals.population) as population
    from (
        select year, area, sum(population)::bigint as population
        from population_by_sex
        group by year, area
    ) as by_age
    full join (
        select year, county as area, population from {{ ref('stg_folkmangd_lan__population_total') }}
    ) as totals using (year, area)
),

population_by_county as (
    select year, area, sex, population from population_by_sex
    union all
    select year, area, 'total' as sex, population from population_total
),

employees_by_county as (
    select year, area, profession_code, sex, employees from by_county
    union all
    select year, area, profession_code, 'total' as sex, sum(employees)::bigint as employees
    from by_county
    group by year, area, profession_code
),

-- The nation is the sum of its counties, where every county's population is known.
nation_of_counties as (
    select
        year,
        sex,
        sum(population)::bigint as population
    from population_by_county
    group by year, sex
    having count(*) = (select count(*) from {{ ref('lan') }})
),

-- What the county tables lack of the nation has a register of its own; both sexes together need both.
nation_alone as (
    select
        year,
        coalesce(sex, 'total') as sex,
        sum(population)::bigint as population
    from {{ ref('stg_folkmangd_riket__population') }}
    group by grouping sets ((year, sex), (year))
    having sex is not null or count(distinct sex) = 2
),

population as (
    select year, area, sex, population from population_by_county
    union all
    select year, '00' as area, sex, coalesce(of_counties.population, alone.population) as population
    from nation_of_counties as of_counties
    full join nation_alone as alone using (year, sex)
),

-- Professions with an occupation in common: the row of one holds employees of the others.
shared as (
    select
        mine.yrkeskod as profession_code,
        string_agg(distinct theirs.yrkeskod, ' ' order by theirs.yrkeskod) as shared_with
    from occupations as mine
    inner join occupations as theirs on mine.ssyk2012 = theirs.ssyk2012 and mine.yrkeskod <> theirs.yrkeskod
    group by mine.yrkeskod
),

staff as (
    select year, area, profession_code, sex, employees from employees_by_county
    union all
    select year, '00' as area, profession_code, sex, sum(employees)::bigint as employees
    from employees_by_county
    group by year, profession_code, sex
)

select
    staff.year,
    staff.area,
    staff.profession_code,
    shared.shared_with,
    staff.sex,
    staff.employees,
    population.population,
    100000 * staff.employees / nullif(population.population, 0) as per_100k,
    staff.year in (select ar from series_breaks) as series_break
from staff
left join population
    on staff.year = population.year and staff.area = population.area and staff.sex = population.sex
left join shared on staff.profession_code = shared.profession_code
