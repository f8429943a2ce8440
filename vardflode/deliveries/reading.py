"""One delivered file as a table of texts with the line that each row stands on.

Structure is judged here (bytes, quotes, fields in a line, columns); values are judged in `rules`.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import Counter
from typing import NamedTuple

import numpy as np
import polars as pl

from vardflode.deliveries.contract import Table
from vardflode.deliveries.files import MANIFEST, read_file_of
from vardflode.deliveries.hints import header_hint
from vardflode.deliveries.identity import find_identity_number, holds_identity_number
from vardflode.deliveries.manifest import DeliveredFile, RejectedError
from vardflode.deliveries.quoting import listed, quoted, shown

BOM = b"\xef\xbb\xbf"
NEWLINE, CARRIAGE_RETURN, QUOTE, SEMICOLON = b'\n\r";'
LINE = "_line"
# Parquet types besides numbers and times that stand in CSV as what they are.
_PLAIN = (pl.String, pl.Categorical, pl.Enum, pl.Boolean, pl.Date, pl.Null)
# Days since 1970.
_FIRST_DAY = (dt.date(1, 1, 1) - dt.date(1970, 1, 1)).days
_LAST_DAY = (dt.date(9999, 12, 31) - dt.date(1970, 1, 1)).days


def read_file(file: DeliveredFile, table: Table, encoding: str) -> pl.DataFrame:
    """Read a delivered CSV or Parquet file.

    Returns:
        The contract's columns as text, a missing value as null, and `_line`: the line of a CSV file on
        which the row begins (the header is line 1), or the number of the row in a Parquet file.

    Raises:
        RejectedError: the structure is not as the contract says, or a field holds an identity number.
        ChangedError: the file is not the one whose checksum was compared.
    """
    # One reading of the file: what is loaded is what was checked.
    data = read_file_of(file.folder / file.name, file.folder, file.sha256)
    if file.name.lower().endswith(".parquet"):
        frame = _read_parquet(file, table, data)
    else:
        frame = _read_csv(file, table, _decode(file, data, encoding))
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


def _read_csv(file: DeliveredFile, table: Table, data: bytes) -> pl.DataFrame:
    lines = _split(file, data)
    header = data[: lines.ends[0]].decode().rstrip("\r") if len(lines.ends) else ""
    try:
        names = next(csv.reader([header], delimiter=";"), [])
    except csv.Error as error:
        raise RejectedError(
            f"{file.name}, line 1: expected the columns {', '.join(table.column_names)}; found a line of "
            f"{len(header)} characters that is no header ({error})."
        ) from None
    _check_columns(file, table, names)
    uneven = np.flatnonzero(lines.fields != len(names))
    if uneven.size:
        first = uneven[0]
        raise RejectedError(
            f"{file.name}, line {lines.numbers[first]}: expected {len(names)} fields as in the header, "
            f"found {_fields(data, lines, first)}."
        )
    frame = pl.read_csv(
        io.BytesIO(data), separator=";", infer_schema=False, null_values=[""], raise_if_empty=False
    )
    return frame.select(pl.col(table.column_names), pl.Series(LINE, lines.numbers[1:], dtype=pl.UInt32))


def _decode(file: DeliveredFile, data: bytes, encoding: str) -> bytes:
    """The file's bytes as UTF-8 without byte-order mark."""
    data = data.removeprefix(BOM)
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
    # A byte that is nowhere is quicker to see than where it is.
    outside = _outside_quotes(file, codes, newlines) if b'"' in data else None
    if outside is not None:
        newline &= outside
        separator &= outside
    if b"\r" in data:
        _check_returns(file, codes, outside, newlines)
    ends = np.flatnonzero(newline)
    if codes.size and codes[-1] != NEWLINE:
        ends = np.append(ends, codes.size)
    starts = np.concatenate(([0], ends[:-1] + 1)) if ends.size else ends
    # Without newlines inside quotes, records are lines.
    numbers = np.arange(1, starts.size + 1) if outside is None else np.searchsorted(newlines, starts) + 1
    return _Lines(starts, ends, _count_fields(separator, starts), numbers)


