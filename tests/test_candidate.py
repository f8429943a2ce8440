"""What becomes of the deliveries is in the candidate as it was found, whatever the text."""

from __future__ import annotations

import contextlib

import duckdb
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from vardflode.warehouse.candidate import _rows_of

SCHEMA = {"text": pl.String, "count": pl.Int64, "year": pl.Int32, "is_so": pl.Boolean}
texts = st.text(st.characters(exclude_categories=["Cs"])) | st.sampled_from(
    ["'", "''; drop table t;--", "\0", "ö\r\n"]
)
rows = st.tuples(
    st.none() | texts,
    st.none() | st.integers(-(2**63), 2**63 - 1),
    st.none() | st.integers(0, 9999),
    st.none() | st.booleans(),
)


@given(st.lists(rows, max_size=5))
def test_a_frame_is_the_same_in_the_database(found: list[tuple]) -> None:
    frame = pl.DataFrame(found, schema=SCHEMA, orient="row")
    with contextlib.closing(duckdb.connect()) as con:
        table = con.sql(_rows_of(frame))
        assert table.fetchall() == frame.rows()
        assert table.columns == frame.columns
        assert [str(kind) for kind in table.types] == ["VARCHAR", "BIGINT", "INTEGER", "BOOLEAN"]
