-- What is forecast: each profession under its newest code, and groups within a profession. The degree is the
-- way in through education; none: no degree of ours leads there (general practitioners enter through
-- specialist training).
with registers as (
    select register from {{ source('delivered', 'registers') }}
),

-- Without one of these there is no forecast: no group, rather than groups of nobody.
needed as (
    select count(*) = 5 as are_there
    from registers
    where register in ('rtb', 'bas', 'hosp', 'hreg', 'framskrivning')
),

professions as (
    select yrken.*
    from {{ ref('yrken') }} as yrken
    inner join needed on needed.are_there
    where yrken.ersatt_av is null
),

degrees as (
    select * from {{ ref('examina') }}
),

-- Who is a general practitioner cannot be seen without the specialists: the group is not there, rather than empty.
within as (
    select prognosgrupper.*
    from {{ ref('prognosgrupper') }} as prognosgrupper
    inner join needed on needed.are_there
    where prognosgrupper.grupp != 'ALM' or 'specialister' in (select registers.register from registers)
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
