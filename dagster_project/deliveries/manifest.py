"""`leverans.json`: what a delivery says of itself, held against what lies in its folder."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from dagster_project.deliveries.contract import Register
from dagster_project.deliveries.identity import hide_identity_numbers, holds_identity_number

MANIFEST = "leverans.json"
NO_FILE = "no file"
ENCODINGS = {"utf-8": "utf-8", "utf8": "utf-8", "iso-8859-1": "iso-8859-1", "latin-1": "iso-8859-1"}


class RejectedError(Exception):
    """A delivery cannot be accepted; the message names the file, what was expected and what was found."""

    def __init__(self, message: str) -> None:
        """Keep the message, without any identity number that it would repeat."""
        super().__init__(safe_message(message))


@dataclass(frozen=True)
class DeliveredFile:
    """One listed file. `year` is the year in the name of a yearly table's file (`<table>_<year>`)."""

    path: Path
    name: str
    table: str
    year: int | None
    rows: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """A delivery's own account of itself."""

    register: str
    delivery: str
    folder: Path
    encoding: str
    valid_to: dt.date
    synthetic: bool
    files: tuple[DeliveredFile, ...]


def safe_message(text: str) -> str:
    """A message is kept and shown: it repeats no identity number, and file names in it can be written."""
    return hide_identity_numbers(text).encode("utf-8", "backslashreplace").decode()


def checksum(path: Path) -> str:
    """SHA-256 of a file's bytes (once in a process, as long as nothing tells that it was written to)."""
    stat = path.stat()
    # A copy can bring its old time of modification along, but not its time of change.
    return _checksum(path, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)


