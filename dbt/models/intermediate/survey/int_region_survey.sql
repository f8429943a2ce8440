-- The regions' own word of their supply of staff: the answers as they were given, of professions in force.
with answers as (
    select * from {{ ref('stg_vardenkat__assessments') }}
)

-- A county that answered under a replaced code and under the one in force: the latter's answers.
select
    year,
    county,
    profession_code,
    experience,
    assessment
from answers
qualify
    is_recoded = bool_and(is_recoded) over (partition by year, county, profession_code)
order by year, county, profession_code, experience
