"""The forecast as a step of dbt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
import pyarrow as pa

from vardflode.forecast.evidence import Evidence
from vardflode.forecast.scenarios import group_codes, read_scenarios
from vardflode.forecast.tables import TABLES, forecast_tables


def stacked_tables(read: Mapping[str, Any], asked: Any) -> pa.Table:
    """All tables of the forecast one under another, in order, with `table_name`.

    Args:
        read: DuckDB relations of `evidence.RELATIONS`, by name.
        asked: a relation with one row: `horizon` in years, `scenarios` as the file's text.
    """
    horizon, text = asked.project("horizon, scenarios").fetchone()
    evidence = Evidence.of(read.__getitem__)
    scenarios = read_scenarios(text, group_codes(), "scenarios")
    tables = forecast_tables(evidence, horizon, scenarios)
    stacked = [table.with_columns(table_name=pl.lit(name)) for name, table in tables.items()]
    columns = sorted({name for schema in TABLES.values() for name in schema})
    return pl.concat(stacked, how="diagonal").select("table_name", *columns).to_arrow()
