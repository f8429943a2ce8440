-- Colonoscopies, the population that they serve and the endoscopists, by year and area with a unit.
{% set counts = ['colonoscopies', 'private', 'screening', 'caecum', 'adenoma', 'covered'] %}
{% set people = ['endoscopists', 'over_60', 'trainees'] %}
-- noqa: disable=LT02
select
    year,
    level,
    area,
    population,
    {% for count in counts + people %}
        {{ count }},
        {{ count }}_key{{ ',' if not loop.last }}
    {% endfor %}
from {{ ref('int_colonoscopy_counts') }}
