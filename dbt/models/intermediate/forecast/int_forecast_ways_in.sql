-- Who is on the way into a group through education: a beginner towards its degree, or a physician in training
-- to general practitioner. Event year: the entry year (SPS: the degree's, ALM: the certificate's), missing if
-- none yet.
with groups as (
    select * from {{ ref('int_forecast_groups') }}
),

persons as (
    select * from {{ ref('stg_rtb__persons') }}
),

municipalities as (
    select * from {{ ref('kommuner') }}
),

beginners as (
    select * from {{ ref('int_beginners') }}
),

qualifications as (
    select * from {{ ref('int_qualifications') }}
),

trainees as (
    select
        person_id,
        year(min(start_date)) as cohort_year,
        arg_min(municipality, start_date) as municipality
    from {{ ref('stg_st__trainees') }}
    where specialty = 'allmanmedicin' and year(start_date) <= {{ last_year() }}
    group by person_id
),

certificates as (
    select person_id, year(certificate_date) as certificate_year
    from {{ ref('stg_specialister__certificates') }}
    where specialty = 'allmanmedicin' and year(certificate_date) <= {{ last_year() }}
),

ways as (
    select
        groups.group_code,
        beginners.person_id,
        beginners.cohort_year,
        beginners.institution,
        beginners.study_municipality,
        if(groups.group_code = 'SPS', qualifications.degree_year, qualifications.entry_year) as event_year
    from beginners
    inner join groups on beginners.degree_code = groups.degree_code
    inner join qualifications
        on beginners.person_id = qualifications.person_id and beginners.degree_code = qualifications.degree_code
    where beginners.cohort_year >= {{ first_flow_cohort() }}
    union all
    select
        'ALM' as group_code,
        trainees.person_id,
        trainees.cohort_year,
        null as institution,
        trainees.municipality as study_municipality,
        certificates.certificate_year as event_year
    from trainees
    left join certificates on trainees.person_id = certificates.person_id
)

select
    ways.group_code,
    ways.person_id,
    ways.cohort_year,
    persons.sex,
    ways.institution,
    municipalities.sjukvardsregion as study_region,
    ways.event_year
from ways
inner join municipalities on ways.study_municipality = municipalities.kommun
left join persons on ways.person_id = persons.person_id
