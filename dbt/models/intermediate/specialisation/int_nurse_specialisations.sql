-- One row per nurse with a Swedish licence, and the specialisation that she or he went on to.
with licences as (
    select * from {{ ref('stg_hosp__licences') }}
    where
        profession_code = 'SJ'
        and education_country = 'SE'
        and year(licence_date) <= {{ last_year() }}
),

-- Without hreg nobody can be seen to go on: no cohort, rather than one of zeros.
nurses as (
    select
        person_id,
        min(licence_date) as licence_date
    from licences
    where 'hreg' in (select register from {{ source('delivered', 'registers') }})
    group by person_id
),

cohorts as (
    select
        person_id,
        licence_date,
        {{ term_of_date('licence_date') }}::integer as licence_term,
        {{ academic_year(term_of_date('licence_date')) }}::integer as cohort_year
    from nurses
),

applications as (
    select
        applications.person_id,
        applications.term,
        applications.is_admitted
    from {{ ref('stg_hreg__applications') }} as applications
    inner join {{ ref('int_programme_terms') }} as programme_terms using (institution, programme_code, term)
    where
        programme_terms.degree_code in ('SP', 'BM')
        and applications.term // 10 <= {{ last_year() }}
),

applied as (
    select
        cohorts.person_id,
        bool_or(applications.is_admitted) as is_admitted
    from cohorts
    inner join applications
        on cohorts.person_id = applications.person_id and cohorts.licence_term <= applications.term
    group by cohorts.person_id
),

starts as (
    select
        cohorts.person_id,
        -- The earlier of the two; a midwife's if both begin in the same term ('BM' < 'SP').
        arg_min(degrees.degree_code, row(degrees.start_term, degrees.degree_code)) as degree_code
    from cohorts
    inner join {{ ref('int_person_degrees') }} as degrees
        on cohorts.person_id = degrees.person_id and cohorts.cohort_year <= degrees.cohort_year
    where degrees.degree_code in ('SP', 'BM')
    group by cohorts.person_id
),

joined as (
    select
        cohorts.*,
        applied.person_id is not null as has_applied,
        coalesce(applied.is_admitted, false) as is_admitted,
        starts.degree_code,
        degrees.cohort_year as start_year,
        degrees.start_date,
        degrees.degree_date,
        degrees.established_1y,
        case
            when starts.degree_code = 'BM' then 'barnmorska'
            when starts.degree_code = 'SP' then coalesce(degrees.specialisation, 'unknown')
        end as specialisation
    from cohorts
    left join applied on cohorts.person_id = applied.person_id
    left join starts on cohorts.person_id = starts.person_id
    left join {{ ref('int_person_degrees') }} as degrees
        on starts.person_id = degrees.person_id and starts.degree_code = degrees.degree_code
),

-- Where they lived in the year of each event, in one pass over the residents.
events as (
    select person_id, 'licence' as event, year(licence_date) as year from joined
    union all
    select person_id, 'start' as event, year(start_date) as year from joined
    union all
    select person_id, 'degree' as event, year(degree_date) as year from joined
),

residence as (
    select * from {{ ref('stg_rtb__residence') }}
    where year <= {{ last_year() }}
),

counties as (
    select
        events.person_id,
        any_value(residence.county) filter (where events.event = 'licence') as licence_county,
        any_value(residence.county) filter (where events.event = 'start') as start_county,
        any_value(residence.county) filter (where events.event = 'degree') as degree_county
    from residence
    inner join events on residence.person_id = events.person_id and residence.year = events.year
    group by events.person_id
)

select
    joined.*,
    coalesce(counties.licence_county, 'unknown') as licence_county,
    coalesce(counties.start_county, 'unknown') as start_county,
    coalesce(counties.degree_county, 'unknown') as degree_county
from joined
left join counties on joined.person_id = counties.person_id
