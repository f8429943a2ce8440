{# Keys of records, for the cell-key method: fixed pseudo-random numbers that follow a record into every count. #}

{# Key of a record, 0-255: the first byte of a checksum of the secret and what identifies the record. #}
{% macro record_key(identity) -%}
    (
        md5_number_upper(
            (select reference.record_key_secret from {{ source('delivered', 'reference') }} as reference)
            || ':' || {{ identity }}
        ) & 255
    )::integer
{%- endmacro %}

{# Key of a cell, 0-255: the sum of the keys of its records modulo 256; 0 for an empty cell. #}
{% macro cell_key(record_key, where) -%}
    (sum(if({{ where }}, {{ record_key }}, 0)) % 256)::integer
{%- endmacro %}
