with delivered as (
    select * from {{ source('delivered', 'plan_effektmal') }}
)

select
    insats as measure,
    indikator as indicator,
    riktning as direction,
    mal::double as target,
    malar as target_year,
    _delivery as delivery,
    _file as delivered_file,
    _line as delivered_line
from delivered
