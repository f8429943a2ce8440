"""Judge one delivery: accept it, with its rows typed and the bad ones set aside, or reject it whole.

What comes out depends on nothing but the files, the contract, the code lists and who is dead; so it is
kept under a checksum of these and is not worked out again while they are the same.

What was delivered can break any library that reads it. So it is read in a process that may die of it.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import re
import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from vardflode.common.children import DiedError, Expendable, NotStartedError, place_of
from vardflode.common.disk import is_full
from vardflode.common.kept import broken, discard, seal
from vardflode.common.parquet import read_parquet
from vardflode.common.progress import progress
from vardflode.deliveries.contract import Contract, Register, Table
from vardflode.deliveries.files import MANIFEST, ChangedError
from vardflode.deliveries.identity import hide_identity_numbers
from vardflode.deliveries.judging import Judged, SetAside, judge
from vardflode.deliveries.manifest import (
    MOST_BYTES_OF_A_NAME,
    DeliveredFile,
    Manifest,
    RejectedError,
    read_manifest,
    safe_message,
)
from vardflode.deliveries.quoting import shown
from vardflode.deliveries.reading import LINE, read_file
from vardflode.deliveries.recoding import all_recoded
from vardflode.deliveries.rules import FILE, QUARANTINE, judge_values

MIN_QUARANTINE_LIMIT = 10
# What the process that reads tells of each file.
_BEGINS, _ENDS = "begins", "ends"
OUTCOME = "outcome.json"
QUARANTINE_FILE = "quarantine.parquet"
# In the place of a delivery's content: another look may find something else, so the next build looks again.
UNSETTLED = ""
# Far more than reading takes: in all, and for each byte.
SECONDS, SECONDS_A_BYTE = 600.0, 1e-6
NO_DEATHS = pl.DataFrame(schema={"lopnr": pl.String, "death_year": pl.Int32})


@dataclass(frozen=True)
class FileOutcome:
    """What became of one file's rows: delivered = accepted + quarantined + exact copies.

    `parts` are the Parquet files with its accepted rows: (year, name) for a yearly table, else (None, name).
    """

    file: str
    table: str
    delivered: int
    accepted: int
    quarantined: int
    exact_copies: int
    parts: tuple[tuple[int | None, str], ...]
    # Accepted values that were a replaced code: column, code, code in force, rows, first and last year.
    recoded: tuple[tuple[str, str, str, int, int, int], ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What became of a delivery. A rejected one has no files, and a message that says why."""

    register: str
    delivery: str
    content: str
    folder: str
    accepted: bool
    message: str
    valid_to: str | None = None
    synthetic: bool = False
    files: tuple[FileOutcome, ...] = ()

    def tables(self) -> set[str]:
        """Names of the tables that the delivery brings."""
        return {file.table for file in self.files}


def rules_version() -> str:
    """Checksum of the code that judges rows: a change of it judges every delivery anew."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def content_of(checksums: dict[str, str]) -> str:
    """One checksum of everything in a delivery's folder."""
    return hashlib.sha256(json.dumps(checksums, sort_keys=True).encode()).hexdigest()


def take_in(
    folder: Path,
    register: Register,
    contract: Contract,
    checksums: dict[str, str],
    deaths: pl.DataFrame | None,
    rows: Path,
    at_once: int = 2,
) -> Outcome:
    """Judge a delivery and write its rows below `rows`, unless that has been done before.

    Args:
        folder: `<raw>/<register>/<delivery>`.
        register: the contract of its register.
        contract: the whole contract (for the share that may be set aside).
        checksums: of every file in the folder, by name.
        deaths: `lopnr` and `death_year` of the dead; None: by the delivery's own `personer`.
        rows: the folder of accepted rows, `<data>/rows`.
        at_once: files that may be read at once.

    Raises:
        NotStartedError: no process to read it could be started.
        OSError: the disk is full. Any other error is this delivery's, and rejects no more than it.
    """
    try:
        return _take_in(folder, register, contract, checksums, deaths, rows, at_once)
    except NotStartedError:
        raise
    except Exception as error:
        if is_full(error, rows):
            raise
        # Its own words could repeat what the delivery holds.
        message = safe_message(
            f"{shown(folder.name)}: expected a delivery that can be taken in, found an error that we did not "
            f"foresee ({type(error).__name__} in {place_of(error)}). The next build tries again. If it comes "
            "back: write the delivery anew, and tell us."
        )
        name = shown(hide_identity_numbers(folder.name), 255)
        return Outcome(register.name, name, UNSETTLED, "", accepted=False, message=message)


