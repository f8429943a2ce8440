-- Certificates of specialist competence by year and specialty, and those of physicians trained abroad: counts,
-- and their cell keys. `total` counts a person once.
with certificates as (
    select
        year(certificate_date) as year,
        person_id,
        specialty,
        education_country != 'SE' as is_trained_abroad
    from {{ ref('stg_specialister__certificates') }}
    where year(certificate_date) <= {{ last_year() }}
),

persons as (
    select * from certificates
    union all
    select year, person_id, 'total' as specialty, bool_or(is_trained_abroad) as is_trained_abroad
    from certificates
    group by year, person_id
),

keyed as (
    select *, {{ record_key('person_id') }} as record_key from persons
)

select
    year::integer as year,
    specialty,
    count(*) as persons,
    count(*) filter (where is_trained_abroad) as trained_abroad,
    {{ cell_key('record_key', 'true') }} as persons_key,
    {{ cell_key('record_key', 'is_trained_abroad') }} as trained_abroad_key
from keyed
group by year, specialty
