-- Paid specialist training, as the regions report it; never to be divided by beginners.
select
    year,
    area,
    form,
    persons as paid_for,
    counties
from {{ ref('int_paid_training') }}
where level in ('county', 'nation')
