-- The counties of each health-care region and the nation by their own word of the supply of staff.
select
    year,
    level,
    area,
    profession_code,
    experience,
    shortage,
    balance,
    surplus,
    no_answer
from {{ ref('int_region_survey_summary') }}
order by year, level, area, profession_code, experience
