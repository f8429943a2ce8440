-- What the registers show of whether more are wanted, by area.
select
    year::integer as year,
    group_code,
    indicator,
    if(level = 'nation', 'total', level) as breakdown,
    if(level = 'nation', 'total', area) as breakdown_value,
    numerator,
    numerator_key,
    denominator,
    denominator_key
from {{ ref('int_demand_indicators') }}
