-- The bridge from what people study (flow) to what they work as (density): one row a degree and profession.
with occupations as (
    select examenskod as degree_code, list(ssyk2012) as of_degree from {{ ref('examen_ssyk') }}
    group by examenskod
),

professions as (
    select yrkeskod as profession_code, list(ssyk2012) as of_profession
    from {{ ref('yrke_ssyk') }}
    group by yrkeskod
)

select degrees.examenskod as degree_code, degrees.yrkeskod as profession_code, 'licence' as link
from {{ ref('examina') }} as degrees
where degrees.yrkeskod is not null
union all
-- A degree without a licence of its own: the profession whose occupations hold all of the degree's.
select occupations.degree_code, professions.profession_code, 'occupation' as link
from occupations
inner join
    {{ ref('examina') }} as degrees
    on occupations.degree_code = degrees.examenskod and degrees.yrkeskod is null
inner join professions on list_has_all(professions.of_profession, occupations.of_degree)
order by degree_code, profession_code
