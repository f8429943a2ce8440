with delivered as (
    select * from {{ source('delivered', 'personalekonomi_sjukfranvaro') }}
)

select
    ar as year,
    lan as county,
    personalgrupp as staff_group,
    franvarotimmar as absent_hours,
    ordinarie_timmar as ordinary_hours,
    _delivery as delivery,
    _file as delivered_file,
    _line as delivered_line
from delivered
