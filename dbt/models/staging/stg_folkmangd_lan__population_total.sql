with delivered as (
    select * from {{ source('delivered', 'folkmangd_lan_folkmangd_lan_total') }}
)

select
    ar as year,
    lan as county,
    antal as population,
    _delivery as delivery,
    _file as delivered_file,
    _line as delivered_line
from delivered
