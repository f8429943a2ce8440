-- What those in a profession do one and five years later, by the sector they were in.
select
    from_year,
    years,
    group_code,
    from_sector,
    state,
    persons
from {{ ref('int_career_moves') }}
order by from_year, years, group_code, from_sector, state
