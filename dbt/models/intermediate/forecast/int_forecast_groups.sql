-- What is forecast: each profession under its newest code, and groups within a profession. The degree is the
-- way in through education; none: no degree of ours leads there (general practitioners enter through
-- specialist training).
with professions as (
    select * from {{ ref('yrken') }}
    where ersatt_av is null
),

degrees as (
    select * from {{ ref('examina') }}
),

-- Who is a general practitioner cannot be seen without the specialists: the group is not there, rather than empty.
within as (
    select * from {{ ref('prognosgrupper') }}
    where
        grupp != 'ALM'
        or 'specialister' in (select register from {{ source('delivered', 'registers') }})
)

select
    professions.yrkeskod as group_code,
    professions.yrkeskod as profession_code,
    degrees.examenskod as degree_code,
    true as is_profession
from professions
left join degrees on professions.yrkeskod = degrees.yrkeskod
union all
select
    grupp as group_code,
    yrkeskod as profession_code,
    examenskod as degree_code,
    false as is_profession
from within
order by group_code
