"""Who helps whom: each unit that lacks takes what those before it have left, which SQL is no language for."""


def model(dbt, session):
    """`vardflode.capacity.help_between` of the units of each month."""
    from vardflode.capacity import help_between

    return help_between(dbt.ref("int_capacity_needs").pl()).to_arrow()
