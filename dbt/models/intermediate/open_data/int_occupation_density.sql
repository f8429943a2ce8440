-- Employees in November in health-care occupations without a licence, against the population: open data.
with occupations as (
    select * from {{ ref('vardyrken') }}
),

employees as (
    select
        delivered.year,
        delivered.county,
        delivered.occupation as ssyk2012,
        delivered.sex,
        delivered.employees
    from {{ ref('stg_yrkesregister__employees') }} as delivered
    inner join occupations on delivered.occupation = occupations.ssyk2012
),

staff as (
    select
        year,
        coalesce(county, '00') as area,
        ssyk2012,
        coalesce(sex, 'total') as sex,
        sum(employees)::bigint as employees
    from employees
    group by grouping sets (
        (year, county, ssyk2012, sex), (year, county, ssyk2012), (year, ssyk2012, sex), (year, ssyk2012)
    )
),

series_breaks as (
    select ar as year from {{ ref('tidsseriebrott') }}
    where register = 'yrkesregister'
)

select
    staff.year,
    staff.area,
    staff.ssyk2012,
    staff.sex,
    staff.employees,
    population.population,
    100000 * staff.employees / nullif(population.population, 0) as per_100k,
    staff.year in (select series_breaks.year from series_breaks) as series_break
from staff
left join {{ ref('int_open_population') }} as population
    on staff.year = population.year and staff.area = population.area and staff.sex = population.sex
order by staff.year, staff.area, staff.ssyk2012, staff.sex
