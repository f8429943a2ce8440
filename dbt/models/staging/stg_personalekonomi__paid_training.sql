with delivered as (
    select * from {{ source('delivered', 'personalekonomi_specialistutbildning') }}
)

select
    ar as year,
    lan as county,
    form,
    antal as persons,
    _delivery as delivery,
    _file as delivered_file,
    _line as delivered_line
from delivered
