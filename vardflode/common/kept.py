"""What the programs keep for themselves in the data folder: written whole or not at all, and read as if
anything could have happened to it since.

A kept file that is not as it was written is damaged. Whoever reads it decides what then: what can be made
again is made again, with a line that says so; what cannot is named, and nothing is done.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from vardflode.data_folder import File

T = TypeVar("T")

# Checksums of the files of a folder, written last: without it the folder was never finished.
SEAL = File.SEAL


class DamagedError(Exception):
    """A kept file is not as it was written; the message names it and what was found."""


def write_json(path: Path, body: object) -> None:
    """Write a JSON file, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}")
    temporary.write_text(json.dumps(body, indent=1, sort_keys=True, ensure_ascii=False), encoding="utf-8")
    temporary.replace(path)


def read_json(path: Path, parse: Callable[[Any], T]) -> T | None:
    """What `parse` makes of a JSON file; None where there is no file.

    Raises:
        DamagedError: it is no JSON, or not what `parse` expects.
    """
    try:
        return parse(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (IsADirectoryError, NotADirectoryError) as error:
        raise DamagedError(f"{path}: expected a file, found {error.strerror}") from None
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise DamagedError(f"{path}: expected what was written there, found {error}") from None
    except LookupError as error:
        raise DamagedError(f"{path}: expected what was written there, found nothing at {error}") from None


def seal(folder: Path, names: Iterable[str]) -> None:
    """Say that these files of a folder are finished. What is put there later is not looked at."""
    write_json(folder / SEAL, {name: checksum(folder / name) for name in names})


def sealed(folder: Path) -> dict[str, str]:
    """Checksums of the files of a folder as they were finished, by name; none where it never was.

    Raises:
        DamagedError: they are not as they were written.
    """
    sums = read_json(folder / SEAL, lambda body: {str(name): str(sum_) for name, sum_ in body.items()})
    return sums or {}


def broken(folder: Path) -> str:
    """What of a finished folder is not as it was; empty when all is."""
    try:
        sums = sealed(folder)
    except DamagedError as error:
        return str(error)
    if not sums:
        return f"{folder / SEAL}: expected what says that all was written, found nothing"
    for name, expected in sums.items():
        path = folder / name
        if not path.is_file():
            return f"{path}: expected a file, found {'a folder' if path.is_dir() else 'nothing'}"
        if checksum(path) != expected:
            return f"{path}: expected the file as it was written, found another"
    return ""


def checksum(path: Path) -> str:
    """SHA-256 of a file's bytes (once in a process, as long as nothing tells that it was written to)."""
    info = path.stat()
    return _checksum(path, info.st_ino, info.st_size, info.st_mtime_ns, info.st_ctime_ns)


@cache
def _checksum(path: Path, _number: int, _size: int, _modified: int, _changed: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def discard(path: Path) -> None:
    """Remove a file or a folder, if it is there. A link is removed, not what it leads to."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
