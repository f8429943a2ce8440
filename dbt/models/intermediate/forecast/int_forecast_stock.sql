-- Who holds what and lives here, by year: one row a person, group and year, with what became of them the year
-- after.
with years as (
    select * from {{ ref('int_forecast_years') }}
),

municipalities as (
    select * from {{ ref('kommuner') }}
),

licences as (
    select
        person_id,
        profession_code,
        year(licence_date) as first_year,
        -- Held to the end of a year when the revocation comes in a later one.
        coalesce(year(revocation_date) - 1, 9999) as last_year
    from {{ ref('stg_hosp__licences') }}
),

specialist_nurses as (
    select person_id, year(min(degree_date)) as first_year
    from {{ ref('stg_hreg__degrees') }}
    where degree_code = 'SP' and degree_type = 'Y'
    group by person_id
),

general_practitioners as (
    select person_id, year(min(certificate_date)) as first_year
    from {{ ref('stg_specialister__certificates') }}
    where specialty = 'allmanmedicin'
    group by person_id
),

residents as (
    select
        residence.person_id,
        residence.year,
        residence.county,
        municipalities.sjukvardsregion as area,
        persons.sex,
        residence.year - persons.birth_year as age
    from {{ observed(ref('stg_rtb__residence')) }} as residence
    inner join years on residence.year = years.year
    inner join {{ ref('stg_rtb__persons') }} as persons on residence.person_id = persons.person_id
    inner join municipalities on residence.municipality = municipalities.kommun
    where residence.year - persons.birth_year <= 74
),

in_professions as (
    select distinct residents.*, licences.profession_code
    from residents
    inner join licences
        on
            residents.person_id = licences.person_id
            and residents.year between licences.first_year and licences.last_year
),

nurses as (
    select
        *,
        bool_or(profession_code = 'BM') over (partition by person_id, year) as is_midwife
    from in_professions
    where profession_code in ('SJ', 'BM')
),

stock as (
    select *, profession_code as group_code
    from in_professions
    union all
    select
        nurses.* exclude (is_midwife),
        if(coalesce(specialist_nurses.first_year <= nurses.year, false), 'SPS', 'SJG') as group_code
    from nurses
    left join specialist_nurses on nurses.person_id = specialist_nurses.person_id
    where
        nurses.profession_code = 'SJ'
        and (coalesce(specialist_nurses.first_year <= nurses.year, false) or not nurses.is_midwife)
    union all
    select in_professions.*, 'ALM' as group_code
    from in_professions
    inner join general_practitioners on in_professions.person_id = general_practitioners.person_id
    where in_professions.profession_code = 'LK' and general_practitioners.first_year <= in_professions.year
),

occupations as (
    select
        employment.person_id,
        employment.year,
        employment.sector,
        codes.yrkeskod as profession_code
    from {{ observed(ref('stg_bas__employment')) }} as employment
    inner join years on employment.year = years.year
    inner join {{ ref('yrke_ssyk') }} as codes on employment.occupation = codes.ssyk2012
    where employment.is_employed
)

select
    stock.*,
    occupations.person_id is not null as in_profession,
    occupations.sector,
    -- Missing: not in the stock the year after, or the year after is not delivered.
    first_value(stock.area) over next_year as next_area,
    coalesce(lag(stock.year) over every_year = stock.year - 1, false) as was_in_stock
from stock
left join occupations
    on
        stock.person_id = occupations.person_id
        and stock.year = occupations.year
        and stock.profession_code = occupations.profession_code
window
    every_year as (partition by stock.person_id, stock.group_code order by stock.year),
    next_year as (
        partition by stock.person_id, stock.group_code order by stock.year
        range between 1 following and 1 following
    )
