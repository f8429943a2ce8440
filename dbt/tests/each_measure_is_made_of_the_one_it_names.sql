with flow_measures as (
    select * from {{ ref('flow_measures') }}
),

chain as (
    {% for measure in var('measures') if measure.of %}
        {% for parent in ([measure.of] if measure.of is string else measure.of) %}
            select
                '{{ measure.name }}' as measure,
                '{{ parent }}' as parent,
                {{ loop.index }} as choice,
                {{ 'true' if measure.whole is sameas true else 'false' }} as is_whole
            union all
        {% endfor %}
    {% endfor %}
    select null as measure, null as parent, null as choice, null as is_whole
    where false
),

-- The numerator that a row's denominator is made of: zero where nobody is in it.
denominators as (
    select
        flow_measures.*,
        any_value(chain.is_whole) as is_whole,
        coalesce(arg_min(parents.numerator, chain.choice), 0) as parent_numerator
    from flow_measures
    inner join chain on flow_measures.measure = chain.measure
    left join flow_measures as parents
        on
            chain.parent = parents.measure
            and flow_measures.degree_code = parents.degree_code
            and flow_measures.cohort_year = parents.cohort_year
            and flow_measures.breakdown = parents.breakdown
            and flow_measures.breakdown_value = parents.breakdown_value
    group by all
),

numerators as (
    {% for measure in var('measures') if measure.within %}
        select
            parts.*,
            wholes.numerator as parent_numerator
        from flow_measures as parts
        inner join flow_measures as wholes
            on
                parts.degree_code = wholes.degree_code
                and parts.cohort_year = wholes.cohort_year
                and parts.breakdown = wholes.breakdown
                and parts.breakdown_value = wholes.breakdown_value
        where parts.measure = '{{ measure.name }}' and wholes.measure = '{{ measure.within }}'
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select degree_code, cohort_year, breakdown, breakdown_value, measure, 'denominator' as count
from denominators
where denominator > parent_numerator or (mature and is_whole and denominator <> parent_numerator)
union all
select degree_code, cohort_year, breakdown, breakdown_value, measure, 'numerator' as count
from numerators
where numerator > parent_numerator
