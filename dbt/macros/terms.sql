{# A term is YYYYT: T is 1 for spring (from 1 January), 2 for autumn (from 1 July). #}

{# First day of a term. #}
{% macro term_start(term) -%}
    make_date(({{ term }} // 10)::bigint, if({{ term }} % 10 = 1, 1, 7)::bigint, 1)
{%- endmacro %}

{# Terms as consecutive whole numbers, so that they can be added. #}
{% macro term_index(term) -%}
    (({{ term }} // 10) * 2 + {{ term }} % 10 - 1)
{%- endmacro %}

{# First day of the term with an index. #}
{% macro term_index_start(index) -%}
    make_date(({{ index }} // 2)::bigint, if({{ index }} % 2 = 0, 1, 7)::bigint, 1)
{%- endmacro %}

{# The term that holds a date. #}
{% macro term_of_date(date) -%}
    (year({{ date }}) * 10 + if(month({{ date }}) < 7, 1, 2))
{%- endmacro %}

{# The academic year (läsår) of a term: VT 2006 belongs to 2005. #}
{% macro academic_year(term) -%}
    ({{ term }} // 10 - if({{ term }} % 10 = 1, 1, 0))
{%- endmacro %}

{# Last year of the flow: nothing after it takes part. Null where no register of the flow was delivered. #}
{% macro last_year() -%}
    (select reference.last_year from {{ source('delivered', 'reference') }} as reference)
{%- endmacro %}

{#- The rows of a yearly table that take part: not those after the last year. A model that reads a table only
    so is not built again for a year that comes after it (`warehouse/reuse.py`). -#}
{% macro observed(yearly) -%}
    (select yearly.* from {{ yearly }} as yearly where yearly.year <= {{ last_year() }})
{%- endmacro %}

{# Newest academic year that has been seen whole: of that of the last year only the autumn has. #}
{% macro last_whole_academic_year() -%}
    ({{ last_year() }} - 1)
{%- endmacro %}

{# Oldest cohort of the flow: who is registered in the first academic year may have begun before. #}
{% macro first_flow_cohort() -%}
    (select min({{ academic_year('term') }}) + 1 from {{ ref('int_first_registrations') }})
{%- endmacro %}
