-- Colonoscopies that will be wanted in ten years, and the endoscopists that would do them, low, middle and high.
{% set levels = [('low', 'lag'), ('middle', 'mitt'), ('high', 'hog')] %}
with areas as (
    select * from {{ ref('int_colonoscopy_areas') }}
),

counts as (
    select * from {{ ref('int_colonoscopy_counts') }}
),

-- B: the latest year with volumes and population.
base_year as (
    select max(year) as year
    from counts
    where year in (select year from {{ ref('stg_folkmangd__population') }})
),

base as (
    select
        counts.level,
        counts.area,
        counts.colonoscopies,
        counts.screening,
        counts.endoscopists
    from counts
    inner join base_year on counts.year = base_year.year
    where counts.colonoscopies > 0
),

population as (
    select counted.year, counted.municipality, counted.age, counted.population
    from {{ ref('stg_folkmangd__population') }} as counted
    inner join base_year on counted.year = base_year.year
    union all
    select projected.year, projected.municipality, projected.age, projected.population
    from {{ ref('stg_framskrivning__projection') }} as projected
    inner join base_year on projected.year between base_year.year + 1 and base_year.year + 10
),

by_age as (
    select population.year, areas.level, areas.area, population.age, sum(population.population) as population
    from population
    inner join areas on population.municipality = areas.municipality
    group by population.year, areas.level, areas.area, population.age
),

need as (
    select
        by_age.year,
        by_age.level,
        by_age.area,
        -- Added in one order, so that the last digits are the same every time.
        sum(by_age.population * needs.index order by by_age.age) as need,
        sum(by_age.population) filter (where by_age.age between 60 and 74) as invited_ages
    from by_age
    inner join {{ ref('koloskopibehov') }} as needs
        on by_age.age between needs.alder_fran and needs.alder_till
    group by by_age.year, by_age.level, by_age.area
),

assumptions as (
    select * from {{ ref('screening') }}
),

-- noqa: disable=LT02
assumed as (
    select
        {% for level, column in levels %}
            {% for name, assumption in [
                ('growth', 'indikation'), ('participation', 'deltagande'), ('positive', 'positiva'),
                ('scoped', 'koloskoperade'), ('oldest', 'pensionsalder')
            ] %}
                max({{ column }}) filter (where antagande = '{{ assumption }}') as {{ name }}_{{ level }},
            {% endfor %}
        {% endfor %}
        count(*) as assumptions
    from assumptions
),

-- How far screening is introduced: nothing before the first year, the last year holds.
rollout as (
    select
        years.year,
        {% for level, column in levels %}
            coalesce(arg_max(assumptions.{{ column }}, assumptions.antagande), 0)
                as {{ level }}{{ ',' if not loop.last }}
        {% endfor %}
    from (select distinct year from population) as years
    left join assumptions
        on
            regexp_full_match(assumptions.antagande, 'inforande_[0-9]{4}')
            and right(assumptions.antagande, 4)::integer <= years.year
    group by years.year
),

-- In the base year what was observed.
parts as (
    select
        need.year,
        base.level,
        base.area,
        base.colonoscopies,
        base.endoscopists,
        need.year = base_year.year as is_base,
        need.year - base_year.year as years_ahead,
        (base.colonoscopies - base.screening) * need.need / nullif(base_need.need, 0) as clinical,
        {% for level, _ in levels %}
            if(
                need.year = base_year.year,
                base.screening,
                need.invited_ages / 2 * assumed.participation_{{ level }} * assumed.positive_{{ level }}
                * assumed.scoped_{{ level }} * rollout.{{ level }}
            ) as screening_{{ level }},
            (1 + assumed.growth_{{ level }}) ** (need.year - base_year.year) - 1
                as growth_{{ level }}{{ ',' if not loop.last }}
        {% endfor %}
    from base
    cross join base_year
    cross join assumed
    inner join need on base.level = need.level and base.area = need.area
    inner join need as base_need
        on base.level = base_need.level and base.area = base_need.area and base_year.year = base_need.year
    inner join rollout on need.year = rollout.year
),

demand as (
    select
        *,
        {% for level, _ in levels %}
            clinical * growth_{{ level }} as indication_{{ level }},
            clinical + clinical * growth_{{ level }} + screening_{{ level }}
                as total_{{ level }}{{ ',' if not loop.last }}
        {% endfor %}
    from parts
),

-- Nobody new; who is in training counts from two years on.
staff as (
    select
        demand.year,
        demand.level,
        demand.area,
        {% for level, _ in levels %}
            count(*) filter (
                where
                demand.is_base
                or (
                    demand.year - persons.birth_year <= assumed.oldest_{{ level }}
                    and (demand.years_ahead >= 2 or not persons.is_trainee)
                )
            ) as left_{{ level }}{{ ',' if not loop.last }}
        {% endfor %}
    from demand
    cross join base_year
    cross join assumed
    inner join {{ ref('int_endoscopists') }} as persons
        on demand.level = persons.level and demand.area = persons.area and base_year.year = persons.year
    group by demand.year, demand.level, demand.area
),

capacity as (
    select
        demand.year,
        demand.level,
        demand.area,
        {% for level, _ in levels %}
            demand.total_{{ level }} / (demand.colonoscopies / demand.endoscopists) as needed_{{ level }},
            staff.left_{{ level }}{{ ',' if not loop.last }}
        {% endfor %}
    from demand
    inner join staff on demand.year = staff.year and demand.level = staff.level and demand.area = staff.area
)

{% for component, low, middle, high in [
    ('clinical', 'clinical', 'clinical', 'clinical'),
    ('indication', 'indication_low', 'indication_middle', 'indication_high'),
    ('screening', 'screening_low', 'screening_middle', 'screening_high'),
    ('total', 'total_low', 'total_middle', 'total_high')
] %}
    select
        year,
        level,
        area,
        '{{ component }}' as component,
        {{ low }}::double as low,
        {{ middle }}::double as middle,
        {{ high }}::double as high
    from demand
    union all
{% endfor %}
-- Of a difference the low is the least need less the most staff.
{% for component, low, middle, high in [
    ('endoscopists_needed', 'needed_low', 'needed_middle', 'needed_high'),
    ('endoscopists_left', 'left_low', 'left_middle', 'left_high'),
    ('capacity_gap', 'needed_low - left_high', 'needed_middle - left_middle', 'needed_high - left_low')
] %}
    select
        year,
        level,
        area,
        '{{ component }}' as component,
        {{ low }}::double as low,
        {{ middle }}::double as middle,
        {{ high }}::double as high
    from capacity
    {{ 'union all' if not loop.last }}
{% endfor %}
order by year, level, area, component
