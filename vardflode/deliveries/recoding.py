"""Codes have a time: one that was replaced is read as the code in force, if the row is of its time.

What was replaced stands in `kodandringar.csv`, for any list, and in a list's own column `ersatt_av`.
A divided code has no single successor: it is not recoded, and is then outside its list.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from vardflode.deliveries.contract import Codes, Table

CHANGES = "kodandringar.csv"
NOW = "now:"
# Whether a code of the row was replaced: answers under both the old and the new code are told apart by it.
WAS_RECODED = "_recoded"
FIRST_DAY, LAST_DAY = "0001-01-01", "9999-12-31"
RECODED = {
    **{"file": pl.String, "column_name": pl.String, "code": pl.String, "recoded_to": pl.String},
    **{"row_count": pl.Int64, "first_year": pl.Int32, "last_year": pl.Int32},
}


@dataclass(frozen=True)
class Former:
    """A code that was replaced: from its first to its last day (YYYY-MM-DD) it meant what `successor` means.

    The successor of a code that was divided is empty.
    """

    code: str
    first: str
    last: str
    successor: str

    def told(self) -> str:
        """When it was in force, and what came after, for the message about a row of another time."""
        span = f"until {self.last}" if self.first == FIRST_DAY else f"{self.first} to {self.last}"
        return f" (in force {span}, {f'now {self.successor}' if self.successor else 'then divided'})"


def former_codes(
    name: str, listed: Sequence[dict[str, str]], changes: Iterable[dict[str, str]]
) -> tuple[Former, ...]:
    """The replaced codes of one list, each with the code that is in force today.

    Args:
        name: the list's file.
        listed: its rows; the first column is the code.
        changes: rows of `CHANGES`.

    Raises:
        ValueError: a date is none, periods of a code overlap, or a successor is not in force.
    """
    own = [{"kod": next(iter(row.values())), **row} for row in listed if row.get("ersatt_av")]
    rows = own + [row for row in changes if f"{row['kodlista']}.csv" == name]
    former = sorted((_former(row) for row in rows), key=lambda code: (code.code, code.first))
    for one, other in pairwise(former):
        if one.code == other.code and other.first <= one.last:
            raise ValueError(f"{name}: the periods of {one.code} overlap")
    today = {next(iter(row.values())) for row in listed}
    # A code that is always the older name of another is listed, but is not what a code ends in.
    today -= {code.code for code in former if code.last == LAST_DAY}
    return tuple(
        Former(code.code, code.first, code.last, _in_force(name, code, former, today)) for code in former
    )


def _former(row: dict[str, str]) -> Former:
    first, last = row.get("giltig_fran") or FIRST_DAY, row.get("giltig_till") or LAST_DAY
    for day in (first, last):
        if dt.date.fromisoformat(day).isoformat() != day:
            raise ValueError(f"{row['kod']}: expected a date YYYY-MM-DD, found {day}")
    if last < first:
        raise ValueError(f"{row['kod']}: giltig_till {last} lies before giltig_fran {first}")
    return Former(row["kod"], first, last, row["ersatt_av"] or "")


def _in_force(name: str, code: Former, former: Sequence[Former], today: set[str]) -> str:
    """Follow the successors: what replaced a code may have been replaced itself, later."""
    at = code
    for _ in former:
        later = (f for f in former if f.code == at.successor and (f.last > at.last or f.last == LAST_DAY))
        following = next(later, None)
        if following is None:
            break
        at = following
    else:
        raise ValueError(f"{name}: {code.code} is replaced by itself in the end")
    if at.successor and at.successor not in today:
        raise ValueError(f"{name}: {code.code} ends in {at.successor}, which is not in force")
    return at.successor


def with_codes_in_force(typed: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Add `now:<column>`, the codes in force, for each column that holds a replaced code of a row's time."""
    if not table.period:
        return typed
    for column in table.columns:
        for case, codes in [(None, column.codes), *column.cases.items()]:
            if codes and codes.former:
                applies = pl.lit(value=True) if case is None else pl.col(str(column.by)) == case
                now = _codes_in_force(typed, column.name, codes, applies, table)
                typed = typed if now is None else typed.with_columns(now.alias(NOW + column.name))
    return typed