def _count_fields(separator: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Fields of each record, from where separators stand."""
    if not starts.size:
        return starts
    # In bytes, which is many times as fast; where a record has too many for a byte, the sums do not agree.
    ones = separator.view(np.uint8)
    found = np.add.reduceat(ones, starts, dtype=np.uint8)
    if int(found.sum(dtype=np.int64)) != np.count_nonzero(separator):
        found = np.add.reduceat(ones, starts, dtype=np.int64)
    return found.astype(np.int64) + 1


def _outside_quotes(file: DeliveredFile, codes: np.ndarray, newlines: np.ndarray) -> np.ndarray | None:
    """Which bytes lie outside quotes; None: all that matter, since quotes only enclose nothing."""
    quotes = np.flatnonzero(codes == QUOTE)
    _check_quotes(file, codes, quotes, newlines)
    if bool((quotes[1::2] == quotes[::2] + 1).all()):
        return None
    # uint8 wraps around at 256, which keeps odd and even apart.
    return (np.cumsum(codes == QUOTE, dtype=np.uint8) & 1) == 0


def _check_quotes(file: DeliveredFile, codes: np.ndarray, quotes: np.ndarray, newlines: np.ndarray) -> None:
    """A quoted field is quoted as a whole; a quote within it is written twice. Every other quote opens."""
    opening, closing = quotes[::2], quotes[1::2]
    unclosed = opening[-1:] if quotes.size % 2 else opening[:0]
    opening, closing = opening[opening > 0], closing[closing < codes.size - 1]
    before, after = codes[opening - 1], codes[closing + 1]
    wrong = np.concatenate(
        (
            opening[(before != SEMICOLON) & (before != NEWLINE) & (before != QUOTE)],
            closing[
                (after != SEMICOLON) & (after != NEWLINE) & (after != CARRIAGE_RETURN) & (after != QUOTE)
            ],
            unclosed,
        )
    )
    if wrong.size:
        line = np.searchsorted(newlines, wrong.min()) + 1
        raise RejectedError(
            f"{file.name}, line {line}: expected quotes around a whole field (a quote inside written twice), "
            "found a quote that does not open or close one."
        )


def _check_returns(
    file: DeliveredFile, codes: np.ndarray, outside: np.ndarray | None, newlines: np.ndarray
) -> None:
    """A carriage return stands before a newline or inside quotes; else it would hide in a value."""
    returns = np.flatnonzero(codes == CARRIAGE_RETURN)
    if outside is not None:
        returns = returns[outside[returns]]
    if returns.size and returns[-1] == codes.size - 1:
        lone = returns[-1:]
    else:
        lone = returns[codes[returns + 1] != NEWLINE]
    if lone.size:
        raise RejectedError(
            f"{file.name}, line {np.searchsorted(newlines, lone[0]) + 1}: expected lines that end in LF or "
            "CRLF, found a carriage return elsewhere."
        )


def _fields(data: bytes, lines: _Lines, record: int) -> str:
    found = int(lines.fields[record])
    blank = not data[lines.starts[record] : lines.ends[record]].strip()
    return "an empty line" if blank else str(found)


def _read_parquet(file: DeliveredFile, table: Table, data: bytes) -> pl.DataFrame:
    try:
        frame = pl.read_parquet(io.BytesIO(data))
    except (pl.exceptions.PolarsError, OSError) as error:
        raise RejectedError(
            f"{file.name}: expected a Parquet file, found {shown(str(error), 200)}."
        ) from None
    _check_columns(file, table, frame.columns)
    texts = [_as_text(file, frame[name]).replace("", None) for name in table.column_names]
    return pl.DataFrame(texts).with_columns(pl.Series(LINE, range(1, frame.height + 1), dtype=pl.UInt32))


def _as_text(file: DeliveredFile, column: pl.Series) -> pl.Series:
    """A typed Parquet column as it would stand in CSV: no `.0` after a whole number, no hours after a day."""
    kind = column.dtype
    if not (kind.is_numeric() or kind in _PLAIN or isinstance(kind, pl.Datetime)):
        raise RejectedError(
            f"{file.name}, column {column.name}: expected texts, numbers or dates, found {shown(str(kind))}."
        )
    if kind == pl.Date or isinstance(kind, pl.Datetime):
        _check_years(file, column)
    text = column.cast(pl.String)
    if kind.is_float() or kind.is_decimal():
        return text.str.replace(r"\.0+$", "")
    if isinstance(kind, pl.Datetime):
        return text.str.replace(r" 00:00:00(\.0+)?([+-][0-9:]+)?$", "")
    return text


def _check_years(file: DeliveredFile, column: pl.Series) -> None:
    """Polars cannot write every day that it can hold."""
    per_day = {"ms": 86_400_000, "us": 86_400_000_000, "ns": 86_400_000_000_000}
    unit = per_day[column.dtype.time_unit] if isinstance(column.dtype, pl.Datetime) else 1
    days = column.to_physical().cast(pl.Int64)
    wrong = ((days < _FIRST_DAY * unit) | (days >= (_LAST_DAY + 1) * unit)).arg_true()
    if wrong.len():
        raise RejectedError(
            f"{file.name}, line {wrong[0] + 1}, column {column.name}: expected a date of the years 1 to "
            "9999, found one outside."
        )


def _check_columns(file: DeliveredFile, table: Table, names: list[str]) -> None:
    if any(holds_identity_number(name) for name in names):
        raise RejectedError(
            f"{file.name}, line 1: expected no personal identity number, found one (not repeated here). "
            "Replace it by the column's name and deliver again."
        )
    if len(set(names)) < len(names):
        twice = next(name for name, count in Counter(names).items() if count > 1)
        raise RejectedError(f"{file.name}, line 1: expected each column once, found {quoted(twice)} twice.")
    present, expected = set(names), set(table.column_names)
    missing = [name for name in table.column_names if name not in present]
    unknown = [name for name in names if name not in expected]
    if missing or unknown:
        found = f"{', '.join(missing)} is missing" if missing else ""
        if unknown:
            found += f"{' and ' if missing else ''}found {listed(unknown)}, which the contract does not know"
        raise RejectedError(
            f"{file.name}, line 1: expected the columns {', '.join(table.column_names)}; {found}."
            f"{header_hint(table, names)}"
        )
