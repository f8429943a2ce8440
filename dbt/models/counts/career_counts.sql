-- What those in a profession do one and five years later, by the later year; also of all sectors and all states.
with moves as (
    select
        from_year + years as year,
        group_code,
        years::varchar as years_later,
        from_sector,
        state,
        persons,
        persons_key
    from {{ ref('int_career_moves') }}
)

select
    year::integer as year,
    group_code,
    years_later,
    coalesce(from_sector, 'total') as from_sector,
    coalesce(state, 'total') as state,
    sum(persons)::bigint as persons,
    {{ cell_key('persons_key', 'true') }} as persons_key
from moves
group by grouping sets (
    (year, group_code, years_later, from_sector, state),
    (year, group_code, years_later, from_sector),
    (year, group_code, years_later, state),
    (year, group_code, years_later)
)
