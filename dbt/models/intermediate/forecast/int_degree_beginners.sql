-- Beginners by degree, institution and cohort, and when they took the degree (missing: not yet). All persons,
-- also those without sex. The first academic year in the registrations is no cohort.
with beginners as (
    select * from {{ ref('int_beginners') }}
    where cohort_year >= {{ first_flow_cohort() }}
),

qualifications as (
    select * from {{ ref('int_qualifications') }}
)

select
    beginners.degree_code,
    beginners.institution,
    beginners.cohort_year,
    qualifications.degree_year,
    count(*) as beginners
from beginners
inner join qualifications
    on beginners.person_id = qualifications.person_id and beginners.degree_code = qualifications.degree_code
group by all
order by all
