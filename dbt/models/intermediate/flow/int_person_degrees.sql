-- The heart: one row per person and degree, with everything on the way from a programme to a profession.
-- Each measure is a column: null where the person is not in its denominator, true in its numerator.
with beginners as (
    select * from {{ ref('int_beginners') }}
),

attributes as (
    select * from {{ ref('int_start_attributes') }}
),

qualifications as (
    select * from {{ ref('int_qualifications') }}
),

degree_rules as (
    select * from {{ ref('examina') }}
),

first_year as (
    select min({{ academic_year('term') }}) as academic_year from {{ ref('stg_hreg__registrations') }}
),

-- Each follow-up's steps: a person counts in a step only when the step before was reached.
follow_ups as (
    select
        person_id,
        degree_code,
        {% for years in [1, 2, 4, 6, 11] %}
            {% set at = "filter (where origin = 'entry' and years_after = " ~ years ~ ")" %}
            any_value(is_resident) {{ at }} as resident_{{ years }},
            any_value(if(is_resident, is_employed, null)) {{ at }} as employed_{{ years }},
            any_value(
                if(is_resident and is_employed, has_listed_occupation, null)
            ) {{ at }} as in_profession_{{ years }},
            any_value(
                if(is_employed is null, null, is_resident and is_employed and has_listed_occupation)
            ) {{ at }} as still_there_{{ years }},
        {% endfor %}
        any_value(work_county) filter (where origin = 'entry' and years_after = 1) as work_county,
        any_value(if(is_resident, is_established, null)) filter (where origin = 'degree') as established
    from {{ ref('int_follow_ups') }}
    group by person_id, degree_code
)

select
    beginners.person_id,
    beginners.degree_code,
    beginners.cohort_year,
    beginners.start_term,
    beginners.start_date,
    -- Who is registered in the first academic year may have begun before: no cohort of flow and mobility.
    beginners.cohort_year > first_year.academic_year as is_in_flow,
    beginners.institution,
    beginners.programme_code,
    beginners.specialisation,
    beginners.study_county,
    attributes.sex,
    attributes.age_at_start,
    attributes.age_group,
    attributes.home_county,
    attributes.upper_secondary,
    if(qualifications.has_prior_degree, 'yes', 'no') as prior_degree_group,
    qualifications.degree_date,
    qualifications.licence_date,
    qualifications.entry_year,
    qualifications.entry_year + 1 as entry_year_1,
    qualifications.entry_year + 2 as entry_year_2,
    qualifications.entry_year + 4 as entry_year_4,
    qualifications.entry_year + 6 as entry_year_6,
    qualifications.entry_year + 11 as entry_year_11,
    qualifications.degree_year + 1 as degree_year_1,
    follow_ups.work_county,
    true as beginners,
    qualifications.has_prior_degree as prior_degree,
    qualifications.degree_date is not null as graduates,
    if(
        {{ term_index('beginners.start_term') }} + degree_rules.nominella_terminer + 6
        <= 2 * ({{ last_year() }} + 1),
        coalesce(
            qualifications.degree_date < {{ term_index_start(
                '(' ~ term_index('beginners.start_term') ~ ' + degree_rules.nominella_terminer + 6)'
            ) }},
            false
        ),
        null
    ) as graduates_nominal_plus_3y,
    if(qualifications.degree_date is not null, qualifications.has_general_degree, null) as general_degree,
    if(
        qualifications.degree_date is not null
        and qualifications.leads_to_licence
        and qualifications.licences_observed,
        qualifications.licence_date is not null,
        null
    ) as licensed,
    follow_ups.resident_1 as resident_1y,
    follow_ups.employed_1 as employed_1y,
    follow_ups.in_profession_1 as in_profession_1y,
    {% for years in [1, 3, 5, 10] %}
        if(follow_ups.in_profession_1, follow_ups.still_there_{{ years + 1 }}, null) as retained_{{ years }}y,
    {% endfor %}
    follow_ups.established as established_1y
from beginners
inner join attributes
    on beginners.person_id = attributes.person_id and beginners.degree_code = attributes.degree_code
inner join qualifications
    on beginners.person_id = qualifications.person_id and beginners.degree_code = qualifications.degree_code
inner join degree_rules on beginners.degree_code = degree_rules.examenskod
cross join first_year
left join follow_ups
    on beginners.person_id = follow_ups.person_id and beginners.degree_code = follow_ups.degree_code
