-- What units lack and could help each other with, by health-care region: no persons.
select
    year,
    lpad(month::varchar, 2, '0') as month,
    health_region,
    sum(lack)::bigint as lack,
    sum(room)::bigint as room,
    sum(lack - unmet)::bigint as met,
    sum(unmet)::bigint as unmet
from {{ ref('int_capacity_balance') }}
group by year, month, health_region
