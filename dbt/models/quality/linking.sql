-- How well the registers link: of the persons of one register the share that another one knows, or agrees about.
-- Numbers that do not match may be somebody else's by chance: so facts that two registers share are compared too.
with links as (
    select * from {{ ref('lankning') }}
),

persons as (
    select * from {{ ref('stg_rtb__persons') }}
),

residence as (
    select * from {{ ref('stg_rtb__residence') }}
),

employment as (
    select * from {{ ref('stg_bas__employment') }}
),

registrations as (
    select * from {{ ref('stg_hreg__registrations') }}
),

applications as (
    select * from {{ ref('stg_hreg__applications') }}
),

degrees as (
    select * from {{ ref('stg_hreg__degrees') }}
),

licences as (
    select * from {{ ref('stg_hosp__licences') }}
),

leavers as (
    select * from {{ ref('stg_gymnasium__leavers') }}
),

certificates as (
    select person_id, year(min(certificate_date)) as first_year, year(max(certificate_date)) as last_year
    from {{ ref('stg_specialister__certificates') }}
    group by person_id
),

trainees as (
    select person_id, year(min(start_date)) as first_year, year(max(start_date)) as last_year
    from {{ ref('stg_st__trainees') }}
    group by person_id
),

degree_professions as (
    select examenskod as degree_code, yrkeskod as profession_code
    from {{ ref('examina') }}
    where yrkeskod is not null
),

occupations as (
    select yrkeskod as profession_code, ssyk2012 as occupation from {{ ref('yrke_ssyk') }}
),

-- Who lived before the register of persons begins need not be in it.
beginning as (
    select coalesce(min(year), 0) as first_year from residence
),

first_registrations as (
    select person_id, min(term) // 10 as first_year, max(term) // 10 as last_year
    from registrations
    group by person_id
),

studies_begin as (
    select min(first_year) as first_year from first_registrations
),

-- Until when a register says that it tells, not the last year that it has rows of: the end may have been cut off.
told_until as (
    select
        max(year(told_until + 1)) filter (register = 'hreg') - 1 as education_year,
        max(year(told_until + 1)) filter (register = 'hosp') - 1 as licence_year
    from {{ source('delivered', 'told_until') }}
),

licence_years as (
    select profession_code, min(year(licence_date)) as first_year
    from licences
    group by profession_code
),

swedish_licences as (
    select person_id, profession_code, year(min(licence_date)) as licence_year
    from licences
    where education_country = 'SE'
    group by person_id, profession_code
),

professional_degrees as (
    select degrees.person_id, degree_professions.profession_code, year(min(degrees.degree_date)) as degree_year
    from degrees
    inner join degree_professions on degrees.degree_code = degree_professions.degree_code
    where degrees.degree_type = 'Y'
    group by degrees.person_id, degree_professions.profession_code
),

