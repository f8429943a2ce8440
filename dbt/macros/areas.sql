{# Rows with a county and a health-care region (`area`), once for each level: county, health_region, nation.
   Where the county or the region is missing the row is of the nation only. #}
{% macro area_levels(relation) -%}
    select * exclude (county, area), 'county' as level, county as area
    from {{ relation }}
    where county is not null
    union all
    select * exclude (county, area), 'health_region' as level, area
    from {{ relation }}
    where area is not null
    union all
    select * exclude (county, area), 'nation' as level, '00' as area
    from {{ relation }}
{%- endmacro %}

{# Sums over the counties that are delivered, by year and area, of each value of `by` and of all (`total`); and how
   many counties are in them. Health-care regions: those made of whole counties. #}
{% macro county_sums(relation, by, sums) -%}
    select
        reported.year,
        areas.level,
        areas.area,
        coalesce(reported.{{ by }}, 'total') as {{ by }},
        {% for column in sums -%}
            sum(reported.{{ column }})::bigint as {{ column }},
        {% endfor -%}
        count(distinct reported.county) as counties
    from {{ relation }} as reported
    inner join {{ ref('int_whole_county_areas') }} as areas on reported.county = areas.county
    group by grouping sets (
        (reported.year, areas.level, areas.area, reported.{{ by }}), (reported.year, areas.level, areas.area)
    )
{%- endmacro %}

{# What a row is by, of a table of levels and areas with an attribute beside: the nation by the attribute, counties and
   health-care regions in all. #}
{% macro nation_by(attribute) -%}
    case
        when level != 'nation' then level
        when {{ attribute }} = 'total' then 'total'
        else '{{ attribute }}'
    end as breakdown,
    if(level = 'nation', {{ attribute }}, area) as breakdown_value
{%- endmacro %}
