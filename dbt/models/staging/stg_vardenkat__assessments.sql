with delivered as (
    select * from {{ source('delivered', 'vardenkat_bedomningar') }}
)

select
    ar as year,
    lan as county,
    yrkeskod as profession_code,
    erfarenhet as experience,
    bedomning as assessment,
    _recoded as is_recoded,
    _delivery as delivery,
    _file as delivered_file,
    _line as delivered_line
from delivered
