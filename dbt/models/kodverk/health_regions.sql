-- Health-care regions.
select
    regions.sjukvardsregion as health_region,
    labels.label_sv,
    labels.label_en
from {{ ref('sjukvardsregioner') }} as regions
inner join {{ ref('labels') }} as labels
    on labels.dimension = 'health_region' and regions.sjukvardsregion = labels.code
order by regions.sjukvardsregion
