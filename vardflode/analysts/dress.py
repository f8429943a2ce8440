"""Views with labels, comments and macros, for a database whose codes are called what `kodverk.labels` says.

The same is done to the warehouse (restricted) and to `published.duckdb` (open), so that a query learnt on one
works on the other.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import duckdb

from vardflode.common.database import connect
from vardflode.settings import Settings

SQL = Path(__file__).parent
# The code lists that travel with what is published: every table of `kodverk` that a dbt model makes.
CODE_LISTS = (
    "labels",
    "degrees",
    "professions",
    "degree_professions",
    "counties",
    "health_regions",
    "institutions",
    "municipalities",
    "specialisations",
    "occupations",
    "occupation_groups",
)
# Columns whose code is of the kind that another column of the row names.
_KIND_IN = {"breakdown_value": "breakdown"}
_AREAS_BY_LEVEL = "level"
# Forecasts of these are by health-care region.
_GROUPS = "group_code"
# What the code list of labels says of a column, the best first.
_KINDS = ("metric", "dimension", "column")
# What is called what, by kind and code: Swedish, English, unit.
Words = Mapping[tuple[str, str], tuple[str, str, str | None]]
_IN_WORDS = {"sv": "svenska", "en": "English"}


def dress_warehouse(settings: Settings) -> None:
    """Add `kodverk.measures`, the schema `labelled` (a view for each mart) and the macros to the candidate.

    Nothing else may have it open.
    """
    with contextlib.closing(connect(settings, settings.candidate)) as con:
        if not _has(con, "kodverk", "labels"):
            return  # a build that stopped on the way
        con.execute("create or replace view kodverk.measures as select * from marts.measures")
        _comment_as(con, "kodverk.measures", "marts", "measures")
        _label(con, "marts")
        words, described = _words(con), _described(con)
        for schema, table, column, _, _ in _columns(con):
            own = described.get(f"{table}.{column}")
            if schema == "labelled":
                named = _in_both_languages(column, words) or _of_its_code(table, column, described)
                parts = (named, own)
                _comment(con, schema, table, column, " ".join(filter(None, parts)))
            elif (schema, table) == ("kodverk", "measures"):
                _comment(con, schema, table, column, own)
        _define(con, "warehouse.sql")


def dress_published(settings: Settings, path: Path, declared: Words) -> None:
    """Add code lists, the schema `labelled`, comments in two languages, and macros to a published database.

    Args:
        settings: of the warehouse that the code lists are taken from. Nothing else of it is read.
        path: `published.duckdb`, with the published tables in `main`; nothing else may have it open.
        declared: what tables and columns are called, by kind and name: Swedish, English, unit. What is not
            there, the code list of labels says.
    """
    with contextlib.closing(connect(settings, path)) as con:
        con.execute(f"attach {_text(str(settings.warehouse))} as warehouse (read_only)")
        con.execute("create schema if not exists kodverk")
        for name in CODE_LISTS:
            con.execute(f"create table kodverk.{name} as select * from warehouse.kodverk.{name}")
        con.execute("create table kodverk.measures as select * from warehouse.marts.measures")
        words, described = {**_words(con, "warehouse."), **declared}, _described(con)
        for name, comment in con.sql(
            "select table_name, comment from duckdb_tables() where database_name = 'warehouse' "
            "and schema_name = 'kodverk' union all "
            "select table_name, comment from duckdb_tables() where database_name = 'warehouse' "
            "and schema_name = 'marts' and table_name = 'measures'"
        ).fetchall():
            if name in (*CODE_LISTS, "measures"):
                con.execute(f"comment on table kodverk.{name} is {_text(comment or '')}")
        con.execute("detach warehouse")
        for name, comment in con.sql(
            "select table_name, comment from duckdb_tables() where schema_name = 'main'"
        ).fetchall():
            sv, en, _ = words.get(("table", name), (name, name, None))
            con.execute(f"comment on table {name} is {_text(f'{sv} / {en}. {comment or str()}'.strip())}")
        _label(con, "main")
        for schema, table, column, _, _ in _columns(con):
            own = described.get(f"{table}.{column}")
            text = own if schema == "kodverk" else _in_both_languages(column, words)
            _comment(con, schema, table, column, text)
        _define(con, "published.sql")


def _label(con: duckdb.DuckDBPyConnection, schema: str) -> None:
    """A view with labels for each table of a schema: `<column>_sv` and `<column>_en` beside each code."""
    con.execute("create schema if not exists labelled")
    known = {name for (name,) in con.sql("select distinct dimension from kodverk.labels").fetchall()}
    tables: dict[str, list[str]] = {}
    numbers: set[tuple[str, str]] = set()
    for of, table, column, is_view, is_text in _columns(con):
        if of == schema and not is_view and table != "measures":
            tables.setdefault(table, []).append(column)
            if not is_text:  # the same word may be a code elsewhere: a month, a year
                numbers.add((table, column))
    for table, columns in tables.items():
        coded = known - {column for of, column in numbers if of == table}
        con.execute(f"create or replace view labelled.{table} as {_labelled(schema, table, columns, coded)}")
        _comment_as(con, f"labelled.{table}", schema, table)


def _comment_as(con: duckdb.DuckDBPyConnection, view: str, schema: str, table: str) -> None:
    """A view is what its table is; also that the persons are made up, where they are."""
    ((comment,),) = con.execute(
        "select comment from duckdb_tables() where database_name = current_database() "
        "and schema_name = ? and table_name = ?",
        [schema, table],
    ).fetchall()
    con.execute(f"comment on view {view} is {_text(comment or '')}")


def _labelled(schema: str, table: str, columns: Sequence[str], known: set[str]) -> str:
    selects, joins = ["rows_of.*"], []
    for column in columns:
        if column in _KIND_IN:
            kind = f"rows_of.{_KIND_IN[column]}"
        elif column == "area" and _AREAS_BY_LEVEL in columns:
            kind = f"rows_of.{_AREAS_BY_LEVEL}"
        elif column == "area" and _GROUPS in columns:
            kind = "'health_region'"
        elif column in known:
            kind = _text(column)
        else:
            continue
        of = f"of_{column}"
        code = f"rows_of.{column}"
        joins.append(f"left join kodverk.labels as {of} on {of}.dimension = {kind} and {of}.code = {code}")
        name = column.removesuffix("_code")
        selects += [
            f"coalesce({of}.label_{language}, {code}) as {name}_{language}" for language in ("sv", "en")
        ]
    if {"numerator", "denominator"} <= set(columns):
        selects.append("round(100.0 * rows_of.numerator / nullif(rows_of.denominator, 0), 1) as per_cent")
    return f"select {', '.join(selects)} from {schema}.{table} as rows_of {' '.join(joins)}"


def _columns(con: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, str, str, bool, bool]]:
    """Schema, table and name of every column, in order, and whether it is a view's, and a text."""
    yield from con.sql(
        "select columns.schema_name, columns.table_name, columns.column_name, views.view_name is not null, "
        "columns.data_type = 'VARCHAR' from duckdb_columns() as columns left join duckdb_views() as views "
        "on columns.schema_name = views.schema_name and columns.table_name = views.view_name "
        "and views.database_name = columns.database_name "
        "where columns.database_name = current_database() and not columns.internal "
        "order by columns.schema_name, columns.table_name, columns.column_index"
    ).fetchall()


