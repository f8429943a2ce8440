with delivered as (
    select * from {{ source('delivered', 'hreg_registreringar') }}
)

select
    lopnr as person_id,
    larosate as institution,
    programkod as programme_code,
    termin as term,
    _delivery as delivery,
    _file as delivered_file,
    _line as delivered_line
from delivered
