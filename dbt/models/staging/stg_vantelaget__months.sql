with delivered as (
    select * from {{ source('delivered', 'vantelaget_lage') }}
)

select
    ar as year,
    manad::integer as month,
    enhet as unit,
    kommun as municipality,
    tillgangliga as available,
    bokade as booked,
    vantande as waiting,
    over_90_dagar as waiting_over_90_days,
    _delivery as delivery,
    _file as delivered_file,
    _line as delivered_line
from delivered
