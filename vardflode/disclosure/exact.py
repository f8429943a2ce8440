"""The exact counts of a warehouse, pooled in windows of cohorts as a publisher asks.

Which windows, each publisher chooses; so the warehouse counts by single cohort and the pooling is done here,
by adding. Restricted: nothing in these tables has been hidden.
"""

from __future__ import annotations

import contextlib

import duckdb
import polars as pl

from vardflode.disclosure.declared import EVERY, WINDOW, Table
from vardflode.disclosure.windows import windows


def exact_tables(con: duckdb.DuckDBPyConnection, asked: str, years: int = 5) -> dict[str, pl.DataFrame]:
    """The exact counts of a warehouse, pooled in windows: one frame a table, sorted by its key.

    Counts are added, and so are the cell keys (modulo 1000). A person who is in several cohorts of a window
    is counted once in each. A row exists where the window's denominator (or number of persons) is at least 1.
    What is declared without a window is as the model has it.

    No window ends after the newest läsår that has been seen whole. A row is there when its window lies
    between the first and the last cohort that the model names.
    Each count of persons or examinations has its cell key beside it, `<count>_key`.

    Args:
        con: a warehouse; may be opened read-only. Nothing in it or in the connection is changed.
        asked: as in `windows`.
        years: of tables that say so (`chosen_years`) the last year is told, and each that lies a number of
            times so many years before it.

    Raises:
        ValueError: `asked` cannot be used.
    """
    with contextlib.closing(con.cursor()) as cursor:
        return {table.name: cursor.sql(_statement(cursor, table, asked, years)).pl() for table in EVERY}


def _statement(cursor: duckdb.DuckDBPyConnection, table: Table, asked: str, years: int) -> str:
    """The SQL of a table; its windows are registered."""
    order = ", ".join(table.key)
    if table.chosen_years:
        last_year = "(select last_year from delivered.reference)"
        return f"from counts.{table.model} where ({last_year} - year) % {years:d} = 0 order by {order}"
    if not table.is_pooled:
        return f"from counts.{table.model} order by {order}"
    # One cohort later than the newest whole one there may be half a läsår.
    first, last = cursor.sql(
        f"select min(first_cohort), (select last_year - 1 from delivered.reference) from counts.{table.model}"
    ).fetchall()[0]
    found = windows(last, first, asked) if first is not None and last is not None else []
    windows(9999, 0, asked)  # also where there are none it must be one that can be used
    frame = pl.DataFrame(found, schema=dict.fromkeys(WINDOW, pl.Int32), orient="row")
    cursor.register("windows", frame.to_arrow())
    sums = [f"sum({count})::bigint as {count}" for count in table.counts]
    if "series_break" in table.numbers:
        # The follow-up years of all persons together lie on both sides of a break.
        sums.append("min(first_period) < max(last_period) as series_break")
    sums += [f"(sum({count}_key) % 1000)::integer as {count}_key" for count in table.counts]
    return f"""
        select {", ".join([*table.key, *sums])}
        from counts.{table.model}
        inner join windows on cohort_year between cohort_from and cohort_to
        where cohort_to <= last_cohort
        group by all
        order by {order}
    """
