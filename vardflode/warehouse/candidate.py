"""The warehouse that is being built, beside the one in force: a new DuckDB file that dbt fills.

Before dbt begins it holds the schema `delivered`: a view over the accepted rows of each delivered table,
and what became of every delivery. dbt reads nothing else.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import shutil
from collections.abc import Sequence
from pathlib import Path

import duckdb
import polars as pl

from vardflode.common.database import connect
from vardflode.common.kept import discard
from vardflode.common.parquet import file_sql, parquet_sql
from vardflode.deliveries.contract import CADENCES, Contract, Table, load_contract
from vardflode.deliveries.intake import Outcome
from vardflode.deliveries.recoding import RECODED
from vardflode.deliveries.rules import QUARANTINE
from vardflode.deliveries.survey import (
    Part,
    in_force,
    is_made_up,
    last_year,
    quarantine_files,
    read_survey,
    told_until,
)
from vardflode.forecast.scenarios import load_scenarios
from vardflode.settings import VERSION, Settings
from vardflode.warehouse.record_key import record_key_secret

# What `delivered` tells beside the delivered tables.
OVERVIEW = {
    "reference": "One row: the last year of the flow, whether any delivery in force is made up, the version "
    "of Vårdflöde that made the warehouse, and the secret of the record keys.",
    "parts": "The Parquet files in force: register, table, year and delivery.",
    "registers": "The registers that have anything in force.",
    "told_until": "The day that a register's newest accepted delivery tells until, and how often it comes.",
    "deliveries": "What became of each delivered file.",
    "recoded": "Rows whose code was replaced by the one in force.",
    "quarantine": "Rows that were set aside, with the reason.",
    "forecast": "One row: how many years ahead is forecast, and the scenarios as their file says them.",
    "scenarios": "What the scenarios of the forecast are called: code, Swedish, English.",
}
_SQL_TYPES = {"int": "bigint", "year": "integer", "term": "integer", "date": "date"}


def prepare_candidate(
    settings: Settings, outcomes: Sequence[Outcome], contract: Contract, begin_from: Path | None = None
) -> dict[str, str]:
    """Write a new candidate file, readable by its owner only, with the schema `delivered`.

    Args:
        settings: where the candidate, the rows and the secret of the record keys lie.
        outcomes: what became of every delivery, accepted or not.
        contract: tables and types of what is delivered.
        begin_from: a warehouse whose other schemas the candidate begins with.

    Returns:
        For each delivered table a checksum of its content.

    Raises:
        RecordKeyError: the secret cannot be used.
    """
    path, secret = settings.candidate, settings.record_key_secret
    record_key_secret(secret)
    for leftover in (path, path.with_name(path.name + ".wal")):
        discard(leftover)
    path.parent.mkdir(parents=True, exist_ok=True)
    if begin_from:
        shutil.copyfile(begin_from, path)
    with contextlib.closing(connect(settings, path, at_work=settings.databases_at_once)) as con:
        path.chmod(0o600)
        signatures = create_delivered(con, outcomes, contract, settings)
        # From its file, so that no log of SQL has it; for dbt only, so that no expectation sees it.
        read_secret = (
            rf"select regexp_replace(content, '^\s+|\s+$', '', 'g') from read_text({file_sql(secret)})"
        )
        with_secret = f"select *, ({read_secret}) as record_key_secret from delivered.reference"
        con.execute(f"create or replace table delivered.reference as {with_secret}")
        return signatures


def create_delivered(
    con: duckdb.DuckDBPyConnection, outcomes: Sequence[Outcome], contract: Contract, settings: Settings
) -> dict[str, str]:
    """Create the schema `delivered` in a database: what dbt and the expectations read.

    Returns:
        For each table of it a checksum of its content.
    """
    con.execute("create schema if not exists delivered")
    rows = settings.rows
    parts = in_force(outcomes, contract.tables, rows)
    contents = {}
    for table in contract.tables:
        mine = [part for part in parts if (part.register, part.table) == (table.register, table.name)]
        con.execute(delivered_view(table, mine))
        # A folder of rows is named by a checksum of all that decides them, so names stand for the rows.
        contents[f"{table.register}_{table.name}"] = _content(mine, rows)
    overview = {
        "reference": _reference(outcomes, parts),
        "parts": _parts(parts),
        "registers": _parts(parts).select("register").unique().sort("register"),
        "told_until": _told_until(outcomes, contract),
        "deliveries": _deliveries(outcomes, parts, rows),
        "recoded": _recoded(outcomes),
        "forecast": _forecast(settings),
        "scenarios": _scenarios(settings),
    }
    for name, frame in overview.items():
        con.execute(f"create or replace table delivered.{name} as {_rows_of(frame)}")
        contents[name] = _checksum(frame.write_csv())
    set_aside = quarantine_files(outcomes, rows)
    con.execute(f"create or replace table delivered.quarantine as {_quarantine(set_aside)}")
    contents["quarantine"] = _checksum(repr([str(path.relative_to(rows)) for _, path in set_aside]))
    return contents


def delivered_database(settings: Settings) -> duckdb.DuckDBPyConnection:
    """The delivered rows by themselves: they are checked before a candidate begins."""
    con = connect(settings, at_work=settings.databases_at_once)
    contract = load_contract()
    create_delivered(con, read_survey(settings.data, contract), contract, settings)
    return con


def candidate_database(settings: Settings) -> duckdb.DuckDBPyConnection:
    """The candidate; where there is none, the warehouse in force (checks that are run again alone)."""
    settings.candidate.parent.mkdir(parents=True, exist_ok=True, mode=0o700)  # where it spills
    path = settings.candidate if settings.candidate.is_file() else settings.warehouse
    return connect(settings, path, read_only=True)


def delivered_view(table: Table, parts: Sequence[Part], schema: str = "delivered") -> str:
    """SQL of the view over a delivered table's rows in force; empty, with its types, if there are none."""
    selects = []
    for delivery in sorted({part.delivery for part in parts}):
        rows = parquet_sql(*(part.path.resolve() for part in parts if part.delivery == delivery))
        selects.append(f"select *, {_literal(delivery)} as _delivery from {rows}")
    if not selects:
        columns = [
            f"null::{_SQL_TYPES.get(column.type, 'varchar')} as {column.name}" for column in table.columns
        ]
        technical = ("varchar as _file", "uinteger as _line", "boolean as _recoded", "varchar as _delivery")
        nothing = ", ".join(f"null::{column}" for column in technical)
        selects.append(f"select {', '.join(columns)}, {nothing} where false")
    return f"create or replace view {schema}.{table.register}_{table.name} as {' union all '.join(selects)}"


