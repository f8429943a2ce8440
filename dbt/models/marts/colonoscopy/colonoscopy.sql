-- Colonoscopies against need, endoscopists and quality, by year and area with a unit.
-- noqa: disable=LT02
select
    year,
    level,
    area,
    population,
    colonoscopies,
    private,
    screening,
    caecum,
    adenoma,
    covered,
    endoscopists,
    over_60,
    trainees,
    {% for ratio in var('colonoscopy_ratios') %}
        {{ ratio.times }} * {{ ratio.part }} / nullif({{ ratio.whole }}, 0)
            as {{ ratio.name }},
    {% endfor %}
    {{ var('colonoscopy_need') }}::double * population - colonoscopies as gap
from {{ ref('colonoscopy_counts') }}
order by year, level, area
