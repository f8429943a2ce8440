-- Licensed professions; a replaced one names the newer.
select
    professions.yrkeskod as profession_code,
    labels.label_sv,
    labels.label_en,
    professions.ersatt_av as replaced_by
from {{ ref('yrken') }} as professions
inner join {{ ref('labels') }} as labels
    on labels.dimension = 'profession_code' and professions.yrkeskod = labels.code
order by professions.yrkeskod
