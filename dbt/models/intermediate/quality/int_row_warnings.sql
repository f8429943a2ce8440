-- Rows that were kept but are worth a look. One row per case.
with licences as (
    select * from {{ ref('stg_hosp__licences') }}
),

degrees as (
    select * from {{ ref('stg_hreg__degrees') }}
),

registrations as (
    select * from {{ ref('stg_hreg__registrations') }}
),

applications as (
    select * from {{ ref('stg_hreg__applications') }}
),

programmes as (
    select * from {{ ref('stg_hreg__programmes') }}
),

degree_rules as (
    select * from {{ ref('examina') }}
),

permissions as (
    select * from {{ ref('examenstillstand') }}
),

volumes as (
    select * from {{ ref('stg_koloskopi__volumes') }}
),

endoscopists as (
    select * from {{ ref('stg_koloskopi__endoscopists') }}
),

qualified as (
    select distinct degrees.person_id, degree_rules.yrkeskod as profession_code
    from degrees
    inner join degree_rules on degrees.degree_code = degree_rules.examenskod
    where degrees.degree_type = 'Y'
),

licence_without_degree as (
    select
        'licence_without_degree' as warning,
        'hosp' as register,
        'legitimationer' as table_name,
        licences.delivery,
        licences.delivered_file as file,
        licences.delivered_line as line,
        'utbildningsland' as column_name,
        licences.education_country as value,
        'A licence from a Swedish education, but no degree in hreg that leads to ' || licences.profession_code
            as message
    from licences
    left join qualified
        on licences.person_id = qualified.person_id and licences.profession_code = qualified.profession_code
    where licences.education_country = 'SE' and qualified.person_id is null
),

licence_revoked as (
    select
        'licence_revoked' as warning,
        'hosp' as register,
        'legitimationer' as table_name,
        delivery,
        delivered_file as file,
        delivered_line as line,
        'aterkallelsedatum' as column_name,
        revocation_date::varchar as value,
        'A licence that was later revoked; it counts' as message
    from licences
    where revocation_date is not null
),

degree_not_permitted as (
    select
        'degree_not_permitted' as warning,
        'hreg' as register,
        'examina' as table_name,
        degrees.delivery,
        degrees.delivered_file as file,
        degrees.delivered_line as line,
        'larosate' as column_name,
        degrees.institution as value,
        degrees.institution || ' may not award the degree ' || degrees.degree_code as message
    from degrees
    left join permissions
        on degrees.degree_code = permissions.examenskod and degrees.institution = permissions.larosate
    where degrees.degree_type = 'Y' and permissions.examenskod is null
),

degree_without_registration as (
    select
        'degree_without_registration' as warning,
        'hreg' as register,
        'examina' as table_name,
        degrees.delivery,
        degrees.delivered_file as file,
        degrees.delivered_line as line,
        'lopnr' as column_name,
        degrees.person_id as value,
        'A degree of a person without any registration' as message
    from degrees
    left join (select distinct person_id from registrations) as registered
        on degrees.person_id = registered.person_id
    where registered.person_id is null
),

overlapping_intervals as (
    select
        'overlapping_intervals' as warning,
        'hreg' as register,
        'program' as table_name,
        later.delivery,
        later.delivered_file as file,
        later.delivered_line as line,
        'giltig_fran' as column_name,
        later.valid_from::varchar as value,
        'The interval of ' || later.institution || ' ' || later.programme_code || ' overlaps the one from '
        || earlier.valid_from as message
    from programmes as later
    inner join programmes as earlier
        on
            later.institution = earlier.institution
            and later.programme_code = earlier.programme_code
            and later.valid_from > earlier.valid_from
            and later.valid_from <= coalesce(earlier.valid_to, 99992)
            and earlier.valid_from <= coalesce(later.valid_to, 99992)
),

