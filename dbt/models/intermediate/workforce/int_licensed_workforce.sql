-- The stock by year, area of residence, group and one attribute at a time: counts, and their cell keys.
{% set counts = {
    'licensed': 'true', 'employed': 'is_employed', 'in_health_care': 'is_in_health_care',
    'in_profession': 'in_profession'
} %}
{% set attributes = ['sex', 'age_group', 'training_country'] %}
with observed_years as (
    select year from {{ ref('int_observed_years') }}
    where employment_observed
),

stock as (
    select
        stock.*,
        case
            when stock.age <= 34 then '-34'
            when stock.age <= 44 then '35-44'
            when stock.age <= 54 then '45-54'
            when stock.age <= 64 then '55-64'
            else '65-74'
        end as age_group
    from {{ ref('int_stock') }} as stock
    semi join observed_years on stock.year = observed_years.year
),

nurse_specialisations as (
    select
        person_id,
        coalesce(specialisation, 'unknown') as specialisation,
        year(min(degree_date)) as since
    from {{ ref('stg_hreg__degrees') }}
    where degree_code = 'SP' and degree_type = 'Y'
    group by all
),

specialists as (
    select person_id, specialty, year(min(certificate_date)) as since
    from {{ ref('stg_specialister__certificates') }}
    group by person_id, specialty
),

first_certificates as (
    select person_id, min(since) as since
    from specialists
    group by person_id
),

-- A person with several counts in each. Without the register of certificates nobody can be seen to have none.
by_several as (
    select
        stock.*,
        'specialisation' as breakdown,
        nurse_specialisations.specialisation as breakdown_value
    from stock
    inner join nurse_specialisations
        on stock.person_id = nurse_specialisations.person_id and stock.year >= nurse_specialisations.since
    where stock.group_code = 'SPS'
    union all
    select stock.*, 'specialty' as breakdown, specialists.specialty as breakdown_value
    from stock
    inner join specialists on stock.person_id = specialists.person_id and stock.year >= specialists.since
    where stock.group_code = 'LK'
    union all
    select stock.*, 'specialty' as breakdown, 'none' as breakdown_value
    from stock
    left join first_certificates
        on stock.person_id = first_certificates.person_id and stock.year >= first_certificates.since
    where
        stock.group_code = 'LK'
        and first_certificates.person_id is null
        and 'specialister' in (select register from {{ source('delivered', 'registers') }})
),

-- noqa: disable=LT02
-- Persons are added up once, to small cells; areas and breakdowns are sums of these.
cells as (
    select
        year,
        county,
        area,
        group_code,
        {{ attributes | join(', ') }},
        {% for count, holds in counts.items() %}
            count(*) filter (where {{ holds }}) as {{ count }},
            {{ cell_key('record_key', holds) }} as {{ count }}_key{{ ',' if not loop.last }}
        {% endfor %}
    from stock
    group by all
),

several_cells as (
    select
        year,
        county,
        area,
        group_code,
        breakdown,
        breakdown_value,
        {% for count, holds in counts.items() %}
            count(*) filter (where {{ holds }}) as {{ count }},
            {{ cell_key('record_key', holds) }} as {{ count }}_key{{ ',' if not loop.last }}
        {% endfor %}
    from by_several
    group by all
),

one_at_a_time as (
    select * exclude ({{ attributes | join(', ') }}), 'total' as breakdown, 'total' as breakdown_value
    from cells
    {% for attribute in attributes %}
        union all
        select
            * exclude ({{ attributes | join(', ') }}),
            '{{ attribute }}' as breakdown,
            {{ attribute }} as breakdown_value
        from cells
    {% endfor %}
    union all by name
    select * from several_cells
),

levels as (
    {{ area_levels('one_at_a_time') }}
)

select
    year,
    level,
    area,
    group_code,
    breakdown,
    breakdown_value,
    {% for count in counts %}
        sum({{ count }})::bigint as {{ count }},
        {{ cell_key(count ~ '_key', 'true') }} as {{ count }}_key{{ ',' if not loop.last }}
    {% endfor %}
from levels
group by year, level, area, group_code, breakdown, breakdown_value
