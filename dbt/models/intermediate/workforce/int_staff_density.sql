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

employees_by_county as (
    select year, area, profession_code, sex, employees from by_county
    union all
    select year, area, profession_code, 'total' as sex, sum(employees)::bigint as employees
    from by_county
    group by year, area, profession_code
),

population as (
    select * from {{ ref('int_open_population') }}
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
