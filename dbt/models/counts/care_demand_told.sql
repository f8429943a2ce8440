-- The nation's demand for care, as it is: open data.
select
    year,
    care_area,
    index as care_index
from {{ ref('int_care_demand') }}
