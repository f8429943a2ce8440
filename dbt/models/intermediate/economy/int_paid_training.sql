-- Persons in specialist training that the regions pay for. Never to be divided by beginners: the grants
-- mix years and lack regions (follow-up of the agreement of 2018, footnote to table 8).
with summed as (
    {{ county_sums(ref('stg_personalekonomi__paid_training'), 'form', ['persons']) }}
)

select
    year,
    level,
    area,
    form,
    persons,
    counties,
    false as may_be_related_to_beginners
from summed
order by year, level, area, form
