-- What is known of a beginner at the start. Unknown is null here and the value `unknown` in the marts.
with beginners as (
    select * from {{ ref('int_beginners') }}
),

persons as (
    select * from {{ ref('stg_rtb__persons') }}
),

residence as (
    select * from {{ ref('stg_rtb__residence') }}
    where year <= {{ last_year() }}
),

leavers as (
    select * from {{ ref('stg_gymnasium__leavers') }}
),

upper_secondary as (
    select
        beginners.person_id,
        beginners.degree_code,
        arg_max(leavers.upper_secondary, leavers.leaving_year) as upper_secondary
    from beginners
    inner join leavers
        on
            beginners.person_id = leavers.person_id
            and leavers.leaving_year <= year(beginners.start_date)
    group by beginners.person_id, beginners.degree_code
)

select
    beginners.person_id,
    beginners.degree_code,
    persons.sex,
    year(beginners.start_date) - persons.birth_year as age_at_start,
    case
        when persons.birth_year is null then null
        when year(beginners.start_date) - persons.birth_year <= 21 then '-21'
        when year(beginners.start_date) - persons.birth_year <= 24 then '22-24'
        when year(beginners.start_date) - persons.birth_year <= 29 then '25-29'
        when year(beginners.start_date) - persons.birth_year <= 34 then '30-34'
        else '35-'
    end as age_group,
    -- Where the person lived on 31 December of the year before the start.
    residence.county as home_county,
    upper_secondary.upper_secondary
from beginners
left join persons on beginners.person_id = persons.person_id
left join residence
    on beginners.person_id = residence.person_id and residence.year = year(beginners.start_date) - 1
left join upper_secondary
    on beginners.person_id = upper_secondary.person_id and beginners.degree_code = upper_secondary.degree_code
