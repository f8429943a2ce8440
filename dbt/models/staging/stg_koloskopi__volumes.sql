with delivered as (
    select * from {{ source('delivered', 'koloskopi_volymer') }}
)

select
    ar as year,
    enhet as unit,
    kommun as municipality,
    driftsform = 'privat' as is_private,
    antal as colonoscopies,
    antal_screening as screening,
    antal_cekum as caecum,
    antal_adenom as adenoma,
    sverekks = 'J' as reports_to_sverekks,
    _delivery as delivery,
    _file as delivered_file,
    _line as delivered_line
from delivered
