-- Each county in every area that a county's figure can be added up to: health-care regions made of whole counties.
with regions as (
    select distinct lan as county, sjukvardsregion as health_region from {{ ref('kommuner') }}
),

divided_counties as (
    select county
    from regions
    group by county
    having count(*) > 1
),

divided_regions as (
    select regions.health_region
    from regions
    inner join divided_counties on regions.county = divided_counties.county
)

select lan as county, 'county' as level, lan as area from {{ ref('lan') }}
union all
select county, 'health_region' as level, health_region as area
from regions
where health_region not in (select divided_regions.health_region from divided_regions)
union all
select lan as county, 'nation' as level, '00' as area from {{ ref('lan') }}
order by county, level
