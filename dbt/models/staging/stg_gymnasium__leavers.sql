with delivered as (
    select * from {{ source('delivered', 'gymnasium_avgangna') }}
)

select
    lopnr as person_id,
    avgangsar as leaving_year,
    gymnasieprogram as upper_secondary,
    _delivery as delivery,
    _file as delivered_file,
    _line as delivered_line
from delivered
