-- Each measure by degree, cohort and one attribute at a time.
{% set nested = var('breakdowns') | selectattr('nested', 'defined') | map(attribute='name') | join("', '") %}
with counts as (
    select * from {{ ref('int_flow_counts') }}
    where breakdown not in ('{{ nested }}')
),

measures as (
    select * from {{ ref('int_degree_measures') }}
),

series_breaks as (
    select * from {{ ref('tidsseriebrott') }}
),

-- The persons' follow-up years lie on both sides of a break of the register that the measure uses.
broken as (
    select distinct
        counts.measure,
        counts.first_year,
        counts.last_year
    from counts
    inner join measures on counts.degree_code = measures.degree_code and counts.measure = measures.measure
    inner join series_breaks
        on
            measures.register = series_breaks.register
            and counts.first_year < series_breaks.ar
            and counts.last_year >= series_breaks.ar
)

select
    counts.degree_code,
    counts.cohort_year,
    counts.breakdown,
    counts.breakdown_value,
    counts.measure,
    counts.numerator,
    counts.denominator,
    counts.cohort_year <= measures.last_mature_cohort as mature,
    broken.measure is not null as series_break
from counts
inner join measures on counts.degree_code = measures.degree_code and counts.measure = measures.measure
left join broken
    on
        counts.measure = broken.measure
        and counts.first_year = broken.first_year
        and counts.last_year = broken.last_year
order by counts.degree_code, counts.cohort_year, counts.breakdown, counts.breakdown_value, counts.measure
