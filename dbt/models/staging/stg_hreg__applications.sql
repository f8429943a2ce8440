with delivered as (
    select * from {{ source('delivered', 'hreg_ansokningar') }}
)

select
    lopnr as person_id,
    termin as term,
    larosate as institution,
    programkod as programme_code,
    prioritet as priority,
    antagen = 'J' as is_admitted,
    _delivery as delivery,
    _file as delivered_file,
    _line as delivered_line
from delivered
