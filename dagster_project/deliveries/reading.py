"""One delivered file as a table of texts with the line that each row stands on.

Structure is judged here (bytes, quotes, fields in a line, columns); values are judged in `rules`.
"""

from __future__ import annotations

import csv
import io
from typing import NamedTuple

import numpy as np
import polars as pl

from dagster_project.deliveries.contract import Table
from dagster_project.deliveries.identity import find_identity_number
from dagster_project.deliveries.manifest import MANIFEST, DeliveredFile, RejectedError

BOM = b"\xef\xbb\xbf"
NEWLINE, CARRIAGE_RETURN, QUOTE, SEMICOLON = b'\n\r";'
LINE = "_line"


def read_file(file: DeliveredFile, table: Table, encoding: str) -> pl.DataFrame:
    """Read a delivered CSV or Parquet file.

    Returns:
        The contract's columns as text, a missing value as null, and `_line`: the line of a CSV file on
        which the row begins (the header is line 1), or the number of the row in a Parquet file.

    Raises:
        RejectedError: the structure is not as the contract says, or a field holds an identity number.
    """
    if file.path.suffix.lower() == ".parquet":
        frame = _read_parquet(file, table)
    else:
        frame = _read_csv(file, table, encoding)
    if frame.height != file.rows:
        raise RejectedError(f"{file.name}: {MANIFEST} says {file.rows} rows, found {frame.height}.")
    for column in table.column_names:
        if (position := find_identity_number(frame[column])) is not None:
            line = frame[LINE][position]
            raise RejectedError(
                f"{file.name}, line {line}, column {column}: expected no personal identity number, "
                "found one (not repeated here). Replace it by the pseudonym and deliver again."
            )
    return frame


class _Lines(NamedTuple):
    """Where the records of a CSV file begin and end (byte positions), and how many fields each has."""

    starts: np.ndarray
    ends: np.ndarray
    fields: np.ndarray
    numbers: np.ndarray


def _read_csv(file: DeliveredFile, table: Table, encoding: str) -> pl.DataFrame:
    data = _decode(file, encoding)
    lines = _split(file, data)
    header = data[: lines.ends[0]].decode().rstrip("\r") if len(lines.ends) else ""
    names = next(csv.reader([header], delimiter=";"), [])
    _check_columns(file, table, names)
    uneven = np.flatnonzero(lines.fields != len(names))
    if uneven.size:
        first = uneven[0]
        raise RejectedError(
            f"{file.name}, line {lines.numbers[first]}: expected {len(names)} fields as in the header, "
            f"found {_fields(data, lines, first)}."
        )
    frame = pl.read_csv(io.BytesIO(data), separator=";", infer_schema=False, raise_if_empty=False)
    return frame.select(
        pl.col(table.column_names).replace("", None), pl.Series(LINE, lines.numbers[1:], dtype=pl.UInt32)
    )


def _decode(file: DeliveredFile, encoding: str) -> bytes:
    """The file's bytes as UTF-8 without byte-order mark."""
    data = file.path.read_bytes().removeprefix(BOM)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise RejectedError(
            f"{file.name}, line {line}: expected {encoding}, found bytes that do not decode "
            f"(0x{data[error.start]:02x})."
        ) from None
    return data if encoding == "utf-8" else text.encode()


def _split(file: DeliveredFile, data: bytes) -> _Lines:
    """Find records and fields: separators inside quotes are none."""
    codes = np.frombuffer(data, dtype=np.uint8)
    newline, separator = codes == NEWLINE, codes == SEMICOLON
    newlines = np.flatnonzero(newline)
    if (quotes := np.flatnonzero(codes == QUOTE)).size:
        # uint8 wraps around at 256, which keeps odd and even apart.
        inside = (np.cumsum(codes == QUOTE, dtype=np.uint8) & 1).astype(bool)
        _check_quotes(file, codes, quotes, inside, newlines)
        newline &= ~inside
        separator &= ~inside
    ends = np.flatnonzero(newline)
    if codes.size and codes[-1] != NEWLINE:
        ends = np.append(ends, codes.size)
    starts = np.concatenate(([0], ends[:-1] + 1)) if ends.size else ends
    before = np.searchsorted(np.flatnonzero(separator), ends)
    fields = np.diff(before, prepend=0) + 1
    return _Lines(starts, ends, fields, np.searchsorted(newlines, starts) + 1)


def _check_quotes(
    file: DeliveredFile, codes: np.ndarray, quotes: np.ndarray, inside: np.ndarray, newlines: np.ndarray
) -> None:
    """A quoted field is quoted as a whole; a quote within it is written twice."""
    opening = quotes[inside[quotes]]
    closing = quotes[~inside[quotes]]
    before = codes[opening[opening > 0] - 1]
    after = codes[closing[closing < codes.size - 1] + 1]
    wrong = np.concatenate(
        (
            opening[opening > 0][~np.isin(before, (SEMICOLON, NEWLINE, QUOTE))],
            closing[closing < codes.size - 1][
                ~np.isin(after, (SEMICOLON, NEWLINE, CARRIAGE_RETURN, QUOTE))
            ],
            opening[-1:] if inside[-1] else opening[:0],
        )
    )
    if wrong.size:
        line = np.searchsorted(newlines, wrong.min()) + 1
        raise RejectedError(
            f"{file.name}, line {line}: expected quotes around a whole field (a quote inside written twice), "
            "found a quote that does not open or close one."
        )


def _fields(data: bytes, lines: _Lines, record: int) -> str:
    found = int(lines.fields[record])
    blank = not data[lines.starts[record] : lines.ends[record]].strip()
    return "an empty line" if blank else str(found)


def _read_parquet(file: DeliveredFile, table: Table) -> pl.DataFrame:
    try:
        frame = pl.read_parquet(file.path)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise RejectedError(f"{file.name}: expected a Parquet file, found {error}.") from None
    _check_columns(file, table, frame.columns)
    try:
        texts = [_as_text(frame[name]).replace("", None) for name in table.column_names]
    except pl.exceptions.PolarsError as error:
        raise RejectedError(f"{file.name}: expected values that can be read as text: {error}.") from None
    return pl.DataFrame(texts).with_columns(pl.Series(LINE, range(1, frame.height + 1), dtype=pl.UInt32))


def _as_text(column: pl.Series) -> pl.Series:
    """A typed Parquet column as it would stand in CSV. Whole numbers stored as floats lose their `.0`."""
    if column.dtype.is_float() and bool((column.drop_nulls() == column.drop_nulls().round(0)).all()):
        column = column.cast(pl.Int64)
    if isinstance(column.dtype, pl.Datetime) and bool((column.dt.time() == pl.time(0)).all()):
        column = column.dt.date()
    return column.cast(pl.String)


def _check_columns(file: DeliveredFile, table: Table, names: list[str]) -> None:
    if twice := [name for name in names if names.count(name) > 1]:
        raise RejectedError(f"{file.name}, line 1: expected each column once, found {twice[0]!r} twice.")
    expected = ", ".join(table.column_names)
    if missing := [name for name in table.column_names if name not in names]:
        raise RejectedError(
            f"{file.name}, line 1: expected the columns {expected}; {', '.join(missing)} is missing."
        )
    if unknown := [name for name in names if name not in table.column_names]:
        raise RejectedError(
            f"{file.name}, line 1: expected the columns {expected}; found {', '.join(map(repr, unknown))}, "
            "which the contract does not know."
        )
