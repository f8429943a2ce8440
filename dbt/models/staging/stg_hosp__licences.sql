with delivered as (
    select * from {{ source('delivered', 'hosp_legitimationer') }}
)

select
    lopnr as person_id,
    yrkeskod as profession_code,
    legitimationsdatum as licence_date,
    utbildningsland as education_country,
    aterkallelsedatum as revocation_date,
    _delivery as delivery,
    _file as delivered_file,
    _line as delivered_line
from delivered
