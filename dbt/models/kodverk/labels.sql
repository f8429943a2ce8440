-- What every code that a table shows is called, by the column (or breakdown) that holds it.
with own as (
    select
        slag as kind,
        kod as code,
        namn_sv as sv,
        namn_en as en
    from {{ ref('etiketter') }}
),

any_code as (
    select code, sv, en from own
    where kind = 'any'
),

{% set lists = [
    ('profession_code', 'yrken', 'yrkeskod', 'yrkesnamn', 'engelskt_namn'),
    ('group_code', 'prognosgrupper', 'grupp', 'namn', 'engelskt_namn'),
    ('group_code', 'yrken', 'yrkeskod', 'yrkesnamn', 'engelskt_namn'),
    ('county', 'lan', 'lan', 'lansnamn', none),
    ('health_region', 'sjukvardsregioner', 'sjukvardsregion', 'namn', none),
    ('institution', 'larosaten', 'larosate', 'larosatesnamn', none),
    ('specialisation', 'inriktningar', 'inriktning', 'namn', none),
    ('specialty', 'specialiteter', 'specialitet', 'namn', none),
    ('ssyk2012', 'ssyk_halsa', 'ssyk2012', 'benamning', none),
    ('ssyk2012', 'vardyrken', 'ssyk2012', 'benamning', 'engelsk_benamning')
] %}
listed as (
    select
        'degree_code' as dimension,
        degrees.examenskod as code,
        degrees.examensnamn as sv,
        professions.engelskt_namn as en
    from {{ ref('examina') }} as degrees
    left join {{ ref('yrken') }} as professions using (yrkeskod)
    {% for dimension, code_list, code, sv, en in lists %}
        union all
        select '{{ dimension }}' as dimension, {{ code }} as code, {{ sv }} as sv, {{ en or 'null' }} as en
        from {{ ref(code_list) }}
    {% endfor %}
    {% for measure in var('measures') %}
        union all
        select
            'measure' as dimension,
            '{{ measure.name }}' as code,
            '{{ measure.sv }}' as sv,
            '{{ measure.en }}' as en
    {% endfor %}
    union all
    select 'occupation_group' as dimension, occupation_group as code, label_sv as sv, label_en as en
    from {{ ref('occupation_groups') }}
    union all
    select 'scenario' as dimension, scenario as code, namn as sv, name as en
    from {{ source('delivered', 'scenarios') }}
    {% for dimension in ['measure', 'plan_measure'] %}
        union all
        select '{{ dimension }}' as dimension, insats as code, titel as sv, null as en
        from {{ source('delivered', 'plan_insatser') }}
    {% endfor %}
    union all
    select kind as dimension, code, null as sv, null as en from own
    where kind not in ('table', 'column', 'dimension', 'metric', 'any')
),

-- One row a code, in the words of our own where there are any.
named as (
    select
        listed.dimension,
        listed.code,
        coalesce(max(own.sv), max(listed.sv)) as label_sv,
        coalesce(max(own.en), max(listed.en), max(own.sv), max(listed.sv)) as label_en
    from listed
    left join own on listed.dimension = own.kind and listed.code = own.code
    group by listed.dimension, listed.code
),

-- A measure of its own for each number of years.
by_years as (
    select
        named.dimension,
        replace(named.code, 'started_within', 'started_within_' || years.k) as code,
        replace(named.label_sv, '{k}', years.k::varchar) as label_sv,
        replace(named.label_en, '{k}', years.k::varchar) as label_en
    from named
    inner join generate_series(0, 20) as years (k) on named.code = 'started_within' or years.k = 0
),

-- The same codes under every name that a column or a breakdown has for them.
every_name as (
    select dimension, code, label_sv, label_en from by_years
    {% for same, names in {
        'county': ['study_county', 'home_county', 'work_county', 'area', 'region', 'nation'],
        'sector': ['from_sector'],
        'age_group': ['licensed_age'],
        'years': ['years_ahead', 'years_after', 'years_later']
    }.items() %}
        {% for name in names %}
            union all
            select '{{ name }}' as dimension, code, label_sv, label_en from by_years
            where dimension = '{{ same }}'
        {% endfor %}
    {% endfor %}
),

dimensions as (
    select distinct dimension from every_name
),

-- The plan's indicators: a measure, and of whom.
plan_indicators as (
    select distinct
        indikator as code,
        split_part(indikator, ':', 1) as what,
        split_part(indikator, ':', 2) as whom,
        case split_part(indikator, ':', 1)
            when 'st_in_training' then 'specialty'
            when 'supply_gap_pct' then 'group_code'
            else 'degree_code'
        end as kind
    from {{ source('delivered', 'plan_effektmal') }}
)

select dimension, code, label_sv, label_en from every_name
union all
select
    names.dimension,
    plan_indicators.code,
    concat_ws(': ', what.label_sv, whom.label_sv) as label_sv,
    concat_ws(': ', what.label_en, whom.label_en) as label_en
from plan_indicators
cross join (values ('indicator'), ('plan_indicator')) as names (dimension)
left join every_name as what
    on what.dimension in ('measure', 'goal_indicator') and plan_indicators.what = what.code
left join every_name as whom on plan_indicators.kind = whom.dimension and plan_indicators.whom = whom.code
union all
select dimensions.dimension, any_code.code, any_code.sv as label_sv, any_code.en as label_en
from dimensions
cross join any_code
union all
select names.dimension, own.code, own.sv as label_sv, own.en as label_en
from own
cross join (values ('breakdown'), ('level')) as names (dimension)
where own.kind = 'dimension'
union all
select names.dimension, any_code.code, any_code.sv as label_sv, any_code.en as label_en
from any_code
cross join (values ('breakdown'), ('total')) as names (dimension)
where any_code.code = 'total'
order by dimension, code
