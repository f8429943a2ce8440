-- Whether more of a group are wanted, by year, area of residence, group and indicator: counts, and their cell
-- keys (answers of the survey have none).
with observed_years as (
    select year from {{ ref('int_observed_years') }}
    where employment_observed
),

stock as (
    select * from {{ ref('int_stock') }}
),

-- Those of the year before, and whether they live here no more.
year_later as (
    select
        stock.* replace (stock.year + 1 as year),
        resident.person_id is null as is_gone
    from stock
    left join {{ ref('int_licensed_years') }} as resident
        on stock.person_id = resident.person_id and stock.year + 1 = resident.year
),

-- The degree that leads to a group: a profession's own, and one that leads to no profession (SPS).
degree_groups as (
    select examenskod as degree_code, yrkeskod as group_code
    from {{ ref('examina') }}
    where yrkeskod is not null
    union all
    select within.examenskod as degree_code, within.grupp as group_code
    from {{ ref('prognosgrupper') }} as within
    inner join {{ ref('examina') }} as degrees on within.examenskod = degrees.examenskod
    where degrees.yrkeskod is null
),

municipalities as (
    select * from {{ ref('kommuner') }}
),

established as (
    select
        graduates.degree_year_1 as year,
        residence.county,
        municipalities.sjukvardsregion as area,
        degree_groups.group_code,
        graduates.established_1y as holds,
        {{ record_key('graduates.person_id') }} as record_key
    from {{ ref('int_person_degrees') }} as graduates
    inner join degree_groups on graduates.degree_code = degree_groups.degree_code
    inner join {{ observed(ref('stg_rtb__residence')) }} as residence
        on graduates.person_id = residence.person_id and graduates.degree_year_1 = residence.year
    inner join municipalities on residence.municipality = municipalities.kommun
    where graduates.is_in_flow and graduates.established_1y is not null
),

-- noqa: disable=LT02
persons as (
    {% for indicator, holds, condition in [
        ('unemployed', 'is_unemployed', 'age <= 64 and has_employment'),
        ('left_country', 'is_gone', 'death_year is null or death_year > year'),
        ('trained_abroad', "training_country != 'SE'", 'first_licence_year = year')
    ] %}
        select
            '{{ indicator }}' as indicator,
            year,
            county,
            area,
            group_code,
            count(*) filter (where {{ holds }}) as numerator,
            count(*) as denominator,
            {{ cell_key('record_key', holds) }} as numerator_key,
            {{ cell_key('record_key', 'true') }} as denominator_key
        from {{ 'year_later' if indicator == 'left_country' else 'stock' }}
        where {{ condition }}
        group by all
        union all
    {% endfor %}
    select
        'established' as indicator,
        year,
        county,
        area,
        group_code,
        count(*) filter (where holds) as numerator,
        count(*) as denominator,
        {{ cell_key('record_key', 'holds') }} as numerator_key,
        {{ cell_key('record_key', 'true') }} as denominator_key
    from established
    group by all
),
-- noqa: enable=LT02

levels as (
    {{ area_levels('persons') }}
)

select
    levels.year,
    levels.level,
    levels.area,
    levels.group_code,
    levels.indicator,
    sum(levels.numerator)::bigint as numerator,
    sum(levels.denominator)::bigint as denominator,
    {{ cell_key('levels.numerator_key', 'true') }} as numerator_key,
    {{ cell_key('levels.denominator_key', 'true') }} as denominator_key
from levels
semi join observed_years on levels.year = observed_years.year
group by levels.year, levels.level, levels.area, levels.group_code, levels.indicator
