-- Specialisations of nurses, a midwife's among them.
select
    labels.code as specialisation,
    labels.label_sv,
    labels.label_en,
    names.ssyk2012 as occupation
from {{ ref('labels') }} as labels
left join {{ ref('inriktningar') }} as names on labels.code = names.inriktning
where labels.dimension = 'specialisation' and labels.code not in ('total', 'unknown')
order by labels.code
