-- Years of persons that the forecast and its back-tests look at: from the oldest that a window of the oldest
-- origin (ten years before the last) holds. Windows are of the five latest years, so gaps reach further back.
with residence as (
    select
        year,
        employment_observed,
        coalesce(lead(year) over (order by year) = year + 1, false) as next_observed
    from {{ ref('int_observed_years') }}
),

oldest as (
    select min(year) as year
    from (
        select year from residence
        where year >= {{ last_year() }} - 11
        union all
        (
            select year from residence
            where next_observed and year <= {{ last_year() }} - 11
            order by year desc
            limit 5
        )
        union all
        (
            select year from residence
            where employment_observed and year <= {{ last_year() }} - 10
            order by year desc
            limit 5
        )
    )
)

-- The forecast in force starts from the last year: where its residence is not delivered there is none.
select residence.*
from residence
inner join oldest on residence.year >= oldest.year
where {{ last_year() }} in (select last.year from residence as last)
order by residence.year
