-- Counties, and 00 for the nation.
select
    labels.code as county,
    labels.label_sv,
    labels.label_en,
    counties.region as region_name
from {{ ref('labels') }} as labels
left join {{ ref('lan') }} as counties on labels.code = counties.lan
where labels.dimension = 'county' and labels.code not in ('total', 'unknown')
order by labels.code
