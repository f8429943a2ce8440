-- The flow's measures, in order, as the definitions name them.
{% for measure in var('measures') %}
    select
        {{ loop.index }} as position,
        '{{ measure.name }}' as measure,
        '{{ measure.sv }}' as label_sv,
        '{{ measure.en }}' as label_en,
        '{{ measure.denominator }}' as denominator_sv,
        {{ "'" ~ measure.register ~ "'" if measure.register else 'null' }} as register,
        {{ measure.horizon if measure.horizon is not none else 'null' }} as maturity_horizon
    {% if not loop.last %}union all{% endif %}
{% endfor %}