-- Each person once in each link (and year), with whether she or he is found.
found as (
    select 'registrations_persons' as link, null::integer as year, persons.person_id is not null as is_linked
    from first_registrations
    cross join beginning
    left join persons on first_registrations.person_id = persons.person_id
    where first_registrations.last_year >= beginning.first_year

    union all

    select 'degrees_persons' as link, null as year, persons.person_id is not null as is_linked
    from (
        select person_id, year(max(degree_date)) as last_year from degrees
        group by person_id
    ) as graduates
    cross join beginning
    left join persons on graduates.person_id = persons.person_id
    where graduates.last_year >= beginning.first_year

    union all

    select 'applications_persons' as link, null as year, persons.person_id is not null as is_linked
    from (
        select person_id, max(term) // 10 as last_year from applications
        group by person_id
    ) as applicants
    cross join beginning
    left join persons on applicants.person_id = persons.person_id
    where applicants.last_year >= beginning.first_year

    union all

    select 'licences_persons' as link, null as year, persons.person_id is not null as is_linked
    from (
        select person_id, max(licence_year) as last_year from swedish_licences
        group by person_id
    ) as licensed
    cross join beginning
    left join persons on licensed.person_id = persons.person_id
    where licensed.last_year >= beginning.first_year

    union all

    select 'leavers_persons' as link, null as year, persons.person_id is not null as is_linked
    from (
        select person_id, max(leaving_year) as last_year from leavers
        group by person_id
    ) as leaving
    cross join beginning
    left join persons on leaving.person_id = persons.person_id
    where leaving.last_year >= beginning.first_year

    -- Specialists and those in training are physicians: known as persons, and licensed before.
    {% for them in ['certificates', 'trainees'] %}
        union all

        select '{{ them }}_persons' as link, null as year, persons.person_id is not null as is_linked
        from {{ them }}
        cross join beginning
        left join persons on {{ them }}.person_id = persons.person_id
        where {{ them }}.last_year >= beginning.first_year

        union all

        select
            '{{ them }}_licences' as link,
            null as year,
            coalesce(physicians.first_year <= {{ them }}.first_year, false) as is_linked
        from {{ them }}
        left join (
            select person_id, min(year(licence_date)) as first_year from licences
            where profession_code = 'LK'
            group by person_id
        ) as physicians on {{ them }}.person_id = physicians.person_id
    {% endfor %}

    union all

    select 'employment_persons' as link, employment.year, persons.person_id is not null as is_linked
    from employment
    left join persons on employment.person_id = persons.person_id

    union all

    select 'residence_persons' as link, residence.year, persons.person_id is not null as is_linked
    from residence
    left join persons on residence.person_id = persons.person_id

    union all

    select
        'registrations_age' as link,
        null as year,
        first_registrations.first_year - persons.birth_year between 17 and 60 as is_linked
    from first_registrations
    inner join persons on first_registrations.person_id = persons.person_id

    union all

    select
        'licences_age' as link,
        null as year,
        swedish_licences.licence_year - persons.birth_year between 20 and 65 as is_linked
    from swedish_licences
    inner join persons on swedish_licences.person_id = persons.person_id

    union all

    select
        'leavers_age' as link,
        null as year,
        leaving.leaving_year - persons.birth_year between 17 and 23 as is_linked
    from (
        select person_id, min(leaving_year) as leaving_year from leavers
        group by person_id
    ) as leaving
    inner join persons on leaving.person_id = persons.person_id

    union all

    -- A degree follows studies. Those of the first years may have begun before the register does.
    select
        'degrees_registrations' as link,
        graduates.degree_year as year,
        coalesce(
            graduates.degree_year between first_registrations.first_year and first_registrations.last_year + 5,
            false
        ) as is_linked
    from (
        select person_id, year(max(degree_date)) as degree_year
        from degrees
        where degree_type = 'Y'
        group by person_id
    ) as graduates
    cross join studies_begin
    left join first_registrations on graduates.person_id = first_registrations.person_id
    where graduates.degree_year > studies_begin.first_year + 6

    union all

    -- A degree that leads to a licence is followed by it; of professions from the first year with licences.
    select
        'degrees_licences' as link,
        professional_degrees.degree_year as year,
        coalesce(swedish_licences.licence_year - professional_degrees.degree_year between 0 and 4, false)
            as is_linked
    from professional_degrees
    cross join told_until
    inner join licence_years on professional_degrees.profession_code = licence_years.profession_code
    left join swedish_licences
        on
            professional_degrees.person_id = swedish_licences.person_id
            and professional_degrees.profession_code = swedish_licences.profession_code
    where professional_degrees.degree_year between licence_years.first_year and told_until.licence_year - 4

    union all

    -- And a licence after studies in Sweden by the degree.
    select
        'licences_degrees' as link,
        swedish_licences.licence_year as year,
        coalesce(swedish_licences.licence_year - professional_degrees.degree_year between 0 and 4, false)
            as is_linked
    from swedish_licences
    cross join studies_begin
    cross join told_until
    left join professional_degrees
        on
            swedish_licences.person_id = professional_degrees.person_id
            and swedish_licences.profession_code = professional_degrees.profession_code
    where
        swedish_licences.licence_year > studies_begin.first_year + 8
        and swedish_licences.licence_year <= told_until.education_year
        and swedish_licences.profession_code in (select degree_professions.profession_code from degree_professions)

    union all

    -- Whoever is in a yearly register is in the other, and in it the next year: else rows were cut off.
    {% for link, them, others, later in [
        ('employment_residents', 'employment', 'residence', 0),
        ('residents_employment', 'residence', 'employment', 0),
        ('residence_stays', 'residence', 'residence', 1),
        ('employment_stays', 'employment', 'employment', 1),
    ] %}
        select '{{ link }}' as link, them.year + {{ later }} as year, others.person_id is not null as is_linked
        from {{ them }} as them
        inner join persons on them.person_id = persons.person_id
        left join {{ others }} as others
            on them.person_id = others.person_id and them.year + {{ later }} = others.year
        where
            them.year + {{ later }} in (select observed.year from {{ others }} as observed)
            and them.year - persons.birth_year between 20 and 63

        union all
    {% endfor %}

    -- Most work in the county where they live.
    select 'employment_residence' as link, employment.year, employment.work_county = residence.county as is_linked
    from employment
    inner join residence
        on employment.person_id = residence.person_id and employment.year = residence.year
    where employment.is_employed and employment.work_county is not null

    union all

    -- Most who work in a licensed profession and have a licence have the profession's.
    select
        'employment_licences' as link,
        employment.year,
        bool_or(licences.profession_code = occupations.profession_code) as is_linked
    from employment
    inner join occupations on employment.occupation = occupations.occupation
    inner join licences
        on employment.person_id = licences.person_id and employment.year > year(licences.licence_date)
    where employment.is_employed
    group by employment.person_id, employment.year

    union all

    -- Most live and work where they did the year before.
    select 'residence_before' as link, residence.year, residence.county = earlier.county as is_linked
    from residence
    inner join residence as earlier
        on residence.person_id = earlier.person_id and residence.year - 1 = earlier.year

    union all

    select 'employment_before' as link, employment.year, employment.work_county = earlier.work_county as is_linked
    from employment
    inner join employment as earlier
        on employment.person_id = earlier.person_id and employment.year - 1 = earlier.year
    where employment.work_county is not null and earlier.work_county is not null
),

counted as (
    select link, year, count(*) as persons, count(*) filter (where is_linked) as linked
    from found
    group by link, year
)

select
    counted.link,
    links.register,
    links.tabell as table_name,
    links.mot_register as against_register,
    links.mot_tabell as against_table,
    counted.year::integer as year,
    counted.persons,
    counted.linked,
    counted.linked / counted.persons as share_linked,
    links.golv as least_share,
    -- Three standard errors: what chance alone does with so few.
    counted.linked / counted.persons + 3 * sqrt(links.golv * (1 - links.golv) / counted.persons) >= links.golv
        as is_enough
from counted
inner join links on counted.link = links.lank
order by counted.link, counted.year
