"""Published files as an outsider reads them: any folder, any of the formats, told apart by their columns."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import duckdb
import polars as pl

from vardflode.common.parquet import read_parquet
from vardflode.disclosure.declared import BY_NAME, INSTITUTIONS, RECKONED, WINDOW, Table

FORMATS = (".parquet", ".csv", ".duckdb")
_WHOLE = (*WINDOW, "year")
# How files write that a number is not told.
_EMPTY = ["", "..", ".", "-", "NA", "null"]
_UNREADABLE = (OSError, ValueError, pl.exceptions.PolarsError, pl.exceptions.PanicException, duckdb.Error)


class ReadingError(Exception):
    """The folder holds nothing that can be attacked; the message says what was looked for."""


class DifferentError(Exception):
    """The same figure is told with different values; the message names it."""


def read_published(folder: Path) -> dict[str, pl.DataFrame]:
    """Every published table in the folder; a number is known if any file tells it.

    Args:
        folder: searched with its subfolders for Parquet, CSV and DuckDB files.

    Returns:
        By the table's name: its key, counts and computed columns; null where no file tells the number.

    Raises:
        ReadingError: no file holds a known table, or one beside those that do cannot be read.
        DifferentError: two files tell the same figure differently.
    """
    if not folder.is_dir():
        raise ReadingError(f"Expected a folder with published tables, found nothing at {folder}.")
    found: dict[str, list[pl.DataFrame]] = {}
    unreadable: list[str] = []
    for path in sorted(p for p in folder.rglob("*") if p.suffix in FORMATS and p.is_file()):
        try:
            for frame in _frames(path):
                for name, part in _recognised(frame):
                    found.setdefault(name, []).append(part)
        except _UNREADABLE as error:
            unreadable.append(f"{path}: expected a table, found {str(error).splitlines()[0][:200]}.")
    if not found.keys() - {"institutions"}:
        raise ReadingError(
            f"Expected published tables ({', '.join(t.name for t in RECKONED)}) as {', '.join(FORMATS)} "
            f"in {folder}, found none with their columns."
        )
    if unreadable:  # it may tell what the others hide
        raise ReadingError(f"{unreadable[0]} Mend it, or take it away.")
    return {
        name: pl.concat(frames).unique().sort(INSTITUTIONS)
        if name == "institutions"
        else merge(BY_NAME[name], frames)
        for name, frames in found.items()
    }


def _frames(path: Path) -> Iterator[pl.DataFrame]:
    if path.suffix == ".parquet":
        yield read_parquet(path)
    elif path.suffix == ".csv":
        text = path.read_text(encoding="utf-8-sig")
        separator = max(";,\t", key=text.partition("\n")[0].count)
        yield pl.read_csv(text.encode(), separator=separator, infer_schema=False, null_values=_EMPTY)
    else:
        with contextlib.closing(duckdb.connect(str(path), read_only=True)) as con:
            tables = con.sql("select schema_name, table_name from duckdb_tables() order by 1, 2").fetchall()
            for schema, table in tables:
                yield con.sql(f'select * from "{schema}"."{table}"').pl()


def _recognised(frame: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    columns = set(frame.columns)
    if "status" in columns:  # what does not apply is no hidden figure
        frame = frame.filter(pl.col("status").ne_missing("not_applicable"))
    fitting = [table for table in RECKONED if columns >= {*table.key, *_always(table)}]
    if fitting:
        table = max(fitting, key=lambda t: len(t.key) + len(_always(t)))
        if table.base:  # nobody: the row says no more than one that is not there
            frame = frame.filter(_number(table.base, frame.schema[table.base]).ne_missing(0))
        numbers = [name for name in dict.fromkeys(_numbers(table)) if name in columns]
        codes = (_code(key) for key in table.key)
        yield table.name, frame.select(*codes, *(_number(name, frame.schema[name]) for name in numbers))
        return
    if columns >= set(INSTITUTIONS) and len(columns) <= len(INSTITUTIONS) + 1:
        yield "institutions", frame.select(INSTITUTIONS).cast(pl.String)


def _always(table: Table) -> Sequence[str]:
    """What a file of a table has besides the key: its counts, or the numbers that are rounded."""
    return table.counts or table.numbers


def _numbers(table: Table) -> Iterator[str]:
    """A table's counts, and what is computed of them; or what is rounded."""
    yield from _always(table)
    for derived in table.derived:
        yield from (derived.whole, derived.name)


def _code(key: str) -> pl.Expr:
    return pl.col(key).cast(pl.Int64 if key in _WHOLE else pl.String)


def _number(name: str, kind: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    if kind == pl.String:  # a decimal comma, and spaces between thousands
        column = column.str.replace(",", ".", literal=True).str.replace_all(r"[\s\u00a0\u202f]", "")
        column = column.cast(pl.Float64, strict=False)
    return column.cast(pl.Float64).alias(name)


def merge(table: Table, frames: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """One row a key: a count is what any frame tells; of a computed number the one with most decimals.

    Raises:
        DifferentError: two frames tell a count differently.
    """
    together = pl.concat(frames, how="diagonal")
    counts = [name for name in table.counts if name in together.columns]
    others = [c for c in together.columns if c not in table.key and c not in counts]
    grouped = together.group_by(table.key, maintain_order=True)
    merged = grouped.agg(
        *(pl.col(name).max() for name in counts),
        *(pl.col(name).min().alias(f"least {name}") for name in counts),
        *(
            pl.col(name).sort_by(pl.col(name).cast(pl.String).str.len_chars()).drop_nulls().last()
            for name in others
        ),
    )
    for name in counts:
        twice = merged.filter(pl.col(name) != pl.col(f"least {name}"))
        if len(twice):
            key = " ".join(str(value) for value in twice.select(table.key).row(0))
            raise DifferentError(f"{table.name} {key}: {name} has different values in different files.")
    return (
        merged.drop(f"least {name}" for name in counts)
        .with_columns(pl.col(name).cast(pl.Int64) for name in counts)
        .sort(table.key)
    )
