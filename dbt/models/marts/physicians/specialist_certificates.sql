-- Certificates of specialist competence by year and specialty, and those of physicians trained abroad.
select
    year,
    specialty,
    persons,
    trained_abroad
from {{ ref('int_specialist_certificates') }}
order by year, specialty
