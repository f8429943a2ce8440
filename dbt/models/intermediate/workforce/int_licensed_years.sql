-- What everybody who ever had a licence does each year: one row a person and year with residence, of any age.
with licensed as (
    select distinct person_id from {{ ref('stg_hosp__licences') }}
),

persons as (
    select * from {{ ref('stg_rtb__persons') }}
),

municipalities as (
    select * from {{ ref('kommuner') }}
),

-- Of every person in every year only the rows that are looked at are kept in memory to be joined.
residence as (
    select rows_of.* from {{ observed(ref('stg_rtb__residence')) }} as rows_of
    semi join licensed on rows_of.person_id = licensed.person_id
),

employment as (
    select * from {{ observed(ref('stg_bas__employment')) }}
)

select
    residence.person_id,
    residence.year,
    residence.county,
    municipalities.sjukvardsregion as area,
    persons.sex,
    residence.year - persons.birth_year as age,
    year(persons.death_date) as death_year,
    employment.person_id is not null as has_employment,
    coalesce(employment.is_employed, false) as is_employed,
    -- SNI divisions 86 to 88: health care, residential care, social work.
    coalesce(
        employment.is_employed and left(employment.industry, 2) in ('86', '87', '88'), false
    ) as is_in_health_care,
    coalesce(employment.employment_status = '5' or employment.unemployment_days > 0, false) as is_unemployed,
    if(employment.is_employed, employment.occupation, null) as occupation,
    employment.sector,
    employment.work_municipality,
    employment.work_county
from residence
inner join persons on residence.person_id = persons.person_id
inner join municipalities on residence.municipality = municipalities.kommun
left join employment on residence.person_id = employment.person_id and residence.year = employment.year