def _words(con: duckdb.DuckDBPyConnection, database: str = "") -> Words:
    """What columns and codes are called."""
    return {
        (kind, code): (sv, en, unit)
        for kind, code, sv, en, unit in con.sql(
            "select slag, kod, namn_sv, namn_en, enhet_sv || ' / ' || enhet_en "
            f"from {database}kodverk.etiketter"
        ).fetchall()
    }


def _described(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """What a column of a mart or a code list is, by table and name, as dbt's models say."""
    return dict(
        con.sql(
            "select table_name || '.' || column_name, comment from duckdb_columns() "
            "where schema_name in ('kodverk', 'marts') and comment is not null"
        ).fetchall()
    )


def _in_both_languages(column: str, words: Words) -> str | None:
    """What a column is called, with its unit."""
    found = next((words[kind, column] for kind in _KINDS if (kind, column) in words), None)
    base, _, language = column.rpartition("_")
    of_code = words.get(("dimension", base)) or words.get(("dimension", f"{base}_code"))
    if found:
        sv, en, unit = found
        return f"{sv} / {en}." + (f" Enhet / unit: {unit}." if unit else "")
    if language in _IN_WORDS and of_code:
        return f"{of_code[0]}, i klartext / {of_code[1]}, in words ({_IN_WORDS[language]})."
    return None


def _of_its_code(table: str, column: str, described: Mapping[str, str]) -> str:
    """What a column of words is, of whose code only the description is known."""
    base, _, language = column.rpartition("_")
    code = described.get(f"{table}.{base}") or described.get(f"{table}.{base}_code")
    if not code or language not in _IN_WORDS:
        return ""
    return f"I klartext / in words ({_IN_WORDS[language]}): {code}"


def _comment(con: duckdb.DuckDBPyConnection, schema: str, table: str, column: str, text: str | None) -> None:
    if text:
        con.execute(f'comment on column {schema}.{table}."{column}" is {_text(text)}')


def _define(con: duckdb.DuckDBPyConnection, name: str) -> None:
    con.execute((SQL / name).read_text(encoding="utf-8"))


def _has(con: duckdb.DuckDBPyConnection, schema: str, table: str) -> bool:
    return any((of, name) == (schema, table) for of, name, *_ in _columns(con))


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
