-- Persons who applied to a programme that leads to the degree; each counts once in a row.
with applications as (
    select * from {{ ref('stg_hreg__applications') }}
    where term // 10 <= {{ last_year() }}
),

programme_terms as (
    select * from {{ ref('int_programme_terms') }}
),

degrees as (
    select * from {{ ref('examina') }}
),

persons as (
    select * from {{ ref('stg_rtb__persons') }}
),

towards as (
    select
        programme_terms.degree_code,
        {{ academic_year('applications.term') }} as cohort_year,
        applications.person_id,
        applications.institution,
        coalesce(persons.sex, 'unknown') as sex,
        applications.priority = 1 as is_first_choice,
        applications.is_admitted
    from applications
    -- What the code meant in the application's own term.
    inner join programme_terms using (institution, programme_code, term)
    inner join degrees on programme_terms.degree_code = degrees.examenskod
    left join persons on applications.person_id = persons.person_id
),

-- One row per person and institution, then one per person: each counts once in a row.
by_institution as (
    select
        degree_code,
        cohort_year,
        institution,
        person_id,
        any_value(sex) as sex,
        {{ record_key('person_id') }} as record_key,
        bool_or(is_first_choice) as is_first_choice,
        bool_or(is_admitted) as is_admitted
    from towards
    group by degree_code, cohort_year, institution, person_id
),

by_person as (
    select
        degree_code,
        cohort_year,
        any_value(sex) as sex,
        any_value(record_key) as record_key,
        bool_or(is_first_choice) as is_first_choice,
        bool_or(is_admitted) as is_admitted
    from by_institution
    group by degree_code, cohort_year, person_id
),

by_attribute as (
    {% for breakdown, value, once_in in [
        ('total', "'total'", 'by_person'), ('sex', 'sex', 'by_person'), ('institution', 'institution', 'by_institution')
    ] %}
        select
            degree_code,
            cohort_year,
            '{{ breakdown }}' as breakdown,
            {{ value }} as breakdown_value,
            record_key,
            is_first_choice,
            is_admitted
        from {{ once_in }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
)

select
    degree_code,
    cohort_year,
    breakdown,
    breakdown_value,
    count(*) as applicants,
    count(*) filter (where is_first_choice) as first_choice,
    count(*) filter (where is_admitted) as admitted,
    {{ cell_key('record_key', 'true') }} as applicants_key,
    {{ cell_key('record_key', 'is_first_choice') }} as first_choice_key,
    {{ cell_key('record_key', 'is_admitted') }} as admitted_key
from by_attribute
group by degree_code, cohort_year, breakdown, breakdown_value