def _take_in(
    folder: Path,
    register: Register,
    contract: Contract,
    checksums: dict[str, str],
    deaths: pl.DataFrame | None,
    rows: Path,
    at_once: int,
) -> Outcome:
    """As `take_in`, whatever may be raised."""
    content = content_of(checksums)
    key = _key(register, contract, content, deaths)
    name = hide_identity_numbers(folder.name)
    target = rows / register.name / f"{_plain(name)}.{key[:16]}"
    damage = broken(target)
    if not damage:
        return read_outcome(target)
    if target.exists():
        progress.warning("  %s/%s is judged again: %s", register.name, folder.name, damage)
    target.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=".", dir=target.parent))
    outcome = Outcome(register.name, shown(name, 255), content, str(target.relative_to(rows)), True, "")
    try:
        try:
            read = (folder, register, contract, checksums, deaths, work, at_once)
            said = READER.run(_read, *read, seconds=SECONDS + SECONDS_A_BYTE * _size(folder, checksums))
            outcome = replace(outcome, **said)
        except RejectedError as error:
            for leftover in work.iterdir():
                leftover.unlink()
            outcome = replace(outcome, accepted=False, message=str(error))
        except ChangedError as error:
            message = safe_message(
                f"{error}: expected the same file as a moment before, found another. It was changed while it "
                "was read: put a delivery in place in one move. The next build reads it again."
            )
            return replace(outcome, accepted=False, message=message, content=UNSETTLED, folder="")
        except DiedError as error:
            content = content if error.by_itself else UNSETTLED
            return replace(outcome, accepted=False, message=_death(error), content=content, folder="")
        (work / OUTCOME).write_text(json.dumps(asdict(outcome), indent=1), encoding="utf-8")
        seal(work, sorted(path.name for path in work.iterdir()))
        discard(target)
        work.replace(target)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return outcome


def _plain(name: str) -> str:
    """A folder's name for its rows. Readers of Parquet take a bracket or a star in a path for a pattern."""
    return re.sub(r"[^\w.-]", "_", name).encode()[:MOST_BYTES_OF_A_NAME].decode(errors="ignore")


def _size(folder: Path, checksums: dict[str, str]) -> int:
    """Bytes of the files; of one that is gone it is said when it is read."""
    sizes = 0
    for name in checksums:
        with contextlib.suppress(OSError):
            sizes += (folder / name).lstat().st_size
    return sizes


def _death(error: DiedError) -> str:
    """The message for a delivery that its reader died of."""
    begun, ended = ({name for what, name in error.told if what == word} for word in (_BEGINS, _ENDS))
    names = " or ".join(sorted(begun - ended)) or MANIFEST
    what = "It is damaged, or too large for this machine: write it anew and deliver again."
    again = "The next build tries again. If it comes back: " if not error.by_itself else ""
    return safe_message(
        f"{names}: expected a file that can be read, found one at which the reading ended: {error.how}. "
        f"{again}{what}"
    )


def _read(
    tell: Callable[[tuple[str, str]], None],
    folder: Path,
    register: Register,
    contract: Contract,
    checksums: dict[str, str],
    deaths: pl.DataFrame | None,
    work: Path,
    at_once: int,
) -> dict[str, Any]:
    """Read and judge a delivery and write its rows, in the process that may die of it."""
    manifest = read_manifest(folder, register, checksums)
    files = _load(manifest, register, contract, deaths, work, at_once, tell)
    return {"valid_to": manifest.valid_to.isoformat(), "synthetic": manifest.synthetic, "files": files}


def _nothing_more() -> None:
    """All that the reading needs comes with this module."""


READER = Expendable(_nothing_more)


def read_outcome(folder: Path) -> Outcome:
    """Read back what `take_in` wrote."""
    body = json.loads((folder / OUTCOME).read_text(encoding="utf-8"))
    return outcome_from(body)


