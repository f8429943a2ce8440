with flow_measures as (
    select * from {{ ref('flow_measures') }}
),

totals as (
    select * from flow_measures
    where breakdown = 'total'
),

parts as (
    select
        degree_code,
        cohort_year,
        breakdown,
        measure,
        sum(numerator) as numerator,
        sum(denominator) as denominator
    from flow_measures
    where breakdown <> 'total'
    group by degree_code, cohort_year, breakdown, measure
)

select
    parts.degree_code,
    parts.cohort_year,
    parts.breakdown,
    parts.measure
from parts
left join totals
    on
        parts.degree_code = totals.degree_code
        and parts.cohort_year = totals.cohort_year
        and parts.measure = totals.measure
where
    totals.measure is null
    or parts.numerator <> totals.numerator
    or parts.denominator <> totals.denominator
