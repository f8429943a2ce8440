-- The effect goals of the national plan: what their indicators were in each year of follow-up, for the nation.
with goals as (
    select goals.*
    from {{ ref('stg_plan__goals') }} as goals
    inner join {{ ref('stg_plan__measures') }} as measures on goals.measure = measures.measure
),

followed as (
    select distinct year from {{ ref('int_plan_followup') }}
),

-- Of the flow the newest cohort that was mature in the year.
flow as (
    select
        followed.year,
        counts.measure || ':' || counts.degree_code as indicator,
        arg_max(100 * counts.numerator / counts.denominator, counts.cohort_year) as value
    from {{ ref('int_flow_counts') }} as counts
    inner join {{ ref('int_degree_measures') }} as measures
        on counts.degree_code = measures.degree_code and counts.measure = measures.measure
    inner join followed
        on counts.cohort_year <= measures.last_mature_cohort - greatest(0, {{ last_year() }} - followed.year)
    where
        counts.breakdown = 'total'
        and counts.measure in ('in_profession_1y', 'retained_5y', 'established_1y')
    group by followed.year, counts.measure, counts.degree_code
),

-- Of all indicators the nation's value, by year; the forecast's gap is of the year that it starts from.
indicators as (
    select year, indicator, value from flow
    union all
    select year, 'hired_share_pct' as indicator, hired_share_pct as value
    from {{ ref('int_hired_staff') }}
    where level = 'nation' and staff_group = 'total'
    union all
    select year, 'sick_leave_pct' as indicator, sick_leave_pct as value
    from {{ ref('int_sick_leave') }}
    where level = 'nation' and staff_group = 'total'
    union all
    select year, 'colonoscopy_incidence_pct' as indicator, 100 * colonoscopies / nullif(population, 0) as value
    from {{ ref('int_colonoscopy_counts') }}
    where level = 'nation'
    union all
    select year, 'supply_gap_pct:' || group_code as indicator, 100 * gap / nullif(demand, 0) as value
    from {{ ref('int_forecast_tables') }}
    where table_name = 'forecast' and scenario = 'reference' and area = '00' and year = {{ last_year() }}
    union all
    select year, 'st_in_training:' || specialty as indicator, in_training::double as value
    from {{ ref('int_st_training') }}
    where level = 'nation'
)

select
    followed.year,
    goals.measure,
    goals.indicator,
    goals.direction,
    goals.target,
    goals.target_year,
    indicators.value,
    if(goals.direction = 'minst', indicators.value >= goals.target, indicators.value <= goals.target) as is_met
from goals
cross join followed
left join indicators on followed.year = indicators.year and goals.indicator = indicators.indicator
order by followed.year, goals.measure::integer, goals.indicator
