with delivered as (
    select * from {{ source('delivered', 'plan_insatser') }}
)

select
    insats as measure,
    titel as title_sv,
    aktorsgrupp as actor_group,
    omrade as plan_area,
    _delivery as delivery,
    _file as delivered_file,
    _line as delivered_line
from delivered
