-- When a beginner took the degree, a general degree and the licence: the first that qualifies of each.
with beginners as (
    select * from {{ ref('int_beginners') }}
),

degree_rules as (
    select * from {{ ref('examina') }}
),

degrees as (
    select * from {{ ref('stg_hreg__degrees') }}
    where year(degree_date) <= {{ last_year() }}
),

licences as (
    select * from {{ ref('stg_hosp__licences') }}
    where year(licence_date) <= {{ last_year() }}
),

any_degree as (
    select
        person_id,
        min(degree_date) as first_degree_date,
        max(degree_date) filter (where degree_type = 'G') as last_general_degree_date
    from degrees
    group by person_id
),

own_degree as (
    select
        beginners.person_id,
        beginners.degree_code,
        min(degrees.degree_date) as degree_date
    from beginners
    inner join degrees
        on
            beginners.person_id = degrees.person_id
            and beginners.degree_code = degrees.degree_code
            and beginners.start_date <= degrees.degree_date
    where degrees.degree_type = 'Y'
    group by beginners.person_id, beginners.degree_code
),

own_licence as (
    select
        beginners.person_id,
        beginners.degree_code,
        min(licences.licence_date) as licence_date
    from beginners
    inner join degree_rules on beginners.degree_code = degree_rules.examenskod
    inner join licences
        on
            beginners.person_id = licences.person_id
            and degree_rules.yrkeskod = licences.profession_code
            and beginners.start_date <= licences.licence_date
    group by beginners.person_id, beginners.degree_code
)

select
    beginners.person_id,
    beginners.degree_code,
    degree_rules.yrkeskod is not null as leads_to_licence,
    -- Without hosp nobody can be seen to be licensed.
    'hosp' in (select register from {{ source('delivered', 'registers') }}) as licences_observed,
    coalesce(any_degree.first_degree_date < beginners.start_date, false) as has_prior_degree,
    own_degree.degree_date,
    coalesce(any_degree.last_general_degree_date >= beginners.start_date, false) as has_general_degree,
    own_licence.licence_date,
    year(own_degree.degree_date) as degree_year,
    -- Only graduates have an entry year: the licence's, or the degree's where it leads to no licence.
    case
        when own_degree.degree_date is null then null
        when degree_rules.yrkeskod is null then year(own_degree.degree_date)
        else year(own_licence.licence_date)
    end as entry_year
from beginners
inner join degree_rules on beginners.degree_code = degree_rules.examenskod
left join any_degree on beginners.person_id = any_degree.person_id
left join own_degree
    on beginners.person_id = own_degree.person_id and beginners.degree_code = own_degree.degree_code
left join own_licence
    on beginners.person_id = own_licence.person_id and beginners.degree_code = own_licence.degree_code
