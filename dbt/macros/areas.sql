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
