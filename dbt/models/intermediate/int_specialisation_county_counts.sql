-- Where the nurses of a cohort lived at the licence, at the start of the specialisation and at its degree.
with nurses as (
    select
        *,
        {{ record_key('person_id') }} as record_key
    from {{ ref('int_nurse_specialisations') }}
),

events as (
    select cohort_year, 'total' as specialisation, 'licence' as event, licence_county as county, record_key
    from nurses
    union all
    select cohort_year, 'total' as specialisation, 'start' as event, start_county as county, record_key
    from nurses
    where start_year is not null
    union all
    select cohort_year, specialisation, 'start' as event, start_county as county, record_key
    from nurses
    where start_year is not null
    union all
    select cohort_year, 'total' as specialisation, 'degree' as event, degree_county as county, record_key
    from nurses
    where degree_date is not null
    union all
    select cohort_year, specialisation, 'degree' as event, degree_county as county, record_key
    from nurses
    where degree_date is not null
)

select
    cohort_year,
    specialisation,
    event,
    county,
    count(*) as persons,
    {{ cell_key('record_key', 'true') }} as persons_key
from events
group by cohort_year, specialisation, event, county
