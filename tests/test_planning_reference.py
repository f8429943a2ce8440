"""The tables of licensed persons against the same worked out person by person (`benchmark/planning.py`)."""

from __future__ import annotations

import contextlib
from pathlib import Path

import duckdb
import polars as pl
import pytest

from benchmark.planning import COLUMNS, compute


@pytest.fixture(scope="module")
def reference(data: Path) -> dict[str, pl.DataFrame]:
    """Every table from the deliveries of the very small country."""
    return compute(data.parent / "raw")


@pytest.mark.parametrize("name", COLUMNS)
def test_a_table_is_what_counting_person_by_person_gives(
    name: str, data: Path, reference: dict[str, pl.DataFrame]
) -> None:
    with contextlib.closing(duckdb.connect(str(data / "warehouse.duckdb"), read_only=True)) as con:
        found = con.sql(f"from marts.{name}").pl()
    expected = reference[name].with_columns(pl.col(c).cast(kind) for c, kind in found.schema.items())
    assert len(found) > 0
    assert sorted(found.rows(), key=str) == sorted(expected.select(found.columns).rows(), key=str)
