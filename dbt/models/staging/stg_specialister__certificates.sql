with delivered as (
    select * from {{ source('delivered', 'specialister_specialistbevis') }}
)

select
    lopnr as person_id,
    specialitet as specialty,
    bevisdatum as certificate_date,
    utbildningsland as education_country,
    _delivery as delivery,
    _file as delivered_file,
    _line as delivered_line
from delivered
