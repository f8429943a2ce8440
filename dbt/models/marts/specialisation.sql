-- How nurses go on to specialise, by the academic year of their first Swedish licence.
with nurses as (
    select * from {{ ref('int_nurse_specialisations') }}
),

counted as (
    select
        cohort_year,
        'total' as specialisation,
        'applied' as measure,
        count(*) filter (where has_applied) as numerator,
        count(*) as denominator
    from nurses
    group by cohort_year
    union all
    select
        cohort_year,
        'total' as specialisation,
        'admitted' as measure,
        count(*) filter (where is_admitted) as numerator,
        count(*) as denominator
    from nurses
    group by cohort_year
    union all
    select
        cohort_year,
        'total' as specialisation,
        'started' as measure,
        count(start_year) as numerator,
        count(*) as denominator
    from nurses
    group by cohort_year
    union all
    select
        nurses.cohort_year,
        'total' as specialisation,
        'started_within_' || horizons.years as measure,
        count(*) filter (where nurses.start_year - nurses.cohort_year <= horizons.years) as numerator,
        count(*) as denominator
    from nurses
    cross join range(0, 21) as horizons (years)
    where nurses.cohort_year + horizons.years <= {{ last_year() }} - 1
    group by nurses.cohort_year, horizons.years
    union all
    select
        cohort_year,
        coalesce(specialisation, 'total') as specialisation,
        'graduates' as measure,
        count(degree_date) as numerator,
        count(*) as denominator
    from nurses
    where start_year is not null
    group by grouping sets ((cohort_year), (cohort_year, specialisation))
    union all
    select
        cohort_year,
        coalesce(specialisation, 'total') as specialisation,
        'established_1y' as measure,
        count(*) filter (where established_1y) as numerator,
        count(established_1y) as denominator
    from nurses
    where start_year is not null
    group by grouping sets ((cohort_year), (cohort_year, specialisation))
)

select
    cohort_year,
    specialisation,
    measure,
    numerator,
    denominator
from counted
where denominator >= 1
order by cohort_year, specialisation, measure
