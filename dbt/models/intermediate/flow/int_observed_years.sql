-- Years that can be looked at: not after the last year, and delivered by the yearly tables.
with parts as (
    select * from {{ source('delivered', 'parts') }}
    where year <= {{ last_year() }}
),

income_limits as (
    select * from {{ ref('etableringsgrans') }}
),

residence as (
    select distinct year
    from parts
    where register = 'rtb' and table_name = 'folkbokforing'
),

employment as (
    select distinct year
    from parts
    where register = 'bas' and table_name = 'sysselsattning'
)

select
    residence.year,
    employment.year is not null as employment_observed,
    employment.year is not null and income_limits.ar is not null as establishment_observed,
    income_limits.inkomstgrans_kr as income_limit_sek
from residence
left join employment on residence.year = employment.year
left join income_limits on residence.year = income_limits.ar
order by residence.year
