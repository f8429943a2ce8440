-- What may leave of the intake that would make supply meet demand: reliable groups, in whole fives.
with tables as (
    select * from {{ ref('int_forecast_tables') }}
),

reliable as (
    select distinct group_code
    from tables
    where table_name = 'forecast' and area = '00' and reliable
)

select
    tables.target_year as year,
    tables.group_code,
    tables.scenario,
    {{ to_whole('tables.beginners', 5) }} as beginning,
    {{ to_whole('tables.required', 5) }} as required
from tables
inner join reliable on tables.group_code = reliable.group_code
where tables.table_name = 'forecast_intake'