def outcome_from(body: dict[str, Any]) -> Outcome:
    """An outcome from its JSON form."""
    files = [
        {**file, **{name: tuple(map(tuple, file[name])) for name in ("parts", "recoded")}}
        for file in body["files"]
    ]
    return Outcome(**{**body, "files": tuple(FileOutcome(**file) for file in files)})


def deaths_in(outcome: Outcome, rows: Path) -> pl.DataFrame:
    """`lopnr` and `death_year` of the dead among a delivery's accepted `personer`."""
    return _deaths(outcome.files, rows / outcome.folder)


def _deaths(files: Iterable[FileOutcome], folder: Path) -> pl.DataFrame:
    paths = [folder / name for file in files if file.table == "personer" for _, name in file.parts]
    if not paths:
        return NO_DEATHS
    return (
        pl.concat([read_parquet(path, ["lopnr", "avlidendatum"]) for path in paths])
        .filter(pl.col("avlidendatum").is_not_null())
        .select("lopnr", pl.col("avlidendatum").dt.year().cast(pl.Int32).alias("death_year"))
        .sort("lopnr")
    )


def _key(register: Register, contract: Contract, content: str, deaths: pl.DataFrame | None) -> str:
    dated = any(table.dead_after for table in register.tables.values())
    dead = deaths.write_csv() if dated and deaths is not None else "own" if dated else "none"
    parts = (rules_version(), register.fingerprint(), str(contract.max_quarantine_share), content, dead)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _load(
    manifest: Manifest,
    register: Register,
    contract: Contract,
    deaths: pl.DataFrame | None,
    work: Path,
    at_once: int,
    tell: Callable[[tuple[str, str]], None],
) -> tuple[FileOutcome, ...]:
    """Read and judge every table; persons first, since the other tables are held against their deaths."""
    outcomes: list[FileOutcome] = []
    quarantined = [pl.DataFrame(schema={**QUARANTINE, "table_name": pl.String})]
    present = {file.table for file in manifest.files}
    for table in sorted(register.tables.values(), key=lambda table: table.name != "personer"):
        if table.name not in present:
            continue
        if deaths is None and table.dead_after:
            deaths = _deaths(outcomes, work)
        delivered = sum(file.rows for file in manifest.files if file.table == table.name)
        most = max(MIN_QUARANTINE_LIMIT, contract.max_quarantine_share * delivered)
        group = _Group(table, manifest, NO_DEATHS if deaths is None else deaths, most, work, tell)
        set_aside: list[SetAside] = []
        with ThreadPoolExecutor(at_once) as pool:
            for files, of_group in pool.map(group.load, _groups(manifest, table)):
                outcomes += files
                set_aside.append(of_group)
        _check_limit(table, set_aside, delivered, most, manifest.valid_to)
        quarantined += [of.rows.with_columns(table_name=pl.lit(table.name)) for of in set_aside]
    pl.concat(quarantined).write_parquet(work / QUARANTINE_FILE)
    order = {file.name: position for position, file in enumerate(manifest.files)}
    return tuple(sorted(outcomes, key=lambda outcome: order[outcome.file]))


def _groups(manifest: Manifest, table: Table) -> Iterator[list[DeliveredFile]]:
    """Files whose rows must be judged together: those that can hold the same key.

    A row's year must be its file's, so files of different years cannot.
    """
    files = [file for file in manifest.files if file.table == table.name]
    years = [file.year for file in files]
    if None in years:
        yield files
    else:
        for year in sorted({file.year for file in files if file.year is not None}):
            yield [file for file in files if file.year == year]


