-- How far the supply of today is from what is wanted, by the regions' own word: share by group and area, low,
-- middle and high. No row: the situation of today is not known.
with answers as (
    select * from {{ ref('int_region_survey') }}
),

latest_year as (
    select max(year) as year
    from answers
    where year <= {{ last_year() }} + 2
),

latest as (
    select answers.*
    from answers
    inner join latest_year on answers.year = latest_year.year
),

groups as (
    select * from {{ ref('int_forecast_groups') }}
),

-- noqa: disable=LT02
counties as (
    select
        latest.county,
        latest.profession_code,
        {% for level, column in [('low', 'lag'), ('middle', 'mitt'), ('high', 'hog')] %}
            avg(meanings.{{ column }} order by meanings.{{ column }}) as {{ level }}{{ ',' if not loop.last }}
        {% endfor %}
    from latest
    inner join {{ ref('utgangslage') }} as meanings on latest.assessment = meanings.bedomning
    group by latest.county, latest.profession_code
),

-- A county that lies in two health-care regions (Halland) answers for its part of each.
parts as (
    select distinct lan as county, sjukvardsregion as area
    from {{ ref('kommuner') }}
),

workers as (
    select group_code, county, area, sum(persons) as persons
    from {{ ref('int_forecast_workers') }}
    where year = {{ last_year() }}
    group by group_code, county, area
),

answered as (
    select
        groups.group_code,
        parts.area,
        coalesce(workers.persons, 0) as persons,
        counties.county,
        counties.low,
        counties.middle,
        counties.high
    from counties
    inner join groups on counties.profession_code = groups.profession_code
    inner join parts on counties.county = parts.county
    left join workers
        on
            groups.group_code = workers.group_code
            and parts.county = workers.county
            and parts.area = workers.area
),

-- In the nation (00) a county weighs as a whole.
everywhere as (
    select * from answered
    union all
    select
        group_code,
        '00' as area,
        sum(persons) as persons,
        county,
        any_value(low) as low,
        any_value(middle) as middle,
        any_value(high) as high
    from answered
    group by group_code, county
),

by_area as (
    select
        group_code,
        area,
        {% for level in ['low', 'middle', 'high'] %}
            coalesce(
                sum({{ level }} * persons order by county) / nullif(sum(persons), 0),
                avg({{ level }} order by county)
            ) as {{ level }}{{ ',' if not loop.last }}
        {% endfor %}
    from everywhere
    group by group_code, area
),

areas as (
    select distinct area from parts
)

select
    nation.group_code,
    areas.area,
    {% for level in ['low', 'middle', 'high'] %}
        coalesce(by_area.{{ level }}, nation.{{ level }}) as {{ level }}{{ ',' if not loop.last }}
    {% endfor %}
from by_area as nation
cross join areas
left join by_area on nation.group_code = by_area.group_code and areas.area = by_area.area
where nation.area = '00'
order by nation.group_code, areas.area
