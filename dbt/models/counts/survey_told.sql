-- The regions' own word of their supply of staff: counties counted by answer, and each county's own. No persons.
select
    year,
    level,
    area,
    profession_code,
    experience,
    shortage as answers_shortage,
    balance as answers_balance,
    surplus as answers_surplus,
    no_answer
from {{ ref('int_region_survey_summary') }}
union all
select
    year,
    'county' as level,
    county as area,
    profession_code,
    experience,
    (assessment = 'brist')::bigint as answers_shortage,
    (assessment = 'balans')::bigint as answers_balance,
    (assessment = 'overskott')::bigint as answers_surplus,
    0::bigint as no_answer
from {{ ref('int_region_survey') }}
