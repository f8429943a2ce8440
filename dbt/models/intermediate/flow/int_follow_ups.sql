-- What a graduate did in each year that a measure looks at. One row per person, degree and observed
-- follow-up: 1, 2, 4, 6 and 11 years after the entry, and 1 year after the degree.
with qualifications as (
    select * from {{ ref('int_qualifications') }}
    where degree_date is not null
),

observed_years as (
    select * from {{ ref('int_observed_years') }}
),

looks as (
    select person_id, degree_code, 'entry' as origin, years_after, entry_year + years_after as year
    from qualifications
    cross join (values (1), (2), (4), (6), (11)) as horizons (years_after)
    where entry_year is not null
    union all
    select person_id, degree_code, 'degree' as origin, 1 as years_after, degree_year + 1 as year
    from qualifications
),

-- Of every person in every year only the rows that are looked at are kept in memory to be joined.
residence as (
    select rows_of.* from {{ observed(ref('stg_rtb__residence')) }} as rows_of
    semi join looks on rows_of.person_id = looks.person_id and rows_of.year = looks.year
),

employment as (
    select rows_of.* from {{ observed(ref('stg_bas__employment')) }} as rows_of
    semi join looks on rows_of.person_id = looks.person_id and rows_of.year = looks.year
),

professions as (
    select * from {{ ref('examen_ssyk') }}
)

select
    looks.person_id,
    looks.degree_code,
    looks.origin,
    looks.years_after,
    looks.year,
    residence.person_id is not null as is_resident,
    if(observed_years.employment_observed, coalesce(employment.is_employed, false), null) as is_employed,
    if(observed_years.employment_observed, professions.ssyk2012 is not null, null) as has_listed_occupation,
    if(
        observed_years.establishment_observed,
        coalesce(
            employment.is_employed
            and employment.earned_income_sek > observed_years.income_limit_sek
            and employment.unemployment_days = 0,
            false
        ),
        null
    ) as is_established,
    employment.work_county
from looks
inner join observed_years on looks.year = observed_years.year
left join residence on looks.person_id = residence.person_id and looks.year = residence.year
left join employment on looks.person_id = employment.person_id and looks.year = employment.year
left join professions
    on looks.degree_code = professions.examenskod and employment.occupation = professions.ssyk2012
