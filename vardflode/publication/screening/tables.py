"""CSV, read by Python's own reader, and Parquet, read by Arrow's."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path

import polars as pl
from pyarrow import parquet

from vardflode.disclosure.declared import BY_NAME
from vardflode.publication.cubes import SHOWN
from vardflode.publication.labels import DIMENSIONS, is_share
from vardflode.publication.layout import CSV, PACKAGE, PARQUET
from vardflode.publication.screening.check import Candidate, check
from vardflode.publication.screening.told import STATUS, SYMBOLS, numbers_of, told

# A cell that a spreadsheet would take for a formula; so is a minus before anything but a number or an age.
_FORMULA = re.compile(r"^([=+@\t\r]|-(?![0-9]))")


@check(
    "error",
    "CSV-filerna är lika med de publicerade tabellerna, cell för cell, även skälen till det som saknas.",
    "The CSV files equal the published tables cell by cell, with the reasons of what is missing.",
)
def csv_equals_the_published(c: Candidate) -> Iterator[str]:
    """Nothing is added, lost or changed."""
    for table, frame in c.tables.items():
        if _csv(c, table).is_file():
            yield from _differences(
                f"{CSV}/{table}.csv", told(table, frame), c.read(read_csv, _csv(c, table))
            )


@check(
    "error",
    "Parquet-filerna är lika med de publicerade tabellerna, cell för cell.",
    "The Parquet files equal the published tables cell by cell.",
)
def parquet_equals_the_published(c: Candidate) -> Iterator[str]:
    """Nothing is added, lost or changed."""
    for table, frame in c.tables.items():
        if (path := _parquet(c, table)).is_file():
            yield from _differences(
                f"{PARQUET}/{table}.parquet", told(table, frame), c.read(read_parquet, path)
            )


def _differences(name: str, wanted: pl.DataFrame, found: pl.DataFrame) -> Iterator[str]:
    if wanted.columns != found.columns:
        yield f"{name}: its columns are not those published"
        return
    if wanted.height != found.height:
        yield f"{name}: expected {wanted.height} rows, found {found.height}"
        return
    for column, kind in wanted.schema.items():
        read = found[column]
        if read.dtype != kind:  # texts of numbers, which are told with all their decimals
            read = read.cast(kind, strict=False)
            if read.null_count() != found[column].null_count():
                yield f"{name}, {column}: not all cells are of the kind {kind}"
        if differs := (~wanted[column].eq_missing(read)).sum():
            yield f"{name}, {column}: {differs} cells are not those published"


@check(
    "error",
    "Ingen cell i CSV tolkas som en formel av ett kalkylprogram.",
    "No cell of a CSV file is taken for a formula by a spreadsheet.",
)
def no_formula_is_injected(c: Candidate) -> Iterator[str]:
    """Cells that begin as formulas do."""
    for table in c.tables:
        for line, row in enumerate(_rows(_csv(c, table)), start=1):
            for cell in row:
                if _FORMULA.match(cell):
                    yield f"{CSV}/{table}.csv, line {line}: {cell[:30]!r}"


@check("error", "Ingen rad finns två gånger.", "No row is there twice.")
def no_row_is_there_twice(c: Candidate) -> Iterator[str]:
    """The key tells all rows of a table apart."""
    for table in _of_numbers(c):
        frame = c.read(read_csv, _csv(c, table))
        keys = [name for name in frame.columns if name != "status" and name not in _told_columns(table)]
        if keys and (twice := frame.height - frame.select(keys).n_unique()):
            yield f"{CSV}/{table}.csv: {twice} rows are there more than once"


@check(
    "error",
    "Det som saknas har alltid ett av de tre skälen, och en kolumn av tal har inget annat än tal.",
    "What is missing always has one of the three reasons, and a column of numbers has nothing but numbers.",
)
def what_is_missing_has_a_reason(c: Candidate) -> Iterator[str]:
    """A number and `shown`, or an empty cell and a reason."""
    for table in _of_numbers(c):
        frame = c.read(read_csv, _csv(c, table))
        for number in set(numbers_of(table)) & set(frame.columns):
            cell, status = frame[number], frame[number + STATUS]
            missing = cell.is_null()
            unknown = ~status.is_in([SHOWN, *SYMBOLS])
            if wrong := (((status == SHOWN) == missing) | unknown).sum():
                yield f"{CSV}/{table}.csv, {number}: {wrong} numbers without a status, or the reverse"
            if len(texts := cell.filter(cell.cast(pl.Float64, strict=False).is_null() & ~missing)):
                yield f"{CSV}/{table}.csv, {number}: {texts[0]!r} is no number"


@check(
    "error",
    "Andelar är täljare genom nämnare och ligger mellan 0 och 1.",
    "Shares are the number of the denominator, between 0 and 1.",
)
def shares_are_right(c: Candidate) -> Iterator[str]:
    """To the last decimals, of the counts that are told beside them."""
    for table in [name for name in c.tables if name in BY_NAME and _parquet(c, name).is_file()]:
        frame = c.read(read_parquet, _parquet(c, table))
        for derived in BY_NAME[table].derived:
            share = derived.name
            if not is_share(share):
                continue
            part, whole = pl.col(derived.part), pl.col(derived.whole)
            # Noise may put a part above its whole: the gate says 1.
            exact = pl.min_horizontal(part / whole, 1.0)
            shown = frame.filter(pl.col(share + STATUS) == SHOWN)
            # A double holds 15 digits: what differs more was not worked out of these two.
            wrong = shown.filter((pl.col(share) - exact).abs() > 1e-12).height
            outside = shown.filter(~pl.col(share).is_between(0, 1)).height
            if wrong or outside:
                yield f"{PARQUET}/{table}.parquet, {share}: {wrong} are wrong, {outside} outside 0 to 1"


@check(
    "error",
    "Varje kolumn i CSV finns i metadata, och tvärtom.",
    "Each column of a CSV file is in the metadata, and the reverse.",
)
def columns_have_metadata(c: Candidate) -> Iterator[str]:
    """The data package and CSVW, with the kind of each column."""
    path = c.folder / CSV / PACKAGE
    if not path.is_file():
        return
    resources = {r["name"]: r for r in json.loads(path.read_text(encoding="utf-8"))["resources"]}
    for table, frame in c.tables.items():
        wanted = [(name, _kind(kind)) for name, kind in told(table, frame).schema.items()]
        fields = resources.get(table, {"schema": {"fields": []}})["schema"]["fields"]
        csvw = c.folder / CSV / f"{table}.csv-metadata.json"
        columns = (
            json.loads(csvw.read_text(encoding="utf-8"))["tableSchema"]["columns"] if csvw.is_file() else []
        )
        # CSVW calls a number a double.
        in_csvw = [(column["name"], column["datatype"].replace("double", "number")) for column in columns]
        header = next(_rows(_csv(c, table)), [])
        if not header == [name for name, _ in in_csvw] == [field["name"] for field in fields]:
            yield f"{CSV}/{table}.csv: its columns are not those of its metadata"
        elif not wanted == in_csvw == [(field["name"], field["type"]) for field in fields]:
            yield f"{CSV}/{table}.csv: the types in its metadata are not those of its columns"
        elif not all(field["title"].strip() and field["description"].strip() for field in fields):
            yield f"{CSV}/{PACKAGE}: a column of {table} is not described"


def _kind(kind: pl.DataType) -> str:
    return "integer" if kind.is_integer() else "number" if kind.is_float() else "string"


@check(
    "error",
    "Ingen kolumn har personer eller nycklar till personer.",
    "No column has persons or keys of persons.",
)
def no_column_of_persons(c: Candidate) -> Iterator[str]:
    """By the columns that are known; a table with others does not leave."""
    for table in c.tables:
        known = {*DIMENSIONS, *_told_columns(table), "status"}
        for folder, columns in (
            (CSV, next(_rows(_csv(c, table)), [])),
            (PARQUET, _columns(c, _parquet(c, table))),
        ):
            if unknown := set(columns) - known:
                yield f"{folder}/{table}: {', '.join(sorted(unknown))}"


@check("error", "Inget antal under gränsen visas.", "No count below the threshold is shown.")
def no_small_count_is_shown(c: Candidate) -> Iterator[str]:
    """Counts of persons from 1 to below the threshold."""
    for table in [name for name in c.tables if name in BY_NAME and _parquet(c, name).is_file()]:
        frame = c.read(read_parquet, _parquet(c, table))
        for count in BY_NAME[table].counts:
            if small := frame.filter(pl.col(count).is_between(1, c.certificate["threshold"] - 1)).height:
                yield f"{PARQUET}/{table}.parquet, {count}: {small} counts are below the threshold"


def read_csv(path: Path) -> pl.DataFrame:
    """A CSV file as texts; an empty cell is null. Without rows and columns where it is not there."""
    rows = _rows(path)
    header = next(rows, [])
    columns = zip(*rows, strict=True)
    texts = {name: pl.Series(cells, dtype=pl.String) for name, cells in zip(header, columns, strict=False)}
    frame = pl.DataFrame(texts or dict.fromkeys(header, pl.Series(dtype=pl.String)))
    return frame.with_columns(pl.all().replace("", None))


def read_parquet(path: Path) -> pl.DataFrame:
    """The rows of a Parquet file."""
    with path.open("rb") as file:
        return pl.DataFrame(pl.from_arrow(parquet.read_table(file)))


def _columns(c: Candidate, path: Path) -> list[str]:
    return c.read(read_parquet, path).columns if path.is_file() else []


def _rows(path: Path) -> Iterator[list[str]]:
    if path.is_file():
        with path.open(encoding="utf-8", newline="") as file:
            yield from csv.reader(file)


def _csv(c: Candidate, table: str) -> Path:
    return c.folder / CSV / f"{table}.csv"


def _parquet(c: Candidate, table: str) -> Path:
    return c.folder / PARQUET / f"{table}.parquet"


def _of_numbers(c: Candidate) -> list[str]:
    return [table for table in c.tables if numbers_of(table)]


def _told_columns(table: str) -> list[str]:
    return [column for number in numbers_of(table) for column in (number, number + STATUS)]
