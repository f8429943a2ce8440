"""`leverans.json`: what a delivery says of itself, held against what lies in its folder."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from vardflode.deliveries.contract import Register
from vardflode.deliveries.files import ITSELF, MANIFEST, NO_FILE, is_inside, read_file_of
from vardflode.deliveries.identity import hide_identity_numbers, holds_identity_number
from vardflode.deliveries.quoting import listed, quoted, shown

ENCODINGS = {"utf-8": "utf-8", "utf8": "utf-8", "iso-8859-1": "iso-8859-1", "latin-1": "iso-8859-1"}
_KEYS = (
    *("register", "leverans", "framstalld", "avser_till", "teckenkodning", "syntetisk", "filer"),
    *("licens", "kalla"),
)
_FILE_KEYS = ("fil", "tabell", "rader", "sha256")
# A date outside is no date of a delivery: 0001-01-01 and 9999-12-31 stand for something else.
_YEARS = range(1900, 2101)
# Room for the checksum in the name of the folder of its rows (255 bytes).
MOST_BYTES_OF_A_NAME = 238
# Longer than any message of ours whose quotations are short.
_LONGEST_MESSAGE = 2000


class RejectedError(Exception):
    """A delivery cannot be accepted; the message names the file, what was expected and what was found."""

    def __init__(self, message: str) -> None:
        """Keep the message, without any identity number that it would repeat."""
        super().__init__(safe_message(message))


@dataclass(frozen=True)
class DeliveredFile:
    """One listed file. `year` is the year in the name of a yearly table's file (`<table>_<year>`)."""

    folder: Path
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
    """A message is kept and shown: it repeats no identity number, and no terminal obeys it."""
    return shown(hide_identity_numbers(text), _LONGEST_MESSAGE)


def read_manifest(folder: Path, register: Register, checksums: dict[str, str]) -> Manifest:
    """Read and check `leverans.json` and that the folder holds exactly the files that it lists.

    Args:
        folder: `<raw>/<register>/<delivery>`.
        register: the contract of that register.
        checksums: of every file in the folder, by name (`folder_checksums`).

    Raises:
        RejectedError: anything in it is not as the contract says.
        ChangedError: it is not the file of which the checksum was taken.
    """
    for name in (folder.name, *checksums):
        if holds_identity_number(name):
            raise RejectedError(f"{name}: expected a name without a personal identity number, found one.")
    _check_folder(folder, checksums)
    body = parse_manifest(_bytes(folder, checksums))
    if any(holds_identity_number(text) for text in _texts(body)):
        raise RejectedError(
            f"{MANIFEST}: expected no personal identity number, found one (not repeated here). Remove it and "
            "deliver again."
        )
    _check_keys(MANIFEST, body, _KEYS)
    if (found := _text(body, "register")) != register.name:
        raise RejectedError(f"{MANIFEST}: expected register {register.name!r}, found {quoted(found)}.")
    if (found := _text(body, "leverans")) != folder.name:
        raise RejectedError(
            f"{MANIFEST}: expected leverans {quoted(folder.name)} as the folder, found {quoted(found)}."
        )
    coding = body.get("teckenkodning", "utf-8")
    encoding = ENCODINGS.get(coding.lower()) if isinstance(coding, str) else None
    if encoding is None:
        raise RejectedError(
            f"{MANIFEST}: expected teckenkodning utf-8 or iso-8859-1, found {quoted(coding)}."
        )
    synthetic = body.get("syntetisk", False)
    if not isinstance(synthetic, bool):
        raise RejectedError(f"{MANIFEST}: expected syntetisk true or false, found {quoted(synthetic)}.")
    valid_to = _date(body, "avser_till")
    if "framstalld" in body:
        _date(body, "framstalld")
    files = _files(folder, register, body, checksums)
    return Manifest(register.name, folder.name, folder, encoding, valid_to, synthetic, files)


def parse_manifest(data: bytes) -> dict[str, Any]:
    """The object that `leverans.json` holds.

    Raises:
        RejectedError: it is not one JSON object in UTF-8, or says a key twice.
    """
    try:
        body = json.loads(
            data.decode("utf-8-sig"), object_pairs_hook=_each_key_once, parse_constant=_no_constant
        )
    except ValueError as error:
        raise RejectedError(f"{MANIFEST} is unreadable: expected JSON in UTF-8, found {error}.") from None
    except RecursionError:
        raise RejectedError(
            f"{MANIFEST} is unreadable: expected one object, found brackets within brackets without end."
        ) from None
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


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    counts = Counter(key for key, _ in pairs)
    if twice := [key for key, count in counts.items() if count > 1]:
        raise RejectedError(f"{MANIFEST}: expected each key once, found {quoted(twice[0])} twice.")
    return dict(pairs)


def _no_constant(name: str) -> NoReturn:
    raise RejectedError(f"{MANIFEST} is unreadable: expected JSON in UTF-8, found {name}, which is none.")


