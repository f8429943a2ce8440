-- Planned posts of specialist training by year, area and specialty: counties, the nation, and the health-care
-- regions that are made of whole counties.
with municipalities as (
    select * from {{ ref('kommuner') }}
),

county_regions as (
    select distinct lan as county, sjukvardsregion as area
    from municipalities
),

divided as (
    select county
    from county_regions
    group by county
    having count(*) > 1
),

divided_regions as (
    select county_regions.area
    from county_regions
    inner join divided on county_regions.county = divided.county
),

whole_regions as (
    select * from county_regions
    where area not in (select divided_regions.area from divided_regions)
),

posts as (
    select
        posts.year,
        posts.county,
        whole_regions.area,
        unnest([posts.specialty, 'total']) as specialty,
        posts.planned
    from {{ ref('stg_st__planned_posts') }} as posts
    left join whole_regions on posts.county = whole_regions.county
),

levels as (
    {{ area_levels('posts') }}
)

select
    year,
    level,
    area,
    specialty,
    sum(planned)::bigint as planned
from levels
group by year, level, area, specialty
