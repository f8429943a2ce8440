with delivered as (
    select * from {{ source('delivered', 'utbildningsplan_planerade_nyborjare') }}
)

select
    lasar as cohort_year,
    larosate as institution,
    examenskod as degree_code,
    inriktning as specialisation,
    antal as planned,
    _delivery as delivery,
    _file as delivered_file,
    _line as delivered_line
from delivered
