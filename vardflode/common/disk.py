"""A full disk, by whatever part of the program it is met: called what it is, with what room there is."""

from __future__ import annotations

import shutil
import traceback
from pathlib import Path

from vardflode.data_folder import Folder

# As the system, SQLite and DuckDB (which may use what is free to spill, and no more) say it.
_FULL = ("No space left on device", "Disk quota exceeded", "disk is full", "max_temp_directory_size")
# SQLite says no more than this of a log that does not fit: then the room that is left tells.
_FAILED, _LITTLE = "disk I/O error", 1_000_000
# Of the deliveries' size, as measured on a whole country: accepted rows 0.42, a warehouse 0.12, in force and
# being built. Beside that logs, and whatever is spilled for want of memory.
_OF_DELIVERIES, _BESIDE = 0.7, 60_000_000


def is_full(error: BaseException, folder: Path) -> bool:
    """Whether an error of what is written in a folder, or what caused it, is a full disk."""
    return says_full("".join(traceback.format_exception(error)), folder)


def says_full(text: str, folder: Path) -> bool:
    """Whether a message of what is written in a folder is about a full disk."""
    return any(words in text for words in _FULL) or (_FAILED in text and room(folder) < _LITTLE)


def full_disk(folder: Path) -> str:
    """The message: the disk, and the room on it."""
    disk = _disk(folder)
    free = f"{_size(disk.free)} of {_size(disk.total)} is free"
    return f"The disk of {folder} is full: {free}, and what was to be written does not fit."


def missing_for_build(data: Path, raw: Path) -> str:
    """About how much room a build still needs."""
    needed = _OF_DELIVERIES * _bytes(raw) + _BESIDE - _bytes(data / Folder.ROWS) - room(data)
    return f"About {_size(max(needed, 10_000_000))} more is needed for these deliveries."


def room(folder: Path) -> int:
    """Free bytes on the disk of a folder, there or not."""
    return _disk(folder).free


def _disk(folder: Path) -> shutil._ntuple_diskusage:
    return shutil.disk_usage(next(path for path in (folder, *folder.parents) if path.exists()))


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _size(count: float) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"
