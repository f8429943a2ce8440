-- What a measure of a degree needs: the register it looks at, and the newest cohort that has had its time.
with degree_rules as (
    select * from {{ ref('examina') }}
),

measures as (
    {% for measure in var('measures') %}
        select
            '{{ measure.name }}' as measure,
            {{ "'" ~ measure.register ~ "'" if measure.register else 'null' }} as register,
            {{ measure.horizon if measure.horizon is not none else 'null' }} as horizon
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select
    degree_rules.examenskod as degree_code,
    measures.measure,
    measures.register,
    -- Mature: c + ceil(nominal terms / 2) + 3 + h <= L. Without a horizon c <= L - 1: of the academic year L only
    -- the autumn has been seen.
    ({{ last_year() }} - coalesce(ceil(degree_rules.nominella_terminer / 2) + 3 + measures.horizon, 1))::integer
        as last_mature_cohort
from degree_rules
cross join measures
order by degree_rules.examenskod, measures.measure
