-- What may leave of the flows of the forecast as now: the nation, reliable groups, in whole tens.
with tables as (
    select * from {{ ref('int_forecast_tables') }}
    where area = '00' and scenario = 'reference'
),

reliable as (
    select distinct group_code
    from tables
    where table_name = 'forecast' and reliable
)

select
    tables.year,
    tables.group_code,
    tables.flow,
    {{ to_whole('tables.persons', 10) }} as persons
from tables
inner join reliable on tables.group_code = reliable.group_code
where tables.table_name = 'forecast_flows'
