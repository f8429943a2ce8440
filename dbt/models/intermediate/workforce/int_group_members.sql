-- From which year to which a person belongs to a group: holds its licence (and the degree or certificate of a
-- group within a profession) on 31 December. Periods of a person and group do not meet.
with licences as (
    select
        person_id,
        profession_code,
        licence_date,
        education_country,
        year(licence_date) as first_year,
        -- Held to the end of a year when the revocation comes in a later one.
        coalesce(year(revocation_date) - 1, 9999) as last_year
    from {{ ref('stg_hosp__licences') }}
    where year(licence_date) <= {{ last_year() }}
),

-- Also of a licence since revoked. Of several on the first date: SE, then EU.
first_licences as (
    select
        person_id,
        profession_code,
        year(min(licence_date)) as first_licence_year,
        arg_min(
            education_country,
            row(licence_date, case education_country when 'SE' then 0 when 'EU' then 1 else 2 end)
        ) as training_country
    from licences
    group by person_id, profession_code
),

followed as (
    select
        *,
        max(last_year) over (
            partition by person_id, profession_code
            order by first_year, last_year
            rows between unbounded preceding and 1 preceding
        ) as held_until
    from licences
    where first_year <= last_year
),

numbered as (
    select
        *,
        count(*) filter (where held_until is null or first_year > held_until + 1) over (
            partition by person_id, profession_code
            order by first_year, last_year
            rows between unbounded preceding and current row
        ) as period
    from followed
),

holders as (
    select
        person_id,
        profession_code,
        min(first_year) as first_year,
        max(last_year) as last_year
    from numbered
    group by person_id, profession_code, period
),

specialist_nurses as (
    select person_id, year(min(degree_date)) as since
    from {{ ref('stg_hreg__degrees') }}
    where degree_code = 'SP' and degree_type = 'Y'
    group by person_id
),

general_practitioners as (
    select person_id, year(min(certificate_date)) as since
    from {{ ref('stg_specialister__certificates') }}
    where specialty = 'allmanmedicin'
    group by person_id
),

-- Nurses without specialisation: until the degree, and but for the years as a midwife (who reads this takes
-- those out).
members as (
    select *, profession_code as group_code
    from holders
    union all
    select
        holders.* replace (greatest(holders.first_year, specialist_nurses.since) as first_year),
        'SPS' as group_code
    from holders
    inner join specialist_nurses on holders.person_id = specialist_nurses.person_id
    where holders.profession_code = 'SJ' and specialist_nurses.since <= holders.last_year
    union all
    select
        holders.* replace (least(holders.last_year, coalesce(specialist_nurses.since - 1, 9999)) as last_year),
        'SJG' as group_code
    from holders
    left join specialist_nurses on holders.person_id = specialist_nurses.person_id
    where
        holders.profession_code = 'SJ'
        and (specialist_nurses.since is null or specialist_nurses.since > holders.first_year)
    union all
    select
        holders.* replace (greatest(holders.first_year, general_practitioners.since) as first_year),
        'ALM' as group_code
    from holders
    inner join general_practitioners on holders.person_id = general_practitioners.person_id
    where holders.profession_code = 'LK' and general_practitioners.since <= holders.last_year
)

select
    members.person_id,
    members.group_code,
    members.profession_code,
    members.first_year,
    members.last_year,
    first_licences.first_licence_year,
    first_licences.training_country,
    {{ record_key('members.person_id') }} as record_key
from members
inner join first_licences
    on members.person_id = first_licences.person_id and members.profession_code = first_licences.profession_code
