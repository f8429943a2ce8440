"""The forecast: the recursion over ages and years, which SQL is no language for.

All tables one under another, told apart by `table_name`: the marts select theirs, with contracts.
"""


def model(dbt, session):
    """Every table of `vardflode.forecast.tables.TABLES`."""
    from vardflode.forecast.in_dbt import stacked_tables

    # dbt finds what a model reads by these words.
    read = {
        "int_forecast_years": dbt.ref("int_forecast_years"),
        "int_forecast_stock_counts": dbt.ref("int_forecast_stock_counts"),
        "int_forecast_workers": dbt.ref("int_forecast_workers"),
        "int_forecast_beginners": dbt.ref("int_forecast_beginners"),
        "int_forecast_entries": dbt.ref("int_forecast_entries"),
        "int_forecast_newcomers": dbt.ref("int_forecast_newcomers"),
        "int_planned_beginners": dbt.ref("int_planned_beginners"),
        "int_base_gap": dbt.ref("int_base_gap"),
        "int_care_index": dbt.ref("int_care_index"),
        "int_forecast_groups": dbt.ref("int_forecast_groups"),
        "examina": dbt.ref("examina"),
        "larosaten": dbt.ref("larosaten"),
        "kommuner": dbt.ref("kommuner"),
        "tjanstgoringsgrad": dbt.ref("tjanstgoringsgrad"),
        "vardomraden": dbt.ref("vardomraden"),
    }
    return stacked_tables(read, dbt.source("delivered", "forecast"))
