"""Windows of cohorts: the exact counts of a warehouse, pooled as a publisher asks.

Small single cohorts would hide nearly everything, so several are published as one. Which, each publisher
chooses; so the warehouse counts by single cohort and the pooling is done here, by adding. Restricted: nothing
in these tables has been hidden.
"""

from __future__ import annotations

import contextlib
import re
from itertools import pairwise

import duckdb
import polars as pl

from vardflode.disclosure.declared import EVERY, WINDOW, Table


def windows(last: int, first: int, asked: str) -> list[tuple[int, int]]:
    """The windows of cohorts that a publisher asks for, oldest first.

    Args:
        last: newest cohort that has been seen whole.
        first: oldest cohort there is.
        asked: how many cohorts a window has, the newest one ending with `last` ("3"); or the windows
            themselves ("2000-2010 2011-2013").

    Returns:
        First and last cohort of each window that lies wholly within `first`..`last`.

    Raises:
        ValueError: `asked` cannot be read, or its windows end before they begin, or overlap.
    """
    if re.fullmatch(r"[1-9][0-9]?", asked.strip()):
        width = int(asked)
        found = [(end - width + 1, end) for end in range(last, first + width - 2, -width)]
        return found[::-1]
    words = asked.split()
    matches = [re.fullmatch(r"([0-9]{4})-([0-9]{4})", word) for word in words]
    if not words or not all(matches):
        raise ValueError(
            f"expected a number of cohorts, as 3, or windows, as 2000-2010 2011-2013; found {asked!r}."
        )
    found = sorted((int(match[1]), int(match[2])) for match in matches if match)
    for begin, end in found:
        if begin > end:
            raise ValueError(f"expected windows from an earlier to a later cohort; found {begin}-{end}.")
    for before, after in pairwise(found):
        if after[0] <= before[1]:
            both = f"{before[0]}-{before[1]} and {after[0]}-{after[1]}"
            raise ValueError(f"expected windows that do not overlap; found {both}.")
    return [(begin, end) for begin, end in found if first <= begin and end <= last]


def exact_tables(con: duckdb.DuckDBPyConnection, asked: str) -> dict[str, pl.DataFrame]:
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

    Raises:
        ValueError: `asked` cannot be used.
    """
    with contextlib.closing(con.cursor()) as cursor:
        return {table.name: cursor.sql(_statement(cursor, table, asked)).pl() for table in EVERY}


def _statement(cursor: duckdb.DuckDBPyConnection, table: Table, asked: str) -> str:
    """The SQL of a table; its windows are registered."""
    order = ", ".join(table.key)
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
