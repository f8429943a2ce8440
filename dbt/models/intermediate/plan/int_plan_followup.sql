-- How far the actors have come with each measure of the national plan.
with states as (
    select states.*
    from {{ ref('stg_plan__states') }} as states
    inner join {{ ref('stg_plan__measures') }} as measures on states.measure = measures.measure
),

followed as (
    select years.year, measures.measure
    from (select distinct year from states) as years
    cross join {{ ref('stg_plan__measures') }} as measures
)

select
    followed.year,
    followed.measure,
    count(*) filter (where states.state = 'ej_paborjad') as not_started,
    count(*) filter (where states.state = 'pagar') as under_way,
    count(*) filter (where states.state = 'genomford') as completed
from followed
left join states on followed.year = states.year and followed.measure = states.measure
group by followed.year, followed.measure
order by followed.year, followed.measure::integer