unit_unknown as (
    select
        'unit_unknown' as warning,
        'koloskopi' as register,
        'skopister' as table_name,
        endoscopists.delivery,
        endoscopists.delivered_file as file,
        endoscopists.delivered_line as line,
        'enhet' as column_name,
        endoscopists.unit as value,
        'No unit ' || endoscopists.unit || ' in volymer ' || endoscopists.year
        || ': the endoscopist counts nowhere' as message
    from endoscopists
    left join volumes on endoscopists.year = volumes.year and endoscopists.unit = volumes.unit
    where volumes.unit is null
),

part_over_whole as (
    {% for column, delivered in [
        ('screening', 'antal_screening'), ('caecum', 'antal_cekum'), ('adenoma', 'antal_adenom')
    ] %}
        select
            'part_over_whole' as warning,
            'koloskopi' as register,
            'volymer' as table_name,
            delivery,
            delivered_file as file,
            delivered_line as line,
            '{{ delivered }}' as column_name,
            {{ column }}::varchar as value,
            '{{ delivered }} is larger than antal, ' || colonoscopies as message
        from volumes
        where {{ column }} > colonoscopies
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

measure_unknown as (
    {% for table_name, model in [
        ('lage_insatser', 'stg_plan__states'), ('effektmal', 'stg_plan__goals')
    ] %}
        select
            'measure_unknown' as warning,
            'plan' as register,
            '{{ table_name }}' as table_name,
            delivery,
            delivered_file as file,
            delivered_line as line,
            'insats' as column_name,
            measure as value,
            'No measure ' || measure || ' in insatser: the row takes no part' as message
        from {{ ref(model) }}
        where measure not in (select measures.measure from {{ ref('stg_plan__measures') }} as measures)
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

-- Registrations on a code that program explains in other terms only are in unmapped_programmes.
uses_unknown as (
    select
        'registreringar' as table_name,
        used.institution,
        used.programme_code,
        used.person_id,
        struct_pack(used.delivery, used.delivered_file, used.delivered_line) as delivered_row
    from registrations as used
    anti join programmes
        on used.institution = programmes.institution and used.programme_code = programmes.programme_code
    union all
    select
        'ansokningar' as table_name,
        used.institution,
        used.programme_code,
        used.person_id,
        struct_pack(used.delivery, used.delivered_file, used.delivered_line) as delivered_row
    from applications as used
    anti join {{ ref('int_programme_terms') }} as explained
        on
            used.institution = explained.institution
            and used.programme_code = explained.programme_code
            and used.term = explained.term
),

first_unknown as (
    select
        table_name,
        institution,
        programme_code,
        count(distinct person_id) as persons,
        min(delivered_row) as first_row
    from uses_unknown
    group by table_name, institution, programme_code
),

programme_unknown as (
    select
        'programme_unknown' as warning,
        'hreg' as register,
        table_name,
        first_row.delivery,
        first_row.delivered_file as file,
        first_row.delivered_line as line,
        'programkod' as column_name,
        programme_code as value,
        'The code ' || institution || ' ' || programme_code || ' is not in program (for an application: in its '
        || 'term): ' || persons || ' persons' as message
    from first_unknown
)

{% for register, table_name, model in [
    ('hosp', 'legitimationer', 'stg_hosp__licences'),
    ('hreg', 'registreringar', 'stg_hreg__registrations'),
    ('hreg', 'examina', 'stg_hreg__degrees'),
    ('hreg', 'ansokningar', 'stg_hreg__applications'),
    ('gymnasium', 'avgangna', 'stg_gymnasium__leavers'),
    ('specialister', 'specialistbevis', 'stg_specialister__certificates'),
    ('st', 'st_lakare', 'stg_st__trainees'),
] %}
    {{ persons_unknown(register, table_name, model) }}
    union all by name
{% endfor %}
{% for part in [
    'licence_without_degree', 'degree_not_permitted', 'licence_revoked', 'overlapping_intervals',
    'unit_unknown', 'part_over_whole', 'degree_without_registration', 'programme_unknown', 'measure_unknown'
] %}
    select * from {{ part }}
    union all by name
{% endfor %}
select * from {{ ref('int_unknown_in_residence') }}
union all by name
select * from {{ ref('int_unknown_in_employment') }}
