"""One program at a time writes in a folder: the second says so and stops.

The lock is the operating system's (flock): it is gone when the process is, however that died.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from vardflode.common.exchange import clear
from vardflode.data_folder import File, Folder
from vardflode.warehouse.layout import check_layout

_held: set[Path] = set()


class BusyError(Exception):
    """Another program works in this folder."""


@contextlib.contextmanager
def build_lock(data: Path) -> Iterator[None]:
    """Hold the data folder, to build or to publish from it, as `folder_lock`; its editions are cleared too.

    Raises:
        BusyError: another process holds it.
        LayoutError: something else lies where a file or a folder is expected.
    """
    check_layout(data)
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    with folder_lock(data, File.LOCK):
        if (editions := data / Folder.EDITIONS).is_dir():
            with contextlib.suppress(BusyError), folder_lock(editions):
                pass
        yield


@contextlib.contextmanager
def folder_lock(folder: Path, name: str = ".lock") -> Iterator[None]:
    """Hold a folder, and put right what a program that was killed left half-way in it (`exchange.clear`).

    May be taken again by the process that holds it.

    Raises:
        BusyError: another process holds it.
    """
    path = (folder / name).resolve()
    if path in _held:
        yield
        return
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise BusyError(
                f"Another vardflode (process {file.read().strip() or 'unknown'}) works in {folder}. "
                "Wait until it has ended, or work in another folder."
            ) from None
        file.seek(0)
        file.truncate()
        file.write(f"{os.getpid()}\n")
        file.flush()
        _held.add(path)
        try:
            clear(folder)
            yield
        finally:
            _held.discard(path)