def _check_folder(folder: Path, checksums: dict[str, str]) -> None:
    name = os.fsencode(folder.name)
    if not folder.name.isprintable():
        raise RejectedError(
            f"{_place(folder)}: expected a folder's name in UTF-8 without control characters, found another."
        )
    if len(name) > MOST_BYTES_OF_A_NAME:
        raise RejectedError(
            f"{_place(folder)}: expected a folder's name of at most {MOST_BYTES_OF_A_NAME} bytes, "
            f"found {len(name)}."
        )
    if what := checksums.get(ITSELF):
        raise RejectedError(
            f"{_place(folder)}: expected a folder with {MANIFEST} and the files that it lists, "
            f"found {what.removeprefix(NO_FILE)}."
        )


def _bytes(folder: Path, checksums: dict[str, str]) -> bytes:
    found = checksums.get(MANIFEST)
    if found is None and (folder / MANIFEST).is_dir():
        found = f"{NO_FILE}a folder"
    if found is None:
        raise RejectedError(f"{MANIFEST} is missing: expected it in {_place(folder)}, found no such file.")
    if found.startswith(NO_FILE):
        raise RejectedError(
            f"{MANIFEST} is unreadable: expected a file with JSON, found {found.removeprefix(NO_FILE)}."
        )
    return read_file_of(folder / MANIFEST, folder, found)


def _check_keys(place: str, body: dict[str, Any], known: tuple[str, ...]) -> None:
    """A word that is misspelt would say nothing: made-up data would be taken for real."""
    if unknown := [key for key in body if key not in known]:
        raise RejectedError(
            f"{place}: expected no other keys than {', '.join(known)}; found {listed(unknown)}."
        )


def _text(body: dict[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str):
        raise RejectedError(f"{MANIFEST}: expected a text in {name!r}, found {quoted(value)}.")
    return value


def _date(body: dict[str, Any], name: str) -> dt.date:
    value = _text(body, name)
    try:
        if re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", value) and int(value[:4]) in _YEARS:
            return dt.date.fromisoformat(value)
    except ValueError:
        pass
    raise RejectedError(
        f"{MANIFEST}: expected {name} as YYYY-MM-DD, a day of {_YEARS[0]} to {_YEARS[-1]}, "
        f"found {quoted(value)}."
    )


def _files(
    folder: Path, register: Register, body: dict[str, Any], checksums: dict[str, str]
) -> tuple[DeliveredFile, ...]:
    entries = body.get("filer")
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise RejectedError(f"{MANIFEST}: expected a list of files in 'filer', found {quoted(entries)}.")
    if not entries:
        raise RejectedError(f"{MANIFEST}: expected at least one file in 'filer', found none.")
    files = [_file(folder, register, entry) for entry in entries]
    names = Counter(file.name for file in files)
    if twice := [name for name, count in names.items() if count > 1]:
        raise RejectedError(f"{MANIFEST}: expected each file once, found {shown(twice[0])} listed twice.")
    for file in files:
        _check_file(folder, file, checksums.get(file.name))
    if unlisted := sorted(set(checksums) - set(names) - {MANIFEST}):
        raise RejectedError(f"{shown(unlisted[0])}: the file is there, but {MANIFEST} does not list it.")
    return tuple(files)


def _check_file(folder: Path, file: DeliveredFile, found: str | None) -> None:
    if found is None or found.startswith(NO_FILE):
        what = f", only {found.removeprefix(NO_FILE)}" if found else ""
        raise RejectedError(
            f"{file.name}: listed in {MANIFEST}, but there is no such file in {_place(folder)}{what}."
        )
    if found != file.sha256:
        raise RejectedError(f"{file.name}: expected sha256 {shown(file.sha256, 64)}, found {found}.")


def _file(folder: Path, register: Register, entry: dict[str, Any]) -> DeliveredFile:
    name, table = _text(entry, "fil"), _text(entry, "tabell")
    rows, sha256 = entry.get("rader"), _text(entry, "sha256").lower()
    path = folder / name
    if Path(name).is_absolute() or not is_inside(path, folder):
        raise RejectedError(
            f"{shown(name)}: expected a file inside the delivery's folder, found a name that leaves it."
        )
    if not name.isprintable() or len(os.fsencode(name)) > MOST_BYTES_OF_A_NAME:
        raise RejectedError(
            f"{shown(name)}: expected a file name of at most {MOST_BYTES_OF_A_NAME} bytes without control "
            "characters, found another."
        )
    _check_keys(f"{MANIFEST}, {name}", entry, _FILE_KEYS)
    if table not in register.tables:
        known = ", ".join(register.tables)
        raise RejectedError(f"{name}: expected one of the tables {known}, found {quoted(table)}.")
    if not isinstance(rows, int) or isinstance(rows, bool) or rows.bit_length() > 63:
        raise RejectedError(f"{name}: expected a number of rows in 'rader', found {quoted(rows)}.")
    if path.suffix.lower() not in (".csv", ".parquet"):
        raise RejectedError(
            f"{name}: expected a file that ends in .csv or .parquet, found {quoted(path.suffix)}."
        )
    match = re.search(r"_([0-9]{4})$", path.stem)
    year = int(match[1]) if match and register.tables[table].yearly else None
    return DeliveredFile(folder, str(Path(name)), table, year, rows, sha256)


def _place(folder: Path) -> str:
    """Register and delivery: a message is kept, and where the raw folder lies may change."""
    return f"{folder.parent.name}/{shown(folder.name)}"
