with delivered as (
    select * from {{ source('delivered', 'st_planerade_st') }}
)

select
    ar as year,
    lan as county,
    specialitet as specialty,
    antal as planned,
    _delivery as delivery,
    _file as delivered_file,
    _line as delivered_line
from delivered
