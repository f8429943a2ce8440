-- How nurses go on to specialise, by the academic year of their first Swedish licence: counts and cell keys.
with nurses as (
    select
        *,
        {{ record_key('person_id') }} as record_key
    from {{ ref('int_nurse_specialisations') }}
),

started as (
    select
        *,
        unnest(['total', specialisation]) as value
    from nurses
    where start_year is not null
),

-- One row per nurse, measure and value: `holds` is null outside the denominator, true in the numerator.
looked_at as (
    {% for measure, holds in [
        ('applied', 'has_applied'), ('admitted', 'is_admitted'), ('started', 'start_year is not null')
    ] %}
        select cohort_year, 'total' as specialisation, '{{ measure }}' as measure, {{ holds }} as holds, record_key
        from nurses
        union all
    {% endfor %}
    select
        nurses.cohort_year,
        'total' as specialisation,
        'started_within_' || horizons.years as measure,
        coalesce(nurses.start_year - nurses.cohort_year <= horizons.years, false) as holds,
        nurses.record_key
    from nurses
    cross join range(0, 21) as horizons (years)
    where nurses.cohort_year + horizons.years <= {{ last_whole_academic_year() }}
    union all
    select
        cohort_year,
        value as specialisation,
        'graduates' as measure,
        degree_date is not null as holds,
        record_key
    from started
    union all
    select
        cohort_year,
        value as specialisation,
        'established_1y' as measure,
        established_1y as holds,
        record_key
    from started
)

select
    cohort_year,
    specialisation,
    measure,
    count(*) filter (where holds) as numerator,
    count(holds) as denominator,
    {{ cell_key('record_key', 'holds') }} as numerator_key,
    {{ cell_key('record_key', 'holds is not null') }} as denominator_key
from looked_at
group by cohort_year, specialisation, measure
having count(holds) >= 1
