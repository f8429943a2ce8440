-- Persons in specialist training that the regions pay for. Never to be divided by beginners: the grants
-- mix years and lack regions (follow-up of the agreement of 2018, footnote to table 8).
select
    year,
    level,
    area,
    form,
    persons,
    counties,
    may_be_related_to_beginners
from {{ ref('int_paid_training') }}
order by year, level, area, form
