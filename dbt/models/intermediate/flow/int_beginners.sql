-- A person is a beginner towards a degree once: at the earliest first registration on any programme that
-- leads to it. Of several in the same term the first by institution and code, in byte order, is taken.
with first_registrations as (
    select * from {{ ref('int_first_registrations') }}
),

programme_terms as (
    select * from {{ ref('int_programme_terms') }}
),

degrees as (
    select * from {{ ref('examina') }}
),

towards as (
    select
        first_registrations.*,
        programme_terms.degree_code,
        programme_terms.specialisation,
        programme_terms.study_municipality,
        programme_terms.study_county
    from first_registrations
    inner join programme_terms using (institution, programme_code, term)
    -- XX leads to none of the followed degrees.
    inner join degrees on programme_terms.degree_code = degrees.examenskod
),

earliest as (
    select
        person_id,
        degree_code,
        arg_min(
            struct_pack(term, institution, programme_code, specialisation, study_municipality, study_county),
            row(term, institution, programme_code)
        ) as start
    from towards
    group by person_id, degree_code
)

select
    person_id,
    degree_code,
    start.term as start_term,
    {{ term_start('start.term') }} as start_date,
    {{ academic_year('start.term') }} as cohort_year,
    start.institution,
    start.programme_code,
    start.specialisation,
    start.study_municipality,
    start.study_county
from earliest
