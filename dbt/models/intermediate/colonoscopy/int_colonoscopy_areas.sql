-- Each municipality in every area that a figure is given for: its region, its health-care region
-- (Halland is divided between two, so it goes by municipality) and the nation.
with municipalities as (
    select * from {{ ref('kommuner') }}
)

select kommun as municipality, 'region' as level, lan as area from municipalities
union all
select kommun as municipality, 'health_region' as level, sjukvardsregion as area from municipalities
union all
select kommun as municipality, 'nation' as level, '00' as area from municipalities
order by municipality, level