def _literal(text: str) -> str:
    # A NUL would end the query.
    return "'" + text.replace("'", "''").replace("\0", "' || chr(0) || '") + "'"


def _content(parts: Sequence[Part], rows: Path) -> str:
    return _checksum(repr([(part.delivery, str(part.path.relative_to(rows))) for part in parts]))


def _checksum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _reference(outcomes: Sequence[Outcome], parts: Sequence[Part]) -> pl.DataFrame:
    schema = {"last_year": pl.Int32, "is_synthetic": pl.Boolean, "version": pl.String}
    row = (last_year(outcomes), is_made_up(outcomes, parts), VERSION)
    return pl.DataFrame([row], schema=schema, orient="row")


def _forecast(settings: Settings) -> pl.DataFrame:
    """What is asked of the forecast."""
    scenarios = settings.scenarios.read_text(encoding="utf-8")
    return pl.DataFrame({"horizon": [settings.horizon], "scenarios": [scenarios]})


def _scenarios(settings: Settings) -> pl.DataFrame:
    """What they are called."""
    rows = [(code, each.namn, each.name) for code, each in load_scenarios(settings.scenarios).items()]
    return pl.DataFrame(rows, schema=dict.fromkeys(("scenario", "namn", "name"), pl.String), orient="row")


def _parts(parts: Sequence[Part]) -> pl.DataFrame:
    schema = {"register": pl.String, "table_name": pl.String, "year": pl.Int32, "delivery": pl.String}
    return pl.DataFrame(
        [(p.register, p.table, p.year, p.delivery) for p in parts], schema=schema, orient="row"
    )


