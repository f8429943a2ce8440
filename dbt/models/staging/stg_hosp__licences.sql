with delivered as (
    select * from {{ source('delivered', 'hosp_legitimationer') }}
),

professions as (
    select * from {{ ref('yrken') }}
)

select
    delivered.lopnr as person_id,
    coalesce(professions.ersatt_av, delivered.yrkeskod) as profession_code,
    delivered.yrkeskod as delivered_profession_code,
    delivered.legitimationsdatum as licence_date,
    delivered.utbildningsland as education_country,
    delivered.aterkallelsedatum as revocation_date,
    delivered._delivery as delivery,
    delivered._file as delivered_file,
    delivered._line as delivered_line
from delivered
left join professions on delivered.yrkeskod = professions.yrkeskod
