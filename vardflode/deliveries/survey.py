"""Every delivery of a register, and which of them is in force.

Deliveries are taken in time order. What was accepted stays accepted: its checksums are kept in
`<data>/accepted.json`, and the same name with other content is rejected.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import polars as pl

from vardflode.common.kept import DamagedError, broken, read_json, write_json
from vardflode.data_folder import File, Folder
from vardflode.deliveries.contract import Contract, Register, Table
from vardflode.deliveries.files import MANIFEST, NO_FILE, folder_checksums, read_file_of
from vardflode.deliveries.identity import shown_names
from vardflode.deliveries.intake import (
    NO_DEATHS,
    QUARANTINE_FILE,
    Outcome,
    content_of,
    deaths_in,
    outcome_from,
    read_outcome,
    take_in,
)
from vardflode.deliveries.manifest import parse_manifest, safe_message
from vardflode.deliveries.quoting import shown

# Their newest accepted deliveries decide the last year of the flow (definitions, "Time").
REFERENCE_REGISTERS = ("hreg", "hosp", "rtb", "bas")
RESTORE_LEDGER = (
    "It is the only list of what was accepted, and cannot be made again: restore it from a backup, or build "
    "into another data folder."
)


@dataclass(frozen=True)
class Part:
    """One Parquet file of accepted rows that is in force."""

    register: str
    table: str
    year: int | None
    delivery: str
    path: Path


def person_register(contract: Contract) -> str | None:
    """The register that says who is dead: the one with the table `personer`."""
    return next((name for name, body in contract.registers.items() if "personer" in body.tables), None)


def delivery_folders(raw: Path, register: str, pins: Mapping[str, str]) -> list[Path]:
    """The deliveries of a register in time order, none after the pinned one."""
    folder = raw / register
    if not folder.is_dir():
        return []
    # A link is a delivery wherever it leads: it is rejected, and not passed over, if that is no folder here.
    found = sorted(path for path in folder.iterdir() if path.is_symlink() or path.is_dir())
    named = [path for path in found if not path.name.startswith(".")]
    return [path for path in named if path.name <= pins.get(register, path.name)]


def raw_contents(raw: Path, contract: Contract, pins: Mapping[str, str]) -> dict[str, str]:
    """Checksum of the content of every delivery, by register/delivery, as the folders are now."""
    contents = {}
    for register in contract.registers:
        folders = delivery_folders(raw, register, pins)
        for folder, name in zip(folders, _shown(folder.name for folder in folders), strict=True):
            contents[f"{register}/{name}"] = content_of(folder_checksums(folder))
    return contents


def read_contents(outcomes: Iterable[Outcome]) -> dict[str, str]:
    """The same as the deliveries were when they were read: the later outcome of one that was changed."""
    return {f"{outcome.register}/{outcome.delivery}": outcome.content for outcome in outcomes}


def unknown_registers(raw: Path, contract: Contract) -> list[str]:
    """Folders in `raw` that the contract does not know, as they can be shown: nothing in them is read."""
    folders = (path.name for path in raw.iterdir() if path.is_dir() and not path.name.startswith("."))
    return _shown(sorted(set(folders) - set(contract.registers)))


def _shown(names: Iterable[str]) -> list[str]:
    """Names of folders as they can be shown, each different from the others."""
    return [shown(name, 255) for name in shown_names(names)]


def survey_register(
    raw: Path,
    data: Path,
    register: Register,
    contract: Contract,
    pins: Mapping[str, str],
    at_once: int = 2,
) -> list[Outcome]:
    """Judge every delivery of one register and write the outcomes to `<data>/rows/<register>/intake.json`.

    Args:
        raw: the folder of deliveries.
        data: where rows, outcomes and the list of what was accepted lie.
        register: the contract of the register.
        contract: the whole contract.
        pins: by register the delivery after which others are left out.
        at_once: files that may be read at once.

    Returns:
        The outcomes in time order. A delivery that was changed after it was accepted is there twice: as
        accepted, still in force, and as rejected.
    """
    rows = data / Folder.ROWS
    folders = delivery_folders(raw, register.name, pins)
    checksums = {folder: folder_checksums(folder) for folder in folders}
    ledger = read_ledger(data)
    outcomes: list[Outcome] = []
    dated = any(table.dead_after for table in register.tables.values())
    deaths, their_own = NO_DEATHS, None
    if dated and register.name == person_register(contract):
        deaths, their_own = _own_deaths(folders, checksums, register, contract, rows, ledger, at_once)
    elif dated:
        deaths = _deaths_in_force(data, contract)
    for folder, told in zip(folders, _shown(folder.name for folder in folders), strict=True):
        name = f"{register.name}/{folder.name}"
        known = ledger.get(name)
        if known and known["checksums"] != checksums[folder]:
            outcomes += _changed(folder, register, known, checksums[folder], rows)
            continue
        # The delivery that says who is dead is held against itself already: it is not judged twice.
        dead = None if folder == their_own else deaths
        outcome = take_in(folder, register, contract, checksums[folder], dead, rows, at_once)
        outcomes.append(replace(outcome, delivery=told))
        if outcome.accepted:
            ledger[name] = {"checksums": checksums[folder], "folder": outcome.folder}
    write_json(
        data / File.ACCEPTED,
        read_ledger(data)
        | {name: entry for name, entry in ledger.items() if name.startswith(f"{register.name}/")},
    )
    write_json(_intake_file(data, register.name), [asdict(outcome) for outcome in outcomes])
    return outcomes


def read_survey(data: Path, contract: Contract) -> list[Outcome]:
    """The outcomes of every register, as last surveyed.

    Raises:
        DamagedError: what became of a register's deliveries is not there as it was written.
    """
    outcomes: list[Outcome] = []
    accepted_before = {name.partition("/")[0] for name in read_ledger(data)}
    for register in contract.registers:
        found = read_intake(data, register)
        if found is None and register in accepted_before:
            raise DamagedError(
                f"{_intake_file(data, register)} is gone. A whole build (vardflode build) makes it again."
            )
        outcomes += found or []
    return outcomes


def read_intake(data: Path, register: str) -> list[Outcome] | None:
    """The outcomes of one register, as last surveyed; None where it never was.

    Raises:
        DamagedError: they are not as they were written.
    """
    return read_json(_intake_file(data, register), lambda body: [outcome_from(outcome) for outcome in body])


def _intake_file(data: Path, register: str) -> Path:
    return data / Folder.ROWS / register / "intake.json"


def read_ledger(data: Path) -> dict[str, dict]:
    """What was accepted before: checksums of its files and the folder of its rows, by register/delivery.

    Raises:
        DamagedError: it is not as it was written. To begin anew would let a changed delivery in.
    """
    try:
        return read_json(data / File.ACCEPTED, _ledger) or {}
    except DamagedError as error:
        raise DamagedError(f"{error}. {RESTORE_LEDGER}") from None


def _ledger(body: dict[str, dict]) -> dict[str, dict]:
    return {
        name: {"checksums": dict(entry["checksums"]), "folder": str(entry["folder"])}
        for name, entry in body.items()
    }


def in_force(outcomes: Iterable[Outcome], tables: Iterable[Table], rows: Path) -> list[Part]:
    """The parts that count: of a yearly table each year from the newest accepted delivery that has it,
    of any other table the whole newest accepted delivery that brings it.
    """
    accepted = sorted((o for o in outcomes if o.accepted), key=lambda outcome: outcome.delivery)
    parts: list[Part] = []
    for table in tables:
        newest: dict[int | None, list[Part]] = {}
        for outcome in accepted:
            if outcome.register != table.register or table.name not in outcome.tables():
                continue
            brought: dict[int | None, list[Part]] = {}
            for file in outcome.files:
                for year, name in file.parts if file.table == table.name else ():
                    part = Part(
                        table.register, table.name, year, outcome.delivery, rows / outcome.folder / name
                    )
                    brought.setdefault(year, []).append(part)
            newest.update(brought)
        parts += [part for year in sorted(newest, key=lambda year: year or 0) for part in newest[year]]
    return parts


def told_until(outcomes: Iterable[Outcome]) -> dict[str, dt.date]:
    """The day that each register's newest accepted delivery tells until (`avser_till`)."""
    newest = {o.register: o for o in sorted(outcomes, key=lambda o: o.delivery) if o.accepted}
    return {name: dt.date.fromisoformat(str(outcome.valid_to)) for name, outcome in sorted(newest.items())}


