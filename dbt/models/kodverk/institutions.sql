-- Institutions of higher education, under their Swedish names.
select
    institutions.larosate as institution,
    labels.label_sv,
    labels.label_en,
    institutions.studieort_kommun as municipality
from {{ ref('larosaten') }} as institutions
inner join
    {{ ref('labels') }} as labels
    on labels.dimension = 'institution' and institutions.larosate = labels.code
order by institutions.larosate
