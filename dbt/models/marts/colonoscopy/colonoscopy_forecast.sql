-- Colonoscopies that will be wanted in ten years, and the endoscopists that would do them, low, middle and high.
select
    year,
    level,
    area,
    component,
    low,
    middle,
    high
from {{ ref('int_colonoscopy_forecast') }}
order by year, level, area, component
