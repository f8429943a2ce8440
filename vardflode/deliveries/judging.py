"""The rows of the files that are judged together, however many: read and judged a piece at a time.

Whether a key stands twice is known only when all is read. Until then good rows wait, in memory while they are
few and else on the disk, with a hash of each key: those whose hash stands once need not be looked at again.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import numpy as np
import polars as pl

from vardflode.deliveries.contract import Table
from vardflode.deliveries.reading import LINE
from vardflode.deliveries.recoding import take_codes_in_force
from vardflode.deliveries.rules import FILE, QUARANTINE, after_death, duplicates, judge_keys, judge_values

# Bytes of good rows that wait in memory, hashes that are sorted and keys that are compared at once.
BYTES_WAITING = 32 << 20
HASHES_AT_ONCE = 4 << 20
KEYS_AT_ONCE = 250_000
_PIECE = "_piece"


@dataclass
class SetAside:
    """Rows that are set aside, counted by file. Of more than `most`, which reject a delivery: the first."""

    most: float
    counts: Counter[str] = field(default_factory=Counter)
    rows: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=QUARANTINE))

    @property
    def are_too_many(self) -> bool:
        """Whether the delivery will be rejected for them."""
        return self.counts.total() > self.most

    def add(self, rows: pl.DataFrame, *, counted: bool = False) -> None:
        """Keep rows, sorted by file and line."""
        if not counted:
            self.counts += by_file(rows, "file")
        if rows.height:
            self.rows = pl.concat([self.rows, rows]).sort("file", "line")
        if self.are_too_many:
            self.rows = self.rows.head(1)


@dataclass
class Judged:
    """What became of the files' rows.

    `accepted` is read once: file and typed rows, some at a time; what is `recoded` among them (`RECODED`) is
    known afterwards. `copies` are exact copies that were dropped, by file.
    """

    accepted: Iterator[tuple[str, pl.DataFrame]]
    set_aside: SetAside
    copies: Counter[str]
    recoded: list[pl.DataFrame]


def judge(
    read: Callable[[], Iterator[tuple[str, pl.DataFrame]]],
    table: Table,
    valid_to: dt.date,
    file_years: dict[str, int],
    deaths: pl.DataFrame,
    most: float,
    spool: Path,
) -> Judged:
    """Judge the rows of one table, or of one year of a yearly table.

    Args:
        read: gives the files' rows, each time anew: the file, and a piece of it (`reading.read_file`).
        table: the table's contract.
        valid_to: the delivery's `avser_till`.
        file_years: the year of each file that is one year's.
        deaths: `lopnr` and `death_year` of the dead.
        most: rows that may be set aside of the whole table.
        spool: a folder for what does not fit into memory, there until all is written.
    """
    waiting = _Waiting(spool, table)
    set_aside, copied = SetAside(most), Counter[str]()
    late = []
    for file, piece in read():
        texts = piece.with_columns(pl.lit(file).alias(FILE))
        good, bad = judge_values(texts, table, valid_to, file_years)
        waiting.add(file, good)
        set_aside.add(bad)
        late.append(after_death(good, texts, table, deaths))
    gone: dict[int, list[pl.Series]] = defaultdict(list)
    same: list[pl.DataFrame] = []
    for some in waiting.of_repeated_keys():
        copies, different = judge_keys(some, table)
        for rows in (copies, different):
            for (number,), mine in rows.partition_by(_PIECE, as_dict=True).items():
                gone[number].append(mine[LINE])
        copied += by_file(copies, FILE)
        set_aside.counts += by_file(different, FILE)
        same.append(different.select(FILE, LINE, "_other"))
        if set_aside.are_too_many:
            same = [pl.concat(same).sort(FILE, LINE).head(1)]
    if any(rows.height for rows in same):
        # As they are spelt: of one piece that is still there.
        pieces = [(file, piece)] if len(late) == 1 else read()
        for file, piece in pieces:
            texts = piece.with_columns(pl.lit(file).alias(FILE))
            set_aside.add(duplicates(pl.concat(same), texts, table), counted=True)
    for number, rows in enumerate(late):
        left = _without(rows, "line", gone[number])
        set_aside.add(left)
        gone[number].append(left["line"])
    recoded: list[pl.DataFrame] = []

    def accepted() -> Iterator[tuple[str, pl.DataFrame]]:
        for number, file in enumerate(waiting.files):
            left = _without(waiting.rows(number), LINE, gone[number])
            rows, counts = take_codes_in_force(left, table, FILE)
            recoded.append(counts)
            yield file, rows

    return Judged(_joined(accepted()), set_aside, copied, recoded)


def _joined(pieces: Iterator[tuple[str, pl.DataFrame]]) -> Iterator[tuple[str, pl.DataFrame]]:
    """Pieces of a file together: few files are quicker to read than many."""
    for file, of_file in groupby(pieces, key=itemgetter(0)):
        some: list[pl.DataFrame] = []
        for _, rows in of_file:
            some.append(rows)
            if sum(rows.estimated_size() for rows in some) > BYTES_WAITING:
                yield file, pl.concat(some)
                some = []
        if some:
            yield file, pl.concat(some)


def by_file(rows: pl.DataFrame, column: str) -> Counter[str]:
    """Rows of each file."""
    return Counter(dict(rows.group_by(column).len().iter_rows()))


def _without(rows: pl.DataFrame, column: str, lines: list[pl.Series]) -> pl.DataFrame:
    """Rows of one file but those of these lines."""
    if not any(map(len, lines)):
        return rows
    gone = pl.concat(lines).alias(column).to_frame()
    return rows.join(gone, on=column, how="anti", maintain_order="left")


class _Waiting:
    """Good rows of each piece, in the order of reading, and the hashes of their keys."""

    def __init__(self, spool: Path, table: Table) -> None:
        self.files: list[str] = []
        self._spool, self._table = spool, table
        self._pieces: list[pl.DataFrame | Path] = []
        self._heights: list[int] = []
        self._bytes = 0
        self._hashes = spool / "hashes"
        self._hashes.touch()

    def add(self, file: str, rows: pl.DataFrame) -> None:
        """A piece of a file."""
        self.files.append(file)
        self._pieces.append(rows)
        self._heights.append(rows.height)
        with self._hashes.open("ab") as hashes:
            rows.select(self._table.key).hash_rows().to_numpy().tofile(hashes)
        self._bytes += int(rows.estimated_size())
        if self._bytes > BYTES_WAITING:
            self._pieces = [self._put(number, piece) for number, piece in enumerate(self._pieces)]
            self._bytes = 0

    def rows(self, number: int) -> pl.DataFrame:
        """The rows of a piece."""
        piece = self._pieces[number]
        return pl.read_ipc_stream(piece) if isinstance(piece, Path) else piece

    def of_repeated_keys(self) -> Iterator[pl.DataFrame]:
        """The rows whose key, or its hash, stands more than once, with their piece; all of a key at once."""
        repeated = self._repeated()
        columns = (*self._table.column_names, FILE, LINE)
        for first in range(0, repeated.size, KEYS_AT_ONCE):
            some, found = repeated[first : first + KEYS_AT_ONCE], []
            for number, hashes in self._hashes_of_pieces():
                if (there := np.isin(hashes, some)).any():
                    rows = self.rows(number).select(*columns, pl.lit(number).alias(_PIECE))
                    found.append(rows.filter(there))
            yield pl.concat(found)

    def _put(self, number: int, piece: pl.DataFrame | Path) -> Path:
        path = self._spool / f"{number}.arrow"
        if isinstance(piece, pl.DataFrame):
            piece.write_ipc_stream(path, compression="lz4")
        return path

    def _repeated(self) -> np.ndarray:
        parts = np.uint64(1 + sum(self._heights) // HASHES_AT_ONCE)
        found = []
        for part in range(int(parts)):
            mine = np.concatenate([hashes[hashes % parts == part] for _, hashes in self._hashes_of_pieces()])
            mine.sort()
            found.append(np.unique(mine[1:][mine[1:] == mine[:-1]]))
        return np.concatenate(found)

    def _hashes_of_pieces(self) -> Iterator[tuple[int, np.ndarray]]:
        with self._hashes.open("rb") as hashes:
            for number, height in enumerate(self._heights):
                yield number, np.fromfile(hashes, np.uint64, height)
