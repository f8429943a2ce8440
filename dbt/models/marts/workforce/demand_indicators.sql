-- Whether more of a group are wanted: what the registers show, and what the regions answered.
with persons as (
    select * from {{ ref('int_demand_indicators') }}
),

-- Newly qualified and experienced are an answer each.
answers as (
    select
        year,
        level,
        area,
        profession_code,
        sum(shortage - surplus)::bigint as more_shortage,
        sum(shortage + balance + surplus)::bigint as answers
    from {{ ref('int_region_survey_summary') }}
    group by year, level, area, profession_code
)

select
    year,
    level,
    area,
    group_code,
    indicator,
    numerator,
    denominator
from persons
union all
select
    year,
    level,
    area,
    profession_code as group_code,
    'labour_demand' as indicator,
    more_shortage as numerator,
    answers as denominator
from answers
where answers >= 1
order by year, level, area, group_code, indicator
