-- Licensed persons and what they do: the nation by one attribute at a time, counties and health-care regions in
-- all.
{% set counts = ['licensed', 'employed', 'in_health_care', 'in_profession'] %}
-- noqa: disable=LT02
select
    year,
    group_code,
    if(level = 'nation', replace(breakdown, 'age_group', 'licensed_age'), level) as breakdown,
    if(level = 'nation', breakdown_value, area) as breakdown_value,
    {% for count in counts %}
        {{ count }},
        {{ count }}_key{{ ',' if not loop.last }}
    {% endfor %}
from {{ ref('int_licensed_workforce') }}
where level = 'nation' or breakdown = 'total'
