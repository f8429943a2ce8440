-- The counties of each health-care region and the nation by their own word of the supply of staff.
with answers as (
    select * from {{ ref('int_region_survey') }}
),

-- A county that lies in two health-care regions (Halland) counts in both.
areas as (
    select distinct 'health_region' as level, sjukvardsregion as area, lan as county from {{ ref('kommuner') }}
    union all
    select 'nation' as level, '00' as area, lan as county from {{ ref('lan') }}
),

asked as (
    select professions.year, professions.profession_code, experiences.experience
    from (select distinct year, profession_code from answers) as professions
    cross join (values ('ny'), ('erfaren')) as experiences (experience)
)

select
    asked.year,
    areas.level,
    areas.area,
    asked.profession_code,
    asked.experience,
    count(*) filter (where answers.assessment = 'brist') as shortage,
    count(*) filter (where answers.assessment = 'balans') as balance,
    count(*) filter (where answers.assessment = 'overskott') as surplus,
    count(*) filter (where answers.assessment is null) as no_answer
from asked
cross join areas
left join answers
    on
        asked.year = answers.year
        and asked.profession_code = answers.profession_code
        and asked.experience = answers.experience
        and areas.county = answers.county
group by asked.year, areas.level, areas.area, asked.profession_code, asked.experience
order by asked.year, areas.level, areas.area, asked.profession_code, asked.experience
