with delivered as (
    select * from {{ source('delivered', 'rtb_folkbokforing') }}
)

select
    lopnr as person_id,
    ar as year,
    kommun as municipality,
    left(kommun, 2) as county,
    _delivery as delivery,
    _file as delivered_file,
    _line as delivered_line
from delivered