@cache
def _checksum(path: Path, _size: int, _modified: int, _changed: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def folder_checksums(folder: Path) -> dict[str, str]:
    """Relative name and checksum of every file below a delivery's folder, `leverans.json` among them.

    What is neither a file nor a folder (a link to a folder or to nothing, a pipe) is there with `NO_FILE`.
    """
    paths = [path for path in sorted(folder.rglob("*")) if path.is_symlink() or not path.is_dir()]
    # Threads: reading and hashing do without Python's lock.
    with ThreadPoolExecutor() as pool:
        found = pool.map(lambda path: checksum(path) if path.is_file() else NO_FILE, paths)
        return {str(path.relative_to(folder)): sum_ for path, sum_ in zip(paths, found, strict=True)}


def read_manifest(folder: Path, register: Register, checksums: dict[str, str]) -> Manifest:
    """Read and check `leverans.json` and that the folder holds exactly the files that it lists.

    Args:
        folder: `<raw>/<register>/<delivery>`.
        register: the contract of that register.
        checksums: of every file in the folder, by name (`folder_checksums`).

    Raises:
        RejectedError: anything in it is not as the contract says.
    """
    for name in (folder.name, *checksums):
        if holds_identity_number(name):
            raise RejectedError(f"{name}: expected a name without a personal identity number, found one.")
    body = _read_json(folder)
    if any(holds_identity_number(text) for text in _texts(body)):
        raise RejectedError(
            f"{MANIFEST}: expected no personal identity number, found one (not repeated here). Remove it and "
            "deliver again."
        )
    if (found := _text(body, "register")) != register.name:
        raise RejectedError(f"{MANIFEST}: expected register {register.name!r}, found {found!r}.")
    if (found := _text(body, "leverans")) != folder.name:
        raise RejectedError(f"{MANIFEST}: expected leverans {folder.name!r} as the folder, found {found!r}.")
    encoding = ENCODINGS.get(str(body.get("teckenkodning", "utf-8")).lower())
    if encoding is None:
        raise RejectedError(
            f"{MANIFEST}: expected teckenkodning utf-8 or iso-8859-1, found {body['teckenkodning']!r}."
        )
    synthetic = body.get("syntetisk", False)
    if not isinstance(synthetic, bool):
        raise RejectedError(f"{MANIFEST}: expected syntetisk true or false, found {synthetic!r}.")
    files = _files(folder, register, body, checksums)
    return Manifest(register.name, folder.name, folder, encoding, _valid_to(body), synthetic, files)


def _read_json(folder: Path) -> dict[str, Any]:
    path = folder / MANIFEST
    if not _is_inside(path, folder):
        raise RejectedError(
            f"{MANIFEST}: expected a file inside the delivery's folder, found a link that leaves it."
        )
    try:
        body = json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise RejectedError(
            f"{MANIFEST} is missing: expected it in {_place(folder)}, found no such file."
        ) from None
    except (ValueError, RecursionError, OSError) as error:
        # The message of the operating system would repeat where the raw folder lies.
        found = (error.strerror if isinstance(error, OSError) else None) or error
        raise RejectedError(f"{MANIFEST} is unreadable: expected JSON in UTF-8, found {found}.") from None
    if not isinstance(body, dict):
        raise RejectedError(f"{MANIFEST}: expected an object, found {type(body).__name__}.")
    return body


def _texts(body: object) -> Iterator[str]:
    """Every key and value, as text."""
    parts = [body]
    while parts:
        match parts.pop():
            case dict() as entries:
                parts += [*entries.keys(), *entries.values()]
            case list() as entries:
                parts += entries
            case value:
                yield str(value)


def _text(body: dict[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str):
        raise RejectedError(f"{MANIFEST}: expected a text in {name!r}, found {value!r}.")
    return value


def _valid_to(body: dict[str, Any]) -> dt.date:
    value = _text(body, "avser_till")
    try:
        return dt.datetime.strptime(value, "%Y-%m-%d").date()
    except ValueError:
        raise RejectedError(f"{MANIFEST}: expected avser_till as YYYY-MM-DD, found {value!r}.") from None


def _files(
    folder: Path, register: Register, body: dict[str, Any], checksums: dict[str, str]
) -> tuple[DeliveredFile, ...]:
    entries = body.get("filer")
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise RejectedError(f"{MANIFEST}: expected a list of files in 'filer', found {entries!r}.")
    files = [_file(folder, register, entry) for entry in entries]
    names = [file.name for file in files]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise RejectedError(f"{MANIFEST}: expected each file once, found {twice[0]} listed twice.")
    for file in files:
        if checksums.get(file.name, NO_FILE) == NO_FILE:
            raise RejectedError(
                f"{file.name}: listed in {MANIFEST}, but there is no such file in {_place(folder)}."
            )
    if unlisted := sorted(set(checksums) - set(names) - {MANIFEST}):
        raise RejectedError(f"{unlisted[0]}: the file is there, but {MANIFEST} does not list it.")
    for file in files:
        if (found := checksums[file.name]) != file.sha256:
            raise RejectedError(f"{file.name}: expected sha256 {file.sha256}, found {found}.")
    return tuple(files)


def _file(folder: Path, register: Register, entry: dict[str, Any]) -> DeliveredFile:
    name, table = _text(entry, "fil"), _text(entry, "tabell")
    rows, sha256 = entry.get("rader"), _text(entry, "sha256").lower()
    path = folder / name
    if Path(name).is_absolute() or not _is_inside(path, folder):
        raise RejectedError(
            f"{name}: expected a file inside the delivery's folder, found a name that leaves it."
        )
    if table not in register.tables:
        known = ", ".join(register.tables)
        raise RejectedError(f"{name}: expected one of the tables {known}, found {table!r}.")
    if not isinstance(rows, int) or isinstance(rows, bool):
        raise RejectedError(f"{name}: expected a number of rows in 'rader', found {rows!r}.")
    if path.suffix.lower() not in (".csv", ".parquet"):
        raise RejectedError(f"{name}: expected a file that ends in .csv or .parquet, found {path.suffix!r}.")
    match = re.search(r"_([0-9]{4})$", path.stem)
    year = int(match[1]) if match and register.tables[table].yearly else None
    return DeliveredFile(path, str(Path(name)), table, year, rows, sha256)


def _place(folder: Path) -> str:
    """Register and delivery: a message is kept, and where the raw folder lies may change."""
    return f"{folder.parent.name}/{folder.name}"


def _is_inside(path: Path, folder: Path) -> bool:
    try:
        return path.resolve().is_relative_to(folder.resolve())
    except (ValueError, OSError, RuntimeError):  # no possible name, or links that lead in a circle
        return False
