{# A figure of the forecast as it may leave: rounded to whole tens or fives (docs/definitions_planning.md). #}
{% macro to_whole(value, step) -%}
    (round({{ value }} / {{ step }}) * {{ step }})::bigint
{%- endmacro %}
