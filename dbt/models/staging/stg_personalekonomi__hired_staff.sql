with delivered as (
    select * from {{ source('delivered', 'personalekonomi_hyrpersonal') }}
)

select
    ar as year,
    lan as county,
    personalgrupp as staff_group,
    hyrkostnad_tkr as hired_cost_tkr,
    egen_kostnad_tkr as own_cost_tkr,
    _delivery as delivery,
    _file as delivered_file,
    _line as delivered_line
from delivered
