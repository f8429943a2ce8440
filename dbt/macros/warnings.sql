{# Every person of a table who is not among the persons, with the first row on which she or he stands. #}
{% macro persons_unknown(register, table_name, model) -%}
    select
        'person_unknown' as warning,
        '{{ register }}' as register,
        first_row.delivery,
        first_row.delivered_file as file,
        first_row.delivered_line as line,
        '{{ table_name }}' as table_name,
        'lopnr' as column_name,
        person_id as value,
        'No row in personer: sex and age are unknown' as message
    from (
        select
            rows_of.person_id,
            min(struct_pack(rows_of.delivery, rows_of.delivered_file, rows_of.delivered_line)) as first_row
        from {{ ref(model) }} as rows_of
        anti join {{ ref('stg_rtb__persons') }} as persons on rows_of.person_id = persons.person_id
        group by rows_of.person_id
    )
{%- endmacro %}
