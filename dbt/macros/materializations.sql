{# The adapter's own materializations make a model beside the one that is there, rename both and drop the old one: so
   that others who read the database never see it without the model. Nobody reads the candidate while it is built. #}

{% materialization table, adapter="duckdb", supported_languages=["sql", "python"] %}
    {%- set target = this.incorporate(type="table") -%}
    {%- do drop_relation_if_exists(load_cached_relation(this)) -%}
    {%- call statement("main", language=model["language"]) -%}
        {{- create_table_as(false, target, compiled_code, model["language"]) -}}
    {%- endcall -%}
    {%- do adapter.commit() -%}
    {{ return({"relations": [target]}) }}
{% endmaterialization %}

{% materialization view, adapter="duckdb" %}
    {%- set target = this.incorporate(type="view") -%}
    {%- do drop_relation_if_exists(load_cached_relation(this)) -%}
    {%- call statement("main") -%}
        {{- get_create_view_as_sql(target, sql) -}}
    {%- endcall -%}
    {%- do adapter.commit() -%}
    {{ return({"relations": [target]}) }}
{% endmaterialization %}
