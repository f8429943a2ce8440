with delivered as (
    select * from {{ source('delivered', 'st_st_lakare') }}
)

select
    lopnr as person_id,
    specialitet as specialty,
    startdatum as start_date,
    avslutsdatum as end_date,
    kommun as municipality,
    _delivery as delivery,
    _file as delivered_file,
    _line as delivered_line
from delivered
