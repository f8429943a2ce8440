{# Keys of records: fixed pseudo-random numbers that follow a record into every count, and decide its noise. #}

{# Key of a record, 0-999: a checksum of the secret and what identifies the record. #}
{% macro record_key(identity) -%}
    (
        md5_number_upper(
            (select reference.record_key_secret from {{ source('delivered', 'reference') }} as reference)
            || ':' || {{ identity }}
        ) % 1000
    )::integer
{%- endmacro %}

{# Key of a cell, 0-999: the sum of the keys of its records modulo 1000; 0 for an empty cell. #}
{% macro cell_key(record_key, where) -%}
    (sum(if({{ where }}, {{ record_key }}, 0)) % 1000)::integer
{%- endmacro %}
