"""Judge one delivery: accept it, with its rows typed and the bad ones set aside, or reject it whole.

What comes out depends on nothing but the files, the contract, the code lists and who is dead; so it is
kept under a checksum of these and is not worked out again while they are the same.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl

from dagster_project.deliveries.contract import Contract, Register, Table
from dagster_project.deliveries.identity import hide_identity_numbers
from dagster_project.deliveries.manifest import DeliveredFile, Manifest, RejectedError, read_manifest
from dagster_project.deliveries.reading import read_file
from dagster_project.deliveries.rules import FILE, QUARANTINE, Judged, judge

MIN_QUARANTINE_LIMIT = 10
OUTCOME = "outcome.json"
QUARANTINE_FILE = "quarantine.parquet"
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
) -> Outcome:
    """Judge a delivery and write its rows below `rows`, unless that has been done before.

    Args:
        folder: `<raw>/<register>/<delivery>`.
        register: the contract of its register.
        contract: the whole contract (for the share that may be set aside).
        checksums: of every file in the folder, by name.
        deaths: `lopnr` and `death_year` of the dead; None: by the delivery's own `personer`.
        rows: the folder of accepted rows, `<data>/rows`.
    """
    content = content_of(checksums)
    key = _key(register, contract, content, deaths)
    # Readers of Parquet take a bracket or a star in a path for a pattern.
    name = hide_identity_numbers(folder.name)
    plain = re.sub(r"[^\w.-]", "_", name)
    target = rows / register.name / f"{plain}.{key[:16]}"
    if (target / OUTCOME).is_file():
        return read_outcome(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=".", dir=target.parent))
    try:
        outcome = Outcome(register.name, name, content, str(target.relative_to(rows)), True, "")
        try:
            manifest = read_manifest(folder, register, checksums)
            files = _load(manifest, register, contract, deaths, work)
            outcome = replace(
                outcome, valid_to=manifest.valid_to.isoformat(), synthetic=manifest.synthetic, files=files
            )
        except RejectedError as error:
            for leftover in work.iterdir():
                leftover.unlink()
            outcome = replace(outcome, accepted=False, message=str(error))
        (work / OUTCOME).write_text(json.dumps(asdict(outcome), indent=1), encoding="utf-8")
        shutil.rmtree(target, ignore_errors=True)
        work.replace(target)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return outcome


def read_outcome(folder: Path) -> Outcome:
    """Read back what `take_in` wrote."""
    body = json.loads((folder / OUTCOME).read_text(encoding="utf-8"))
    return outcome_from(body)


def outcome_from(body: dict[str, Any]) -> Outcome:
    """An outcome from its JSON form."""
    files = [{**file, "parts": tuple((year, name) for year, name in file["parts"])} for file in body["files"]]
    return Outcome(**{**body, "files": tuple(FileOutcome(**file) for file in files)})


def deaths_in(outcome: Outcome, rows: Path) -> pl.DataFrame:
    """`lopnr` and `death_year` of the dead among a delivery's accepted `personer`."""
    return _deaths(outcome.files, rows / outcome.folder)


def _deaths(files: Iterable[FileOutcome], folder: Path) -> pl.DataFrame:
    paths = [folder / name for file in files if file.table == "personer" for _, name in file.parts]
    if not paths:
        return NO_DEATHS
    return (
        pl.concat([pl.read_parquet(path, columns=["lopnr", "avlidendatum"]) for path in paths])
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
    manifest: Manifest, register: Register, contract: Contract, deaths: pl.DataFrame | None, work: Path
) -> tuple[FileOutcome, ...]:
    """Read and judge every table; persons first, since the other tables are held against their deaths."""
    outcomes: list[FileOutcome] = []
    quarantined: list[pl.DataFrame] = []
    present = {file.table for file in manifest.files}
    for table in sorted(register.tables.values(), key=lambda table: table.name != "personer"):
        if table.name not in present:
            continue
        if deaths is None and table.dead_after:
            deaths = _deaths(outcomes, work)
        set_aside = []
        with ThreadPoolExecutor(2) as pool:
            groups = list(_groups(manifest, table))
            results = pool.map(
                lambda group, table=table, dead=deaths: _load_group(group, table, manifest, dead, work),
                groups,
            )
            for files, judged in results:
                outcomes += files
                set_aside.append(judged.quarantined.with_columns(table_name=pl.lit(table.name)))
        bad = pl.concat(set_aside)
        _check_limit(table, bad, outcomes, contract.max_quarantine_share)
        quarantined.append(bad)
    schema = {**QUARANTINE, "table_name": pl.String}
    pl.concat([pl.DataFrame(schema=schema), *quarantined]).write_parquet(work / QUARANTINE_FILE)
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
        for year in sorted(set(years), key=lambda year: year or 0):
            yield [file for file in files if file.year == year]


def _load_group(
    files: list[DeliveredFile], table: Table, manifest: Manifest, deaths: pl.DataFrame | None, work: Path
) -> tuple[list[FileOutcome], Judged]:
    texts = pl.concat(
        [
            read_file(file, table, manifest.encoding).with_columns(pl.lit(file.name).alias(FILE))
            for file in files
        ]
    )
    years = {file.name: file.year for file in files if file.year}
    judged = judge(texts, table, manifest.valid_to, years, NO_DEATHS if deaths is None else deaths)
    set_aside = dict(judged.quarantined.group_by("file").len().iter_rows())
    outcomes = []
    for number, file in enumerate(files):
        accepted = judged.accepted if len(files) == 1 else judged.accepted.filter(pl.col(FILE) == file.name)
        outcomes.append(
            FileOutcome(
                file=file.name,
                table=table.name,
                delivered=file.rows,
                accepted=accepted.height,
                quarantined=set_aside.get(file.name, 0),
                exact_copies=judged.copies.get(file.name, 0),
                parts=tuple(_write_parts(accepted, file, number, table, work)),
            )
        )
    return outcomes, judged


def _write_parts(
    accepted: pl.DataFrame, file: DeliveredFile, number: int, table: Table, work: Path
) -> Iterator[tuple[int | None, str]]:
    """Write a file's accepted rows, one Parquet file a table and year."""
    years = [file.year]
    if table.yearly and file.year is None:
        years = accepted[table.yearly].unique().sort().to_list()
    for year in years:
        stem = ".".join(str(part) for part in (table.name, year, number or None) if part is not None)
        rows = accepted if year == file.year else accepted.filter(pl.col(str(table.yearly)) == year)
        rows.write_parquet(work / f"{stem}.parquet", compression="lz4", statistics=False)
        yield year, f"{stem}.parquet"


def _check_limit(table: Table, bad: pl.DataFrame, outcomes: list[FileOutcome], share: float) -> None:
    delivered = sum(file.delivered for file in outcomes if file.table == table.name)
    limit = max(MIN_QUARANTINE_LIMIT, share * delivered)
    if bad.height > limit:
        first = bad.row(0, named=True)
        raise RejectedError(
            f"{first['file']}: expected at most {int(limit)} of the {delivered} rows of {table.name} to be "
            f"set aside, found {bad.height}. The first is line {first['line']}, column "
            f"{first['column_name']}: {first['reason']}."
        )
