"""One build at a time in a data folder: the second says so and stops.

The lock is the operating system's (flock): it is gone when the process is, however that died.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from dagster_project.warehouse.layout import check_layout

_held: set[Path] = set()


class BusyError(Exception):
    """Another build works in this data folder."""


@contextlib.contextmanager
def build_lock(data: Path) -> Iterator[None]:
    """Hold the data folder for a build. May be taken again by the process that holds it.

    Raises:
        BusyError: another process holds it.
        LayoutError: something else lies where a file or a folder is expected.
    """
    check_layout(data)
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = (data / "build.lock").resolve()
    if path in _held:
        yield
        return
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.seek(0)
            raise BusyError(
                f"Another build (process {file.read().strip() or 'unknown'}) works in {data}. "
                "Wait until it has ended, or build into another data folder."
            ) from None
        file.seek(0)
        file.truncate()
        file.write(f"{os.getpid()}\n")
        file.flush()
        _held.add(path)
        try:
            yield
        finally:
            _held.discard(path)
