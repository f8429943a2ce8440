-- Colonoscopies to expect, in whole tens and not of the base year, whose counts are told with noise. The
-- endoscopists are persons, and are told with the colonoscopies.
with base_year as (
    select min(year) as year from {{ ref('int_colonoscopy_forecast') }}
)

select
    forecast.year,
    forecast.area as health_region,
    forecast.component,
    {{ to_whole('forecast.low', 10) }} as expected_low,
    {{ to_whole('forecast.middle', 10) }} as expected_middle,
    {{ to_whole('forecast.high', 10) }} as expected_high
from {{ ref('int_colonoscopy_forecast') }} as forecast
inner join base_year on forecast.year > base_year.year
where
    forecast.level in ('health_region', 'nation')
    and forecast.component in ('clinical', 'indication', 'screening', 'total')
