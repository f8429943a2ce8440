with delivered as (
    select * from {{ source('delivered', 'rtb_personer') }}
)

select
    lopnr as person_id,
    kon as sex,
    fodelsear as birth_year,
    avlidendatum as death_date,
    _delivery as delivery,
    _file as delivered_file,
    _line as delivered_line
from delivered
