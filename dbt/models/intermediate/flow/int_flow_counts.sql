-- Each measure by degree, cohort and one attribute, or nested ones, at a time: counts, and their cell keys.
{% set breakdowns = var('breakdowns') %}
{% set measures = var('measures') %}
with person_degrees as (
    select
        *,
        -- Null where the attribute does not belong to the degree.
        {% for breakdown in breakdowns %}
            {% set columns = breakdown.nested or [breakdown.column or breakdown.name] %}
            {% set value = "coalesce(" ~ columns | join(", 'unknown') || ':' || coalesce(") ~ ", 'unknown')" %}
            {{ "if(degree_code = '" ~ breakdown.only ~ "', " ~ value ~ ", null)" if breakdown.only else value }}
                as by_{{ breakdown.name }},
        {% endfor %}
        {{ record_key('person_id') }} as record_key
    from {{ ref('int_person_degrees') }}
    where is_in_flow
),

-- noqa: disable=LT02
counted as (
    select
        degree_code,
        cohort_year,
        case
            {% for breakdown in breakdowns %}
                when grouping(by_{{ breakdown.name }}) = 0 then '{{ breakdown.name }}'
            {% endfor %}
            else 'total'
        end as breakdown,
        case
            {% for breakdown in breakdowns %}
                when grouping(by_{{ breakdown.name }}) = 0 then by_{{ breakdown.name }}
            {% endfor %}
            else 'total'
        end as breakdown_value,
        {% for measure in measures %}
            count(*) filter (where {{ measure.name }}) as numerator_{{ measure.name }},
            {{ cell_key('record_key', measure.name) }} as numerator_key_{{ measure.name }},
            {% if measure.follow_up %}
                min(if({{ measure.name }} is null, null, {{ measure.follow_up }})) as first_{{ measure.name }},
                max(if({{ measure.name }} is null, null, {{ measure.follow_up }})) as last_{{ measure.name }},
            {% endif %}
            {{ cell_key('record_key', measure.name ~ ' is not null') }} as denominator_key_{{ measure.name }},
            count({{ measure.name }}) as denominator_{{ measure.name }}{{ ',' if not loop.last }}
        {% endfor %}
    from person_degrees
    group by grouping sets (
        {% for breakdown in breakdowns %}
            (degree_code, cohort_year, by_{{ breakdown.name }}),
        {% endfor %}
        (degree_code, cohort_year)
    )
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
            {{ 'first_' ~ measure.name if measure.follow_up else 'null' }} as first_year,
            {{ 'last_' ~ measure.name if measure.follow_up else 'null' }} as last_year,
            numerator_key_{{ measure.name }} as numerator_key,
            denominator_key_{{ measure.name }} as denominator_key
        from counted
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select * from long
where breakdown_value is not null and denominator >= 1