def _told_until(outcomes: Sequence[Outcome], contract: Contract) -> pl.DataFrame:
    schema = {"register": pl.String, "told_until": pl.Date, "cadence_months": pl.Int32}
    table = [
        (name, day, CADENCES[contract.registers[name].cadence]) for name, day in told_until(outcomes).items()
    ]
    return pl.DataFrame(table, schema=schema, orient="row")


_DELIVERIES = {
    "register": pl.String,
    "delivery": pl.String,
    "file": pl.String,
    "table_name": pl.String,
    "year": pl.Int32,
    "rows_delivered": pl.Int64,
    "rows_accepted": pl.Int64,
    "rows_quarantined": pl.Int64,
    "rows_exact_copy": pl.Int64,
    "status": pl.String,
    "message": pl.String,
    "is_in_force": pl.Boolean,
    "is_synthetic": pl.Boolean,
}


def _deliveries(outcomes: Sequence[Outcome], parts: Sequence[Part], rows: Path) -> pl.DataFrame:
    """One row a file of an accepted delivery; one row, without a file, for a rejected delivery."""
    used = {part.path for part in parts}
    table: list[tuple[object, ...]] = []
    for o in outcomes:
        for file in o.files:
            in_use = any(rows / o.folder / name in used for _, name in file.parts)
            years = {year for year, _ in file.parts}
            year = years.pop() if len(years) == 1 else None
            counts = (file.delivered, file.accepted, file.quarantined, file.exact_copies)
            table.append(
                (
                    o.register,
                    o.delivery,
                    file.file,
                    file.table,
                    year,
                    *counts,
                    "accepted",
                    "",
                    in_use,
                    o.synthetic,
                )
            )
        if not o.accepted:
            nothing = (None,) * 7
            table.append((o.register, o.delivery, *nothing, "rejected", o.message, False, None))
    return pl.DataFrame(table, schema=_DELIVERIES, orient="row")


def _recoded(outcomes: Sequence[Outcome]) -> pl.DataFrame:
    """Rows whose code was replaced by the one in force, of accepted deliveries."""
    schema = {"register": pl.String, "delivery": pl.String, "table_name": pl.String, **RECODED}
    table = [
        (o.register, o.delivery, file.table, file.file, *counted)
        for o in outcomes
        for file in o.files
        for counted in file.recoded
    ]
    return pl.DataFrame(table, schema=schema, orient="row")


def _quarantine(set_aside: Sequence[tuple[Outcome, Path]]) -> str:
    """SQL of every row that was set aside, from the file of its delivery."""
    selects = [
        f"select *, {_literal(o.register)} as register, {_literal(o.delivery)} as delivery "
        f"from {parquet_sql(path.resolve())}"
        for o, path in set_aside
    ]
    if not selects:
        schema = {**QUARANTINE, "table_name": pl.String, "register": pl.String, "delivery": pl.String}
        selects = [_rows_of(pl.DataFrame(schema=schema))]
    return f'select * rename ("row" as row_content) from ({" union all ".join(selects)})'


_SQL_TYPES_OF = {
    pl.String: "varchar",
    pl.Boolean: "boolean",
    pl.Int32: "integer",
    pl.Int64: "bigint",
    pl.UInt32: "uinteger",
    pl.Date: "date",
}


def _rows_of(frame: pl.DataFrame) -> str:
    """SQL of a frame with a few rows. As a parameter it would have DuckDB import pandas and pyarrow first."""
    columns = ", ".join(
        f'"{name}"::{_SQL_TYPES_OF[type(kind)]} as "{name}"' for name, kind in frame.schema.items()
    )
    names = ", ".join(f'"{name}"' for name in frame.columns)
    rows = [f"({', '.join(_value(value) for value in row)})" for row in frame.iter_rows()]
    some = ", ".join(rows) or f"({', '.join(['null'] * frame.width)})"
    return f"select {columns} from (values {some}) as t({names}){'' if rows else ' where false'}"


def _value(value: str | float | dt.date | None) -> str:
    if value is None:
        return "null"
    return _literal(str(value)) if isinstance(value, str | dt.date) else str(value).lower()
