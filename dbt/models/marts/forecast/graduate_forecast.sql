-- Graduates of the next three years: those who have begun and those who are planned, with the pace of late.
with begun as (
    select * from {{ ref('int_degree_beginners') }}
),

degrees as (
    select
        examenskod as degree_code,
        -- Years from the cohort to the last degree year that counts.
        ceil(nominella_terminer / 2)::integer + 3 as longest
    from {{ ref('examina') }}
),

plans as (
    select * from {{ ref('int_planned_beginners') }}
    where degree_code is not null
),

-- C: the five latest cohorts with a beginner that have had the time.
pooled_cohorts as (
    select begun.degree_code, begun.cohort_year
    from begun
    inner join degrees on begun.degree_code = degrees.degree_code
    where begun.cohort_year + degrees.longest <= {{ last_year() }}
    group by begun.degree_code, begun.cohort_year
    qualify row_number() over (partition by begun.degree_code order by begun.cohort_year desc) <= 5
),

pooled as (
    select begun.*, begun.degree_year - begun.cohort_year as years_after
    from begun
    inner join pooled_cohorts
        on begun.degree_code = pooled_cohorts.degree_code and begun.cohort_year = pooled_cohorts.cohort_year
),

pooled_or_total as (
    select * from pooled
    union all
    select * replace ('total' as institution) from pooled
),

-- Shares of the degree, and of each institution that has enough beginners of its own.
shares as (
    select
        degree_code,
        institution,
        years_after,
        sum(beginners) / sum(sum(beginners)) over (partition by degree_code, institution) as graduating,
        sum(sum(beginners)) over (partition by degree_code, institution) as base
    from pooled_or_total
    group by degree_code, institution, years_after
),

institutions as (
    select degree_code, institution from begun
    union
    select degree_code, institution from plans
),

looked_at as (
    select
        institutions.degree_code,
        institutions.institution,
        {{ last_year() }} + ahead.years as year,
        steps.years_after,
        {{ last_year() }} + ahead.years - steps.years_after as cohort_year
    from institutions
    inner join degrees on institutions.degree_code = degrees.degree_code
    cross join (values (1), (2), (3)) as ahead (years)
    cross join lateral (select unnest(range(0, degrees.longest + 1)) as years_after) as steps
    where
        institutions.degree_code in (select degree_code from pooled_cohorts)
        -- Without the institutions' plans there is no forecast of theirs.
        and exists (select 1 from plans)
),

observed as (
    select degree_code, institution, cohort_year, sum(beginners) as beginners
    from begun
    where cohort_year < {{ last_year() }}
    group by degree_code, institution, cohort_year
),

-- Of the three latest full cohorts.
of_late as (
    select degree_code, institution, sum(beginners) / 3 as beginners
    from observed
    where cohort_year >= {{ last_year() }} - 3
    group by degree_code, institution
),

-- A cohort without a plan has the latest earlier one's.
cohorts as (
    select
        looked_at.*,
        looked_at.cohort_year >= {{ last_year() }} and plans.planned is not null as planned,
        case
            when looked_at.cohort_year < {{ last_year() }} then coalesce(observed.beginners, 0)
            else coalesce(plans.planned, of_late.beginners, 0)
        end as beginners
    from looked_at
    left join observed
        on
            looked_at.degree_code = observed.degree_code
            and looked_at.institution = observed.institution
            and looked_at.cohort_year = observed.cohort_year
    left join of_late
        on looked_at.degree_code = of_late.degree_code and looked_at.institution = of_late.institution
    asof left join plans
        on
            looked_at.degree_code = plans.degree_code
            and looked_at.institution = plans.institution
            and looked_at.cohort_year >= plans.cohort_year
),

by_institution as (
    select
        cohorts.degree_code,
        cohorts.institution,
        cohorts.year,
        sum(
            cohorts.beginners * coalesce(if(own.base >= 200, own_step.graduating, of_degree.graduating), 0)
            order by cohorts.years_after
        ) as expected,
        bool_or(cohorts.planned) as planned
    from cohorts
    left join (select distinct degree_code, institution, base from shares) as own
        on cohorts.degree_code = own.degree_code and cohorts.institution = own.institution
    left join shares as own_step
        on
            cohorts.degree_code = own_step.degree_code
            and cohorts.institution = own_step.institution
            and cohorts.years_after = own_step.years_after
    left join shares as of_degree
        on
            cohorts.degree_code = of_degree.degree_code
            and of_degree.institution = 'total'
            and cohorts.years_after = of_degree.years_after
    group by cohorts.degree_code, cohorts.institution, cohorts.year
)

select * from by_institution
union all
select
    degree_code,
    'total' as institution,
    year,
    sum(expected order by institution) as expected,
    bool_or(planned) as planned
from by_institution
group by degree_code, year
order by degree_code, institution, year
