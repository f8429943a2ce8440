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

by_attribute as (
    select *, 'total' as breakdown, 'total' as breakdown_value from towards
    union all
    select *, 'sex' as breakdown, sex as breakdown_value from towards
    union all
    select *, 'institution' as breakdown, institution as breakdown_value from towards
)

select
    degree_code,
    cohort_year,
    breakdown,
    breakdown_value,
    count(distinct person_id) as applicants,
    count(distinct person_id) filter (where is_first_choice) as first_choice,
    count(distinct person_id) filter (where is_admitted) as admitted
from by_attribute
group by degree_code, cohort_year, breakdown, breakdown_value
