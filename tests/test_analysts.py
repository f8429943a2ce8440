"""What analysts meet: labels beside codes, comments in two languages, macros, DuckDB's own shell."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest

from tests.conftest import vardflode
from vardflode.analysts.dress import CODE_LISTS
from vardflode.publication.labels import label


@pytest.fixture
def con(warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with contextlib.closing(duckdb.connect(str(warehouse), read_only=True)) as con:
        yield con


@pytest.fixture
def published(data: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with contextlib.closing(duckdb.connect(str(data / "published.duckdb"), read_only=True)) as con:
        yield con


def test_a_code_is_called_the_same_in_the_warehouse_and_in_the_publications(
    con: duckdb.DuckDBPyConnection,
) -> None:
    rows = con.sql(
        "from kodverk.labels where dimension not in ('breakdown', 'level', 'total', 'ssyk2012') "
        # Named in the file of scenarios and in the plan: the published set has these from the warehouse.
        "and dimension not in ('scenario', 'plan_measure', 'plan_indicator') and (dimension, code) not in ("
        "  select (replace(dimension, 'plan_', ''), code) from kodverk.labels"
        "  where starts_with(dimension, 'plan_') and code not in ('total', 'unknown'))"
    ).fetchall()
    assert len(rows) > 300
    assert [row for row in rows if row[2:] != (label(*row[:2], "sv"), label(*row[:2], "en"))] == []


# Its only texts are units, which are called what they are called.
NOTHING_TO_NAME = {"capacity_help"}


def test_every_view_has_the_rows_of_its_table_and_a_label_for_every_code(
    con: duckdb.DuckDBPyConnection,
) -> None:
    views = con.sql("select view_name from duckdb_views() where schema_name = 'labelled'").fetchall()
    assert len(views) >= 7
    for (view,) in views:
        frame = con.sql(f"from labelled.{view}").pl()
        assert frame.height == con.sql(f"select count(*) from marts.{view}").fetchall()[0][0]
        named = [c for c in frame.columns if c.endswith("_sv")]
        assert named or view in NOTHING_TO_NAME
        for name in named:
            code = next(
                c
                for c in (name.removesuffix("_sv"), f"{name.removesuffix('_sv')}_code")
                if c in frame.columns
            )
            # Age groups are codes that are their own names in English, and no code is left as it is in Swedish.
            assert frame.filter(pl.col(name) == pl.col(code)).is_empty(), (view, name)


def test_the_flow_is_pooled_by_adding(con: duckdb.DuckDBPyConnection) -> None:
    told = con.sql("from flow('SJ', 2001, 2006)").pl()
    mart = con.sql("from marts.flow_measures").pl()
    chosen = mart.filter(
        pl.col("mature"),
        pl.col("cohort_year").is_between(2001, 2006),
        degree_code="SJ",
        breakdown="total",
    )
    for row in told.iter_rows(named=True):
        measure = con.sql(
            f"select measure from marts.measures where position = {row['position']}"
        ).fetchall()[0][0]
        mine = chosen.filter(pl.col("measure") == measure)
        assert (row["numerator"], row["denominator"]) == (mine["numerator"].sum(), mine["denominator"].sum())
        assert row["per_cent"] == pytest.approx(
            100 * row["numerator"] / row["denominator"], abs=0.051
        )  # one decimal
    assert told["position"].to_list() == sorted(told["position"])
    assert told.height == chosen["measure"].n_unique() > 5


@pytest.mark.parametrize(
    "query",
    [
        "from flow_by('SJ', 'graduates', 'sex')",
        "from over_time('SJ', 'graduates')",
        "from degrees_compared('graduates')",
        "from work_after_study_in('12')",
        "from work_after_study_in('12', 'SJ')",
        "from density('SJ')",
    ],
)
def test_macros_answer(con: duckdb.DuckDBPyConnection, query: str) -> None:
    assert con.sql(query).fetchall()


def test_a_degree_has_the_profession_that_it_leads_to(con: duckdb.DuckDBPyConnection) -> None:
    bridge = dict(con.sql("select degree_code, profession_code from kodverk.degree_professions").fetchall())
    assert len(bridge) == len(con.sql("from kodverk.degrees").fetchall()) == 22
    assert (bridge["SJ"], bridge["FY"], bridge["SP"], bridge["TT"]) == ("SJ", "FT", "SJ", "OT")


def test_the_warehouse_explains_itself(con: duckdb.DuckDBPyConnection) -> None:
    tables = con.sql(
        "select schema_name, table_name, comment from duckdb_tables() union all "
        "select schema_name, view_name, comment from duckdb_views() where not internal"
    ).fetchall()
    # What is delivered is told of by the views of `staging` over it.
    assert [table for table in tables if table[0] != "delivered" and not table[2]] == []
    columns = con.sql(
        "select schema_name, table_name, column_name, coalesce(comment, '') from duckdb_columns() "
        "where not internal and schema_name != 'delivered'"
    ).fetchall()
    lists = {*CODE_LISTS, "measures"}  # the files behind them have columns of their own
    told = [column for column in columns if column[0] != "kodverk" or column[1] in lists]
    assert lists <= {table for schema, table, *_ in told if schema == "kodverk"}
    assert [column for column in told if not column[3]] == []
    labelled = {(table, column): text for schema, table, column, text in told if schema == "labelled"}
    assert "i klartext" in labelled["flow_measures", "degree_sv"]
    assert "in words (English)" in labelled["flow_measures", "degree_en"]
    assert " / " in labelled["flow_measures", "per_cent"]


def test_what_is_published_explains_itself(published: duckdb.DuckDBPyConnection) -> None:
    tables = published.sql(
        "select schema_name, table_name, coalesce(comment, '') from duckdb_tables()"
    ).fetchall()
    assert {name for schema, name, _ in tables if schema == "kodverk"} == {*CODE_LISTS, "measures"}
    # The persons of this country are made up, and the open data are not of persons.
    assert [name for schema, name, text in tables if schema == "main" and "PÅHITTADE" not in text] == []
    columns = published.sql(
        "select schema_name, table_name, column_name, coalesce(comment, '') from duckdb_columns() where not internal"
    ).fetchall()
    own = [column for column in columns if column[0] in ("main", "labelled")]
    assert len(own) > 100
    assert [column for column in own if " / " not in column[3]] == []
    assert [column for column in columns if not column[3]] == []
    for query in (
        "from flow('SJ')",
        "from flow_by('SJ', 'graduates', 'sex')",
        "from degrees_compared('graduates')",
    ):
        assert published.sql(query).fetchall(), query
    assert {
        name
        for (name,) in published.sql(
            "select view_name from duckdb_views() where schema_name = 'labelled'"
        ).fetchall()
    } == {name for schema, name, _ in tables if schema == "main"}


def test_nothing_but_code_lists_comes_from_the_warehouse(published: duckdb.DuckDBPyConnection) -> None:
    """No column of a person, a key or a delivery has come along."""
    names = published.sql("select distinct column_name from duckdb_columns() where not internal").pl()
    assert names.filter(pl.col("column_name").str.contains("person_id|_key$|^delivery$|secret")).is_empty()


def test_the_shell_answers_and_changes_nothing(sample: Path, tmp_path: Path) -> None:
    answer = vardflode("sql", "--data", sample / "data", "from flow('SJ') select measure_sv limit 1")
    assert answer.returncode == 0
    assert "Nybörjare" in answer.stdout
    refused = vardflode("sql", "--data", sample / "data", "create table mine (a int)")
    assert refused.returncode != 0
    assert "read-only" in refused.stderr
    nothing = vardflode("sql", "--data", tmp_path, "from flow('SJ')")
    assert nothing.returncode == 2
    assert "Next: vardflode build" in nothing.stderr
    assert not list(tmp_path.iterdir())
