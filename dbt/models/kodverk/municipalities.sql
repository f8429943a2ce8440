-- Municipalities with their county and health-care region (Halland is divided).
select
    kommun as municipality,
    kommunnamn as label_sv,
    kommunnamn as label_en,
    lan as county,
    sjukvardsregion as health_region
from {{ ref('kommuner') }}
order by kommun
