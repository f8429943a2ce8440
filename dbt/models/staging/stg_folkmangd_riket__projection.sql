with delivered as (
    select * from {{ source('delivered', 'folkmangd_riket_framskrivning_riket') }}
)

select
    ar as year,
    kon as sex,
    alder as age,
    antal as population,
    _delivery as delivery,
    _file as delivered_file,
    _line as delivered_line
from delivered
