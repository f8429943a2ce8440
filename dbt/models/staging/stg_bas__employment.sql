with delivered as (
    select * from {{ source('delivered', 'bas_sysselsattning') }}
)

select
    lopnr as person_id,
    ar as year,
    syssstat as employment_status,
    syssstat = '1' as is_employed,
    ast_kommun as work_municipality,
    left(ast_kommun, 2) as work_county,
    sni2007 as industry,
    ssyk2012 as occupation,
    sektor as sector,
    forvink * 100 as earned_income_sek,
    arblosdagar as unemployment_days,
    _delivery as delivery,
    _file as delivered_file,
    _line as delivered_line
from delivered
