-- Where the nurses of a cohort lived at the licence, at the start of the specialisation and at its degree.
with nurses as (
    select
        *,
        {{ record_key('person_id') }} as record_key
    from {{ ref('int_nurse_specialisations') }}
),

events as (
    select cohort_year, 'total' as specialisation, 'licence' as event, licence_county as county, record_key
    from nurses
    {% for event, county, column in [
        ('start', 'start_county', 'start_year'), ('degree', 'degree_county', 'degree_date')
    ] %}
        union all
        select
            cohort_year,
            unnest(['total', specialisation]) as specialisation,
            '{{ event }}' as event,
            {{ county }} as county,
            record_key
        from nurses
        where {{ column }} is not null
    {% endfor %}
)

select
    cohort_year,
    specialisation,
    event,
    county,
    count(*) as persons,
    {{ cell_key('record_key', 'true') }} as persons_key
from events
group by cohort_year, specialisation, event, county