class _Group(NamedTuple):
    """What is the same for all groups of files of a table."""

    table: Table
    manifest: Manifest
    deaths: pl.DataFrame
    most: float
    work: Path
    tell: Callable[[tuple[str, str]], None]

    def load(self, files: list[DeliveredFile]) -> tuple[list[FileOutcome], SetAside]:
        """Read and judge a group, and write its accepted rows."""
        with tempfile.TemporaryDirectory(dir=self.work) as spool:
            judged = self._judge(files, Path(spool))
            accepted, written = Counter[str](), Counter[str]()
            parts: dict[str, list[tuple[int | None, str]]] = defaultdict(list)
            numbers = {file.name: number for number, file in enumerate(files)}
            for name, rows in judged.accepted:
                which = (files[numbers[name]], numbers[name], written[name])
                parts[name] += _write_parts(rows, *which, self.table, self.manifest.valid_to, self.work)
                written[name] += 1
                accepted[name] += rows.height
        recoded = all_recoded(judged.recoded)
        outcomes = [
            FileOutcome(
                file=file.name,
                table=self.table.name,
                delivered=file.rows,
                accepted=accepted[file.name],
                quarantined=judged.set_aside.counts[file.name],
                exact_copies=judged.copies[file.name],
                parts=tuple(sorted(parts[file.name], key=lambda part: part[0] or 0)),
                recoded=tuple(recoded.filter(pl.col("file") == file.name).drop("file").iter_rows()),
            )
            for file in files
        ]
        return outcomes, judged.set_aside

    def _judge(self, files: list[DeliveredFile], spool: Path) -> Judged:
        place = files[0].name

        def read() -> Iterator[tuple[str, pl.DataFrame]]:
            nonlocal place
            for file in files:
                place = file.name
                self.tell((_BEGINS, place))
                for piece in read_file(file, self.table, self.manifest.encoding, spool):
                    yield place, piece

        years = {file.name: file.year for file in files if file.year is not None}
        try:
            judged = judge(read, self.table, self.manifest.valid_to, years, self.deaths, self.most, spool)
        except (RejectedError, ChangedError):
            raise
        except Exception as error:
            if is_full(error, spool):
                raise
            # Whatever a library says of it could repeat what the file holds.
            raise RejectedError(
                f"{place}: expected a file that can be read, found one at which the reading ended "
                f"({type(error).__name__}). Write it anew and deliver again."
            ) from None
        for file in files:
            self.tell((_ENDS, file.name))
        return judged


def _write_parts(
    accepted: pl.DataFrame,
    file: DeliveredFile,
    number: int,
    piece: int,
    table: Table,
    valid_to: dt.date,
    work: Path,
) -> Iterator[tuple[int | None, str]]:
    """Write accepted rows of a piece of a file, one Parquet file a table and year. A file without any has one
    too, but for a year that can have none.
    """
    years = [file.year]
    if not accepted.height and (
        piece or (file.year is not None and not _can_hold(table, file.year, valid_to))
    ):
        return
    if table.yearly and file.year is None:
        years = accepted[table.yearly].unique().sort().to_list()
    which = f"{number}-{piece}" if piece else number or None
    for year in years:
        stem = ".".join(str(part) for part in (table.name, year, which) if part is not None)
        rows = accepted if year == file.year else accepted.filter(pl.col(str(table.yearly)) == year)
        rows.write_parquet(work / f"{stem}.parquet", compression="lz4", statistics=False)
        yield year, f"{stem}.parquet"


def _can_hold(table: Table, year: int, valid_to: dt.date) -> bool:
    """Whether a row of this year may be accepted: a file named 0000 or 9999 is no year without rows."""
    column = next(column for column in table.columns if column.name == table.yearly)
    return int(column.min or 1) <= year <= (9999 if column.may_be_future else valid_to.year)


def _check_limit(
    table: Table, set_aside: Sequence[SetAside], delivered: int, most: float, valid_to: dt.date
) -> None:
    found = sum(of.counts.total() for of in set_aside)
    if found > most:
        first = next(of.rows for of in set_aside if of.rows.height).row(0, named=True)
        raise RejectedError(
            f"{first['file']}: expected at most {int(most)} of the {delivered} rows of {table.name} to be "
            f"set aside, found {found}. The first is line {first['line']}, column "
            f"{first['column_name']}: {first['reason']}.{_order_hint(table, first, valid_to)}"
        )


def _order_hint(table: Table, bad: dict[str, Any], valid_to: dt.date) -> str:
    """Which column a value has changed places with, if the row would be right with the two exchanged."""
    column, row = bad["column_name"], json.loads(bad["row"])
    if bad["rule"] not in ("type", "code", "range"):
        return ""
    for other in table.column_names:
        exchanged = row | {column: row[other], other: row[column]}
        texts = pl.DataFrame(
            [exchanged | {FILE: "", LINE: 1}],
            schema=dict.fromkeys((*table.column_names, FILE), pl.String) | {LINE: pl.UInt32},
        )
        if other != column and not judge_values(texts, table, valid_to, {})[1].height:
            return f" It would be right with {column} and {other} exchanged: is the header in another order?"
    return ""
