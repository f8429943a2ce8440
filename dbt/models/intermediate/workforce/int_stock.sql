-- The stock: who belongs to a group, lives in the country and is 74 at most, on 31 December. One row a person,
-- group and year, with what she or he does.
with members as (
    select * from {{ ref('int_group_members') }}
),

years as (
    select * from {{ ref('int_licensed_years') }}
    where age <= 74
),

-- Equal on the group that they are taken out of: a condition on one side alone would compare every pair.
midwives as (
    select *, 'SJG' as taken_out_of from members
    where group_code = 'BM'
),

occupations as (
    select * from {{ ref('yrke_ssyk') }}
)

select
    years.person_id,
    years.year,
    members.group_code,
    members.profession_code,
    years.county,
    years.area,
    years.sex,
    years.age,
    members.training_country,
    members.first_licence_year,
    members.record_key,
    years.has_employment,
    years.is_employed,
    years.is_in_health_care,
    years.is_unemployed,
    occupations.ssyk2012 is not null as in_profession,
    years.sector,
    years.work_municipality,
    years.work_county,
    years.death_year
from years
inner join members
    on years.person_id = members.person_id and years.year between members.first_year and members.last_year
left join occupations
    on members.profession_code = occupations.yrkeskod and years.occupation = occupations.ssyk2012
left join midwives
    on
        members.group_code = midwives.taken_out_of
        and years.person_id = midwives.person_id
        and years.year between midwives.first_year and midwives.last_year
where midwives.person_id is null
