-- The degrees that are followed, with the profession that each gives a licence to.
select
    degrees.examenskod as degree_code,
    labels.label_sv,
    labels.label_en,
    degrees.niva as education_level,
    degrees.hogskolepoang as credits,
    degrees.nominella_terminer as nominal_terms,
    degrees.yrkeskod is not null as leads_to_licence
from {{ ref('examina') }} as degrees
inner join {{ ref('labels') }} as labels on labels.dimension = 'degree_code' and degrees.examenskod = labels.code
order by degrees.examenskod
