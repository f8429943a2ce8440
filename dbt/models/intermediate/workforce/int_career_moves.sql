-- Of those in a profession, what they do one and five years later, by the sector they were in: counts and cell
-- keys. The state is the first that holds, down the list. In the profession later: employed in an occupation of
-- it; no licence, age or group is asked for.
with observed_years as (
    select year from {{ ref('int_observed_years') }}
    where employment_observed
),

spans as (
    select earlier.year as from_year, later.year as to_year, later.year - earlier.year as years
    from observed_years as earlier
    inner join observed_years as later on later.year - earlier.year in (1, 5)
),

moves as (
    select
        spans.from_year,
        spans.to_year,
        spans.years,
        stock.person_id,
        stock.group_code,
        stock.profession_code,
        stock.sector,
        stock.work_county,
        stock.age + spans.years as age,
        stock.record_key,
        stock.death_year
    from {{ ref('int_stock') }} as stock
    inner join spans on stock.year = spans.from_year
    where stock.in_profession
),

later_years as (
    select * from {{ ref('int_licensed_years') }}
),

occupations as (
    select * from {{ ref('yrke_ssyk') }}
),

states as (
    select
        moves.from_year,
        moves.years,
        moves.group_code,
        coalesce(moves.sector, 'unknown') as from_sector,
        case
            when moves.death_year <= moves.to_year then 'dead'
            when later_years.person_id is null then 'abroad'
            -- A county or a sector that is missing is a value of its own.
            when
                occupations.ssyk2012 is not null
                and coalesce(moves.work_county, '') != coalesce(later_years.work_county, '')
                then 'other_county'
            when
                occupations.ssyk2012 is not null
                and coalesce(moves.sector, '') != coalesce(later_years.sector, '')
                then 'other_sector'
            when occupations.ssyk2012 is not null then 'same'
            when later_years.is_in_health_care then 'other_health_care'
            when later_years.is_employed then 'other_work'
            when moves.age >= 65 then 'retired'
            else 'not_employed'
        end as state,
        moves.record_key
    from moves
    left join later_years on moves.person_id = later_years.person_id and moves.to_year = later_years.year
    left join occupations
        on moves.profession_code = occupations.yrkeskod and later_years.occupation = occupations.ssyk2012
)

select
    from_year,
    years,
    group_code,
    from_sector,
    state,
    count(*) as persons,
    {{ cell_key('record_key', 'true') }} as persons_key
from states
group by from_year, years, group_code, from_sector, state