def _codes_in_force(
    typed: pl.DataFrame, column: str, codes: Codes, applies: pl.Expr, table: Table
) -> pl.Series | None:
    former = pl.DataFrame(
        [(f.code, _number(f.first), _number(f.last), f.successor) for f in codes.former if f.successor],
        schema={column: pl.String, "_first": pl.Int64, "_last": pl.Int64, "_successor": pl.String},
        orient="row",
    )
    old = typed.select(pl.col(column).is_in(former[column].unique()) & applies).to_series().fill_null(False)
    if not old.any():
        return None
    begins, ends = table.period
    kinds = {c.name: c.type for c in table.columns}
    start, end = _day(begins, kinds[begins], first=True), _day(ends, kinds[ends], first=False)
    when = (
        typed.with_row_index("_row")
        .filter(old)
        .select("_row", column, start.alias("_start"), end.alias("_end"))
    )
    found = (
        when.join(former, on=column)
        .filter(pl.col("_start") <= pl.col("_last"), pl.col("_end") >= pl.col("_first"))
        .sort("_last")
        .unique("_row", keep="last")
    )
    if found.is_empty():
        return None
    before = NOW + column if NOW + column in typed.columns else column
    now = typed.select(pl.col(before)).with_row_index("_row").join(found, on="_row", how="left")
    return now.sort("_row").select(pl.coalesce("_successor", before)).to_series()


def _number(day: str) -> int:
    return int(day.replace("-", ""))


def _day(column: str, kind: str, *, first: bool) -> pl.Expr:
    """First or last day of a dated value, as a number YYYYMMDD; a missing end is the last day of all."""
    value = pl.col(column)
    match kind:
        case "date":
            day = value.dt.year() * 10_000 + value.dt.month().cast(pl.Int32) * 100 + value.dt.day()
        case "term":
            spring, autumn = (101, 701) if first else (630, 1231)
            day = value // 10 * 10_000 + pl.when(value % 10 == 1).then(spring).otherwise(autumn)
        case _:
            day = value * 10_000 + (101 if first else 1231)
    return day if first else day.fill_null(_number(LAST_DAY))


def take_codes_in_force(rows: pl.DataFrame, table: Table, file: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows with codes in force in the place of replaced ones; and how many (`RECODED`) by code.

    Args:
        rows: from `with_codes_in_force`, accepted.
        table: the table's contract.
        file: the column that names the file.
    """
    counts = [pl.DataFrame(schema=RECODED)]
    names = [c.removeprefix(NOW) for c in rows.columns if c.startswith(NOW)]
    replaced = [(pl.col(name) != pl.col(NOW + name)).fill_null(value=False) for name in names]
    rows = rows.with_columns(pl.any_horizontal(pl.lit(value=False), *replaced).alias(WAS_RECODED))
    for name in names:
        kind = next(c.type for c in table.columns if c.name == table.period[0])
        value = pl.col(table.period[0])
        year = {"date": value.dt.year(), "term": value // 10, "year": value}[kind]
        changed = rows.filter(pl.col(name) != pl.col(NOW + name))
        counts.append(
            changed.group_by(
                pl.col(file).alias("file"),
                pl.lit(name).alias("column_name"),
                pl.col(name).alias("code"),
                pl.col(NOW + name).alias("recoded_to"),
            )
            .agg(
                pl.len().alias("row_count"),
                year.min().alias("first_year"),
                year.max().alias("last_year"),
            )
            .cast(RECODED)  # type: ignore[arg-type]
        )
        rows = rows.with_columns(pl.col(NOW + name).alias(name)).drop(NOW + name)
    return rows, pl.concat(counts)


def all_recoded(counts: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Counts (`RECODED`) of several pieces together."""
    code = ("file", "column_name", "code", "recoded_to")
    together = pl.concat([pl.DataFrame(schema=RECODED), *counts]).group_by(code)
    sums = together.agg(pl.sum("row_count"), pl.min("first_year"), pl.max("last_year"))
    return sums.sort("file", "column_name", "code")
