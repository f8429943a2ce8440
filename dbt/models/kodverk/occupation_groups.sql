-- What staff density can tell apart: the occupations (SSYK 2012) of a profession, once where several professions
-- have the same. One occupation goes by its own name, since it may hold others than the profession too.
with sets as (
    select
        yrkeskod as profession_code,
        string_agg(ssyk2012, ' ' order by ssyk2012) as occupations
    from {{ ref('yrke_ssyk') }}
    group by yrkeskod
),

told as (
    select
        string_agg(profession_code, '+' order by profession_code) as occupation_group,
        occupations,
        min(profession_code) as profession_code
    from sets
    group by occupations
)

select
    told.occupation_group,
    coalesce(occupations.label_sv, professions.yrkesnamn) as label_sv,
    coalesce(occupations.label_en, professions.engelskt_namn) as label_en,
    told.occupations
from told
left join {{ ref('occupations') }} as occupations on told.occupations = occupations.occupation
left join {{ ref('yrken') }} as professions on told.profession_code = professions.yrkeskod
order by told.occupation_group
