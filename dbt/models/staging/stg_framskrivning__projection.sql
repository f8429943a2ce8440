with delivered as (
    select * from {{ source('delivered', 'framskrivning_framskrivning') }}
)

select
    ar as year,
    kommun as municipality,
    kon as sex,
    alder as age,
    antal as population,
    _delivery as delivery,
    _file as delivered_file,
    _line as delivered_line
from delivered
