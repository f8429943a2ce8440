with delivered as (
    select * from {{ source('delivered', 'koloskopi_skopister') }}
)

select
    ar as year,
    skopist as endoscopist,
    enhet as unit,
    yrke as profession_code,
    fodelsear as birth_year,
    antal as examinations,
    st_lakare = 'J' as is_trainee,
    _delivery as delivery,
    _file as delivered_file,
    _line as delivered_line
from delivered