def last_year(outcomes: Iterable[Outcome]) -> int | None:
    """The last year of flow, applicants, mobility and specialisation (definitions, "Time")."""
    until = told_until(outcomes)
    return min((until[name].year for name in REFERENCE_REGISTERS if name in until), default=None)


def is_made_up(outcomes: Iterable[Outcome], parts: Iterable[Part]) -> bool:
    """Whether any delivery in force says that it is made up."""
    used = {(part.register, part.delivery) for part in parts}
    return any(o.synthetic for o in outcomes if o.accepted and (o.register, o.delivery) in used)


def sweep(data: Path, contract: Contract) -> None:
    """Remove rows that no delivery points to any more (judged by an older contract or older rules)."""
    rows = data / Folder.ROWS
    kept = {outcome.folder for outcome in read_survey(data, contract)}
    kept |= {entry["folder"] for entry in read_ledger(data).values()}
    for register in contract.registers:
        for folder in (rows / register).glob("*.*") if (rows / register).is_dir() else ():
            if folder.is_dir() and str(folder.relative_to(rows)) not in kept:
                shutil.rmtree(folder, ignore_errors=True)


def quarantine_files(outcomes: Iterable[Outcome], rows: Path) -> list[tuple[Outcome, Path]]:
    """The quarantine of every accepted delivery."""
    return [(o, rows / o.folder / QUARANTINE_FILE) for o in outcomes if o.accepted]


