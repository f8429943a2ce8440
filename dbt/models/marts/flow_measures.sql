-- Each measure by degree, cohort and one attribute at a time.
{% set measures = var('measures') %}
with person_degrees as (
    select * from {{ ref('int_person_degrees') }}
    where is_in_flow
),

-- One row per person, degree and attribute.
by_attribute as (
    select
        *,
        unnest([
            {% for breakdown in var('breakdowns') %}
                {% set value = "coalesce(" ~ (breakdown.column or breakdown.name) ~ ", 'unknown')" %}
                {% set pair = "struct_pack(breakdown := '%s', breakdown_value := %s)" % (breakdown.name, value) %}
                {{ "if(degree_code = '" ~ breakdown.only ~ "', " ~ pair ~ ", null)" if breakdown.only else pair }},
            {% endfor %}
            struct_pack(breakdown := 'total', breakdown_value := 'total')
        ]) as attribute
    from person_degrees
),

-- noqa: disable=LT02
counted as (
    select
        degree_code,
        cohort_year,
        attribute.breakdown,
        attribute.breakdown_value,
        {% for measure in measures %}
            count(*) filter (where {{ measure.name }}) as numerator_{{ measure.name }},
            {% if measure.follow_up %}
                min(if({{ measure.name }} is null, null, {{ measure.follow_up }})) as first_{{ measure.name }},
                max(if({{ measure.name }} is null, null, {{ measure.follow_up }})) as last_{{ measure.name }},
            {% endif %}
            count({{ measure.name }}) as denominator_{{ measure.name }}{{ ',' if not loop.last }}
        {% endfor %}
    from by_attribute
    where attribute is not null
    group by degree_code, cohort_year, attribute.breakdown, attribute.breakdown_value
),
-- noqa: enable=LT02

long as (
    {% for measure in measures %}
        select
            degree_code,
            cohort_year,
            breakdown,
            breakdown_value,
            '{{ measure.name }}' as measure,
            numerator_{{ measure.name }} as numerator,
            denominator_{{ measure.name }} as denominator,
            {{ measure.horizon if measure.horizon is not none else 'null' }} as horizon,
            {{ "'" ~ measure.register ~ "'" if measure.register else 'null' }} as register,
            {{ 'first_' ~ measure.name if measure.follow_up else 'null' }} as first_year,
            {{ 'last_' ~ measure.name if measure.follow_up else 'null' }} as last_year
        from counted
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

degree_rules as (
    select * from {{ ref('examina') }}
),

series_breaks as (
    select * from {{ ref('tidsseriebrott') }}
),

-- The persons' follow-up years lie on both sides of a break of the register that the measure uses.
broken as (
    select distinct long.register, long.first_year, long.last_year
    from long
    inner join series_breaks
        on
            long.register = series_breaks.register
            and long.first_year < series_breaks.ar
            and long.last_year >= series_breaks.ar
)

select
    long.degree_code,
    long.cohort_year,
    long.breakdown,
    long.breakdown_value,
    long.measure,
    long.numerator,
    long.denominator,
    long.horizon is null
    or long.cohort_year + ceil(degree_rules.nominella_terminer / 2) + 3 + long.horizon <= {{ last_year() }}
        as mature,
    broken.register is not null as series_break
from long
inner join degree_rules on long.degree_code = degree_rules.examenskod
left join broken
    on
        long.register = broken.register
        and long.first_year = broken.first_year
        and long.last_year = broken.last_year
where long.denominator >= 1
order by long.degree_code, long.cohort_year, long.breakdown, long.breakdown_value, long.measure
