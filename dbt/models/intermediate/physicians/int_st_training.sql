-- Physicians in specialist training by year, area of the training and specialty: who is in it, began, completed
-- and stopped, with their cell keys. `total` counts a person once.
{% set counts = ['in_training', 'women', 'started', 'completed', 'stopped'] %}
with municipalities as (
    select * from {{ ref('kommuner') }}
),

persons as (
    select * from {{ ref('stg_rtb__persons') }}
),

certificates as (
    select
        person_id,
        specialty,
        certificate_date,
        year(certificate_date) as certificate_year,
        min(year(certificate_date)) over (partition by person_id) as first_certificate_year
    from {{ ref('stg_specialister__certificates') }}
    where year(certificate_date) <= {{ last_year() }}
),

trainees as (
    select
        trainees.person_id,
        trainees.specialty,
        trainees.start_date,
        year(trainees.start_date) as start_year,
        year(trainees.end_date) as end_year,
        trainees.municipality,
        municipalities.lan as county,
        municipalities.sjukvardsregion as area,
        -- Who is missing in personer is alive, and not known to be a woman.
        coalesce(persons.sex = '2', false) as is_woman,
        certificates.certificate_date,
        certificates.certificate_year,
        -- The last year at the end of which the training goes on: not stopped, no certificate in it, alive.
        least(
            {{ last_year() }},
            year(trainees.end_date) - 1,
            certificates.certificate_year - 1,
            year(persons.death_date) - 1
        ) as last_in_training,
        {{ record_key('trainees.person_id') }} as record_key
    from {{ ref('stg_st__trainees') }} as trainees
    inner join municipalities on trainees.municipality = municipalities.kommun
    left join persons on trainees.person_id = persons.person_id
    left join certificates
        on trainees.person_id = certificates.person_id and trainees.specialty = certificates.specialty
    where year(trainees.start_date) <= {{ last_year() }}
),

first_certificates as (
    select distinct person_id, first_certificate_year from certificates
),

-- Each training in its specialty and in all, from the oldest start to the latest (of equals the first in byte
-- order, specialty before municipality, is the latest).
trainings as (
    select
        trainees.*,
        counted.specialty as counted_in,
        lead(trainees.start_year) over one_after_another as next_start_year,
        row_number() over (
            partition by trainees.person_id, counted.specialty
            order by trainees.start_date, trainees.specialty, trainees.municipality
        ) as which_start
    from trainees
    cross join lateral (select unnest([trainees.specialty, 'total']) as specialty) as counted
    window one_after_another as (
        partition by trainees.person_id, counted.specialty
        order by trainees.start_date asc, trainees.specialty desc, trainees.municipality desc
    )
),

in_training as (
    select
        'in_training' as kind,
        years.year,
        trainings.*
    from trainings
    inner join generate_series(1990, {{ last_year() }}) as years (year)
        on years.year between trainings.start_year and trainings.last_in_training
    qualify row_number() over (
        partition by trainings.person_id, trainings.counted_in, years.year
        order by trainings.start_date desc, trainings.specialty asc, trainings.municipality asc
    ) = 1
),

completed as (
    select 'completed' as kind, certificate_year as year, *
    from trainings
    where start_date <= certificate_date
    qualify row_number() over (
        partition by person_id, counted_in
        order by certificate_date asc, start_date desc, specialty asc, municipality asc
    ) = 1
),

stopped as (
    select 'stopped' as kind, trainings.end_year as year, trainings.*
    from trainings
    left join first_certificates on trainings.person_id = first_certificates.person_id
    where
        trainings.end_year between trainings.start_year and {{ last_year() }}
        -- The latest start by the end of that year.
        and (trainings.next_start_year is null or trainings.next_start_year > trainings.end_year)
        and coalesce(
            if(
                trainings.counted_in = 'total',
                first_certificates.first_certificate_year,
                trainings.certificate_year
            ) > trainings.end_year,
            true
        )
),

events as (
    select * from in_training
    union all
    select 'started' as kind, start_year as year, *
    from trainings
    where which_start = 1
    union all
    select * from completed
    union all
    select * from stopped
    union all
    select * replace ('women' as kind) from in_training
    where is_woman
),

-- noqa: disable=LT02
cells as (
    select
        year,
        county,
        area,
        counted_in as specialty,
        {% for count in counts %}
            count(*) filter (where kind = '{{ count }}') as {{ count }},
            {{ cell_key('record_key', "kind = '" ~ count ~ "'") }} as {{ count }}_key{{ ',' if not loop.last }}
        {% endfor %}
    from events
    group by all
),

levels as (
    {{ area_levels('cells') }}
)

select
    year::integer as year,
    level,
    area,
    specialty,
    {% for count in counts %}
        sum({{ count }})::bigint as {{ count }},
        {{ cell_key(count ~ '_key', 'true') }} as {{ count }}_key{{ ',' if not loop.last }}
    {% endfor %}
from levels
group by year, level, area, specialty