def _own_deaths(
    folders: list[Path],
    checksums: dict[Path, dict[str, str]],
    register: Register,
    contract: Contract,
    rows: Path,
    ledger: dict[str, dict],
    at_once: int,
) -> tuple[pl.DataFrame, Path | None]:
    """Who is dead by the newest delivery of persons that is acceptable by itself, and that delivery's folder
    if it stands there as it was judged.
    """
    for folder in reversed(folders):
        known = ledger.get(f"{register.name}/{folder.name}")
        if known and known["checksums"] != checksums[folder]:
            if not broken(rows / known["folder"]):
                outcome = read_outcome(rows / known["folder"])
                if "personer" in outcome.tables():
                    return deaths_in(outcome, rows), None
        elif _lists_persons(folder, checksums[folder]):
            outcome = take_in(folder, register, contract, checksums[folder], None, rows, at_once)
            if outcome.accepted:
                return deaths_in(outcome, rows), folder
    return NO_DEATHS, None


def _lists_persons(folder: Path, checksums: dict[str, str]) -> bool:
    """A first look into `leverans.json`; whether the delivery is right is judged later."""
    try:
        body = parse_manifest(read_file_of(folder / MANIFEST, folder, checksums.get(MANIFEST, NO_FILE)))
        return any(file.get("tabell") == "personer" for file in body["filer"])
    except Exception:  # whatever it is: the delivery is rejected for it when its turn comes
        return False


def _deaths_in_force(data: Path, contract: Contract) -> pl.DataFrame:
    name = person_register(contract)
    outcomes = read_intake(data, name) or [] if name else []
    with_persons = [o for o in outcomes if o.accepted and "personer" in o.tables()]
    return deaths_in(with_persons[-1], data / Folder.ROWS) if with_persons else NO_DEATHS


def _changed(
    folder: Path, register: Register, known: dict, checksums: dict[str, str], rows: Path
) -> list[Outcome]:
    """A delivery that was changed after it was accepted: what was accepted stays in force."""
    before = known["checksums"]
    names = sorted(n for n in before.keys() | checksums.keys() if before.get(n) != checksums.get(n))
    message = safe_message(
        f"{shown(names[0])}: expected the file that was accepted before "
        f"(sha256 {before.get(names[0], 'none')}), found {checksums.get(names[0], 'no file')}. A delivery is "
        "never changed after it was accepted; what was accepted stays in force. Deliver the new content "
        "under a new name, or build into another data folder."
    )
    rejected = Outcome(
        register.name, shown(folder.name, 255), content_of(checksums), "", accepted=False, message=message
    )
    stored = rows / known["folder"]
    if broken(stored):
        lost = "But its rows are damaged, and not in force: put the files that were accepted back."
        return [replace(rejected, message=f"{message} {lost}")]
    return [read_outcome(stored), rejected]
