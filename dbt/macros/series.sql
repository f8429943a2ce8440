{# In which period of a register's series a year lies: how many breaks come before it, or in it. Persons whose
   years lie in different periods are compared across a break. #}
{% macro series_period(register, year) -%}
    (
        select count(*)
        from {{ ref('tidsseriebrott') }} as breaks
        where breaks.register = {{ register }} and breaks.ar <= {{ year }}
    )
{%- endmacro %}
