with delivered as (
    select * from {{ source('delivered', 'plan_lage_insatser') }}
)

select
    ar as year,
    insats as measure,
    aktor as actor,
    lage as state,
    _delivery as delivery,
    _file as delivered_file,
    _line as delivered_line
from delivered
