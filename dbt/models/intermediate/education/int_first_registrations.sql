-- The first term in which a person is registered on an (institution, code): a code means what it meant then.
with registrations as (
    select * from {{ ref('stg_hreg__registrations') }}
    where term // 10 <= {{ last_year() }}
)

select
    person_id,
    institution,
    programme_code,
    min(term) as term
from registrations
group by person_id, institution, programme_code
