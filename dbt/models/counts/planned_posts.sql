-- Posts of specialist training that the regions plan: of counties and the nation.
select
    year,
    area as county,
    specialty,
    planned
from {{ ref('int_planned_posts') }}
where level in ('county', 'nation')
