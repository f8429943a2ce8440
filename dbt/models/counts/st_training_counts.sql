-- Physicians in specialist training: by specialty in the nation, by area in all.
{% set counts = ['in_training', 'women', 'started', 'completed', 'stopped'] %}
-- noqa: disable=LT02
select
    year,
    case
        when level != 'nation' then level
        when specialty = 'total' then 'total'
        else 'specialty'
    end as breakdown,
    if(level = 'nation', specialty, area) as breakdown_value,
    {% for count in counts %}
        {{ count }},
        {{ count }}_key{{ ',' if not loop.last }}
    {% endfor %}
from {{ ref('int_st_training') }}
where level = 'nation' or specialty = 'total'
