with delivered as (
    select * from {{ source('delivered', 'yrkesregister_anstallda') }}
)

select
    ar as year,
    lan as county,
    ssyk2012 as occupation,
    kon as sex,
    antal as employees,
    _delivery as delivery,
    _file as delivered_file,
    _line as delivered_line
from delivered
