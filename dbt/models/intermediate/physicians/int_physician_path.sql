-- How far physicians have come by the number of years after their degree, by the year of the degree: licence,
-- start of specialist training, certificate. Counts, and their cell keys.
{% set steps = {
    'licence': ('hosp', 5), 'st_start': ('st', 10), 'specialist': ('specialister', 15)
} %}
with cohorts as (
    select
        person_id,
        year(min(degree_date)) as cohort_year,
        {{ record_key('person_id') }} as record_key
    from {{ ref('stg_hreg__degrees') }}
    where degree_code = 'LA' and degree_type = 'Y'
    group by person_id
    having year(min(degree_date)) <= {{ last_year() }}
),

events as (
    select 'licence' as step, person_id, year(min(licence_date)) as year
    from {{ ref('stg_hosp__licences') }}
    where profession_code = 'LK'
    group by person_id
    union all
    select 'st_start' as step, person_id, year(min(start_date)) as year
    from {{ ref('stg_st__trainees') }}
    group by person_id
    union all
    select 'specialist' as step, person_id, year(min(certificate_date)) as year
    from {{ ref('stg_specialister__certificates') }}
    group by person_id
),

-- A step that no register tells of has no row.
steps as (
    select steps.step, unnest(generate_series(0, steps.most))::integer as years
    from (
        values
        {% for step, (register, most) in steps.items() %}
            ('{{ step }}', '{{ register }}', {{ most }}){{ ',' if not loop.last }}
        {% endfor %}
    ) as steps (step, register, most)
    inner join {{ source('delivered', 'registers') }} as registers on steps.register = registers.register
),

persons as (
    select
        cohorts.cohort_year,
        steps.step,
        steps.years,
        cohorts.record_key,
        coalesce(events.year - cohorts.cohort_year <= steps.years, false) as is_there
    from cohorts
    inner join steps on cohorts.cohort_year + steps.years <= {{ last_year() }}
    left join events on cohorts.person_id = events.person_id and steps.step = events.step
)

select
    cohort_year,
    step,
    years,
    count(*) filter (where is_there) as numerator,
    count(*) as denominator,
    {{ cell_key('record_key', 'is_there') }} as numerator_key,
    {{ cell_key('record_key', 'true') }} as denominator_key
from persons
group by cohort_year, step, years
