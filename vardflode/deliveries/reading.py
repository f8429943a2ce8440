"""One delivered file as tables of texts with the line that each row stands on, a piece of it at a time.

Structure is judged here (bytes, quotes, fields in a line, columns); values are judged in `rules`.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl

from vardflode.deliveries.contract import Table
from vardflode.deliveries.files import MANIFEST, file_of
from vardflode.deliveries.hints import header_hint
from vardflode.deliveries.identity import find_identity_number, holds_identity_number
from vardflode.deliveries.manifest import DeliveredFile, RejectedError
from vardflode.deliveries.quoting import listed, quoted, shown

# Read at once of a CSV file, and of a Parquet file: in memory a piece takes about ten times the bytes. No
# setting, so that what is told of a file and what is written of it depend on the file alone.
BYTES_AT_ONCE = 4 << 20
ROWS_AT_ONCE = 125_000
# Longer than any with quotes that are closed.
LONGEST_RECORD = 32 << 20
BOM = b"\xef\xbb\xbf"
NEWLINE, CARRIAGE_RETURN, QUOTE, SEMICOLON = b'\n\r";'
LINE = "_line"
# Parquet types besides numbers and times that stand in CSV as what they are.
_PLAIN = (pl.String, pl.Categorical, pl.Enum, pl.Boolean, pl.Date, pl.Null)
# Days since 1970.
_FIRST_DAY = (dt.date(1, 1, 1) - dt.date(1970, 1, 1)).days
_LAST_DAY = (dt.date(9999, 12, 31) - dt.date(1970, 1, 1)).days


def read_file(file: DeliveredFile, table: Table, encoding: str, spool: Path) -> Iterator[pl.DataFrame]:
    """Read a delivered CSV or Parquet file, in pieces of whole rows; at least one, if only of no rows.

    Whoever takes the pieces may keep nothing of them if an error comes after them.

    Args:
        file: which.
        table: its contract.
        encoding: of a CSV file.
        spool: a folder for what does not fit into memory.

    Yields:
        The contract's columns as text, a missing value as null, and `_line`: the line of a CSV file on
        which the row begins (the header is line 1), or the number of the row in a Parquet file.

    Raises:
        RejectedError: the structure is not as the contract says, or a field holds an identity number. Of
            several faults in one piece the first kind is told, of several pieces the first.
        ChangedError: the file is not the one whose checksum was compared.
    """
    is_parquet = file.name.lower().endswith(".parquet")
    found = 0
    for frame in _read_parquet(file, table, spool) if is_parquet else _read_csv(file, table, encoding):
        found += frame.height
        for column in table.column_names:
            if (position := find_identity_number(frame[column])) is not None:
                line = frame[LINE][position]
                raise RejectedError(
                    f"{file.name}, line {line}, column {column}: expected no personal identity number, "
                    "found one (not repeated here). Replace it by the pseudonym and deliver again."
                )
        yield frame
        if found > file.rows + ROWS_AT_ONCE:  # few bytes can hold billions: told now
            raise RejectedError(f"{file.name}: {MANIFEST} says {file.rows} rows, found {found} or more.")
    if found != file.rows:
        raise RejectedError(f"{file.name}: {MANIFEST} says {file.rows} rows, found {found}.")


class _Piece(NamedTuple):
    """Whole records of a CSV file: their bytes, and the line on which the first one stands."""

    file: DeliveredFile
    data: bytes
    first: int

    def line(self, position: int) -> int:
        """The line of the byte at a position."""
        return self.first + self.data.count(b"\n", 0, position)


class _Lines(NamedTuple):
    """Where the records of a piece begin and end (byte positions), and how many fields each has."""

    starts: np.ndarray
    ends: np.ndarray
    fields: np.ndarray
    numbers: np.ndarray


def _read_csv(file: DeliveredFile, table: Table, encoding: str) -> Iterator[pl.DataFrame]:
    names: list[str] = []
    line = 1
    # One reading of the file: what is loaded is what was checked.
    with file_of(file.folder / file.name, file.folder, file.sha256) as read:
        for data in _whole_records(read):
            piece = _Piece(file, _decode(file, data, encoding, line), line)
            if line == 1 and _is_plain(header := piece.data.partition(b"\n")[0]):
                # Before what follows it: quotes in fields that are parted by commas are odd ones.
                names = _header(file, header.decode(), table)
            lines, body = _split(piece), 0
            if line == 1 and not names:
                names = _header(file, piece.data[: lines.ends[0]].decode() if lines.ends.size else "", table)
            uneven = np.flatnonzero(lines.fields != len(names))
            if uneven.size:
                first = uneven[0]
                raise RejectedError(
                    f"{file.name}, line {lines.numbers[first]}: expected {len(names)} fields as in the "
                    f"header, found {_fields(piece.data, lines, first)}."
                )
            if line == 1:
                body = lines.ends[0] + 1
            frame = pl.read_csv(
                io.BytesIO(piece.data[body:]),
                separator=";",
                has_header=False,
                schema=dict.fromkeys(names, pl.String),
                null_values=[""],
                raise_if_empty=False,
            )
            numbers = lines.numbers[1:] if line == 1 else lines.numbers
            yield frame.select(pl.col(table.column_names), pl.Series(LINE, numbers, dtype=pl.UInt32))
            line += data.count(b"\n")


def _whole_records(read: Callable[[int], bytes]) -> Iterator[bytes]:
    """The bytes of a file without byte-order mark, in pieces of whole records; at least one piece."""
    rest, is_first = read(BYTES_AT_ONCE).removeprefix(BOM), True
    while more := read(BYTES_AT_ONCE):
        if end := _end_of_records(rest):
            yield rest[:end]
            rest, is_first = rest[end:], False
        elif len(rest) > LONGEST_RECORD and rest.count(b'"') % 2:
            # A quote that nothing closes: told now, not when all is in memory.
            rest = rest[: rest.rfind(b"\n") + 1] or rest
            break
        rest += more
    if rest or is_first:
        yield rest


def _end_of_records(data: bytes) -> int:
    """Where the last record ends that ends in these bytes, which begin with one; 0 if none does."""
    end, quotes, counted = len(data), data.count(b'"'), len(data)
    while (end := data.rfind(b"\n", 0, end)) >= 0:
        quotes -= data.count(b'"', end, counted)
        counted = end
        if quotes % 2 == 0:
            return end + 1
        end = data.rfind(b'"', 0, end)  # where that field begins
    return 0


def _is_plain(header: bytes) -> bool:
    """Whether it is a line for sure, however the rest is."""
    return not {QUOTE, CARRIAGE_RETURN} & {*header.removesuffix(b"\r")}


def _header(file: DeliveredFile, header: str, table: Table) -> list[str]:
    """The names of the columns."""
    header = header.rstrip("\r")
    try:
        names = next(csv.reader([header], delimiter=";"), [])
    except csv.Error as error:
        raise RejectedError(
            f"{file.name}, line 1: expected the columns {', '.join(table.column_names)}; found a line "
            f"of {len(header)} characters that is no header ({error})."
        ) from None
    _check_columns(file, table, names)
    return names


def _decode(file: DeliveredFile, data: bytes, encoding: str, first: int) -> bytes:
    """Bytes of a file as UTF-8."""
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = first + data.count(b"\n", 0, error.start)
        raise RejectedError(
            f"{file.name}, line {line}: expected {encoding}, found bytes that do not decode "
            f"(0x{data[error.start]:02x})."
        ) from None
    return data if encoding == "utf-8" else text.encode()


def _split(piece: _Piece) -> _Lines:
    """Find records and fields: separators inside quotes are none."""
    codes = np.frombuffer(piece.data, dtype=np.uint8)
    newline, separator = codes == NEWLINE, codes == SEMICOLON
    newlines = np.flatnonzero(newline)
    # A byte that is nowhere is quicker to see than where it is.
    outside = _outside_quotes(piece, codes) if b'"' in piece.data else None
    if outside is not None:
        newline &= outside
        separator &= outside
    if b"\r" in piece.data:
        _check_returns(piece, codes, outside)
    ends = np.flatnonzero(newline)
    if codes.size and codes[-1] != NEWLINE:
        ends = np.append(ends, codes.size)
    starts = np.concatenate(([0], ends[:-1] + 1)) if ends.size else ends
    # Without newlines inside quotes, records are lines.
    before = np.arange(starts.size) if outside is None else np.searchsorted(newlines, starts)
    return _Lines(starts, ends, _count_fields(separator, starts), before + piece.first)


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


def _outside_quotes(piece: _Piece, codes: np.ndarray) -> np.ndarray | None:
    """Which bytes lie outside quotes; None: all that matter, since quotes only enclose nothing."""
    quotes = np.flatnonzero(codes == QUOTE)
    _check_quotes(piece, codes, quotes)
    if bool((quotes[1::2] == quotes[::2] + 1).all()):
        return None
    # uint8 wraps around at 256, which keeps odd and even apart.
    return (np.cumsum(codes == QUOTE, dtype=np.uint8) & 1) == 0


def _check_quotes(piece: _Piece, codes: np.ndarray, quotes: np.ndarray) -> None:
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
        raise RejectedError(
            f"{piece.file.name}, line {piece.line(int(wrong.min()))}: expected quotes around a whole field "
            "(a quote inside written twice), found a quote that does not open or close one."
        )


def _check_returns(piece: _Piece, codes: np.ndarray, outside: np.ndarray | None) -> None:
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
            f"{piece.file.name}, line {piece.line(int(lone[0]))}: expected lines that end in LF or CRLF, "
            "found a carriage return elsewhere."
        )


def _fields(data: bytes, lines: _Lines, record: int) -> str:
    found = int(lines.fields[record])
    blank = not data[lines.starts[record] : lines.ends[record]].strip()
    return "an empty line" if blank else str(found)


def _read_parquet(file: DeliveredFile, table: Table, spool: Path) -> Iterator[pl.DataFrame]:
    # A copy that nobody else writes to: what is loaded is what was checked, though it is not read in order.
    copy = spool / "delivered.parquet"
    with file_of(file.folder / file.name, file.folder, file.sha256) as read, copy.open("wb") as target:
        while data := read(BYTES_AT_ONCE):
            target.write(data)
    first, found = 0, ROWS_AT_ONCE
    while found == ROWS_AT_ONCE:
        try:
            rows = pl.scan_parquet(copy, glob=False, hive_partitioning=False)
            if first == 0:
                names = rows.collect_schema().names()
                _check_columns(file, table, names)
            frame = rows.slice(first, ROWS_AT_ONCE).select(table.column_names).collect()
        except (pl.exceptions.PolarsError, OSError) as error:
            what = str(error).replace(str(copy), file.name)
            raise RejectedError(f"{file.name}: expected a Parquet file, found {shown(what, 200)}.") from None
        texts = [_as_text(file, frame[name], first).replace("", None) for name in table.column_names]
        found = frame.height
        yield pl.DataFrame(texts).with_columns(
            pl.int_range(first + 1, first + found + 1, dtype=pl.UInt32).alias(LINE)
        )
        first += found


def _as_text(file: DeliveredFile, column: pl.Series, before: int) -> pl.Series:
    """A typed Parquet column as it would stand in CSV: no `.0` after a whole number, no hours after a day."""
    kind = column.dtype
    if not (kind.is_numeric() or kind in _PLAIN or isinstance(kind, pl.Datetime)):
        raise RejectedError(
            f"{file.name}, column {column.name}: expected texts, numbers or dates, found {shown(str(kind))}."
        )
    if kind == pl.Date or isinstance(kind, pl.Datetime):
        _check_years(file, column, before)
    text = column.cast(pl.String)
    if kind.is_float() or kind.is_decimal():
        return text.str.replace(r"\.0+$", "")
    if isinstance(kind, pl.Datetime):
        return text.str.replace(r" 00:00:00(\.0+)?([+-][0-9:]+)?$", "")
    return text


def _check_years(file: DeliveredFile, column: pl.Series, before: int) -> None:
    """Polars cannot write every day that it can hold."""
    per_day = {"ms": 86_400_000, "us": 86_400_000_000, "ns": 86_400_000_000_000}
    unit = per_day[column.dtype.time_unit] if isinstance(column.dtype, pl.Datetime) else 1
    days = column.to_physical().cast(pl.Int64) // unit
    wrong = ((days < _FIRST_DAY) | (days > _LAST_DAY)).arg_true()
    if wrong.len():
        raise RejectedError(
            f"{file.name}, line {before + wrong[0] + 1}, column {column.name}: expected a date of the years "
            "1 to 9999, found one outside."
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
