with delivered as (
    select * from {{ source('delivered', 'hreg_examina') }}
)

select
    lopnr as person_id,
    larosate as institution,
    examenskod as degree_code,
    inriktning as specialisation,
    examensdatum as degree_date,
    examenstyp as degree_type,
    _delivery as delivery,
    _file as delivered_file,
    _line as delivered_line
from delivered
