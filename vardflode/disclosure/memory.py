"""What was found of the pieces that were attacked before: what has not changed is not attacked again.

It lies in the data folder, where persons' rows lie too, and is never published. It holds of each piece, by
the fingerprint of all that is said of it, which numbers were taken away, or the ends that were proved.
"""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import numpy as np

from vardflode.common.fingerprint import figures_fingerprint
from vardflode.common.progress import progress

_CODE = "code"


class Memory:
    """Arrays by name, from one run to the next while the code is the same."""

    def __init__(self, path: Path | None = None) -> None:
        """`path`: the file, not used where it is damaged; None: nothing is known, and nothing is kept."""
        self._path = path
        self._before: dict[str, np.ndarray] = {}
        self._now: dict[str, np.ndarray] = {}
        try:
            if path is not None and path.is_file():
                with np.load(path, allow_pickle=False) as file:
                    found = {name: file[name] for name in file.files}
                if str(found.pop(_CODE)) == figures_fingerprint():
                    self._before = found
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, NotImplementedError):
            progress.info("%s is damaged: everything is attacked again", path)

    def get(self, name: str) -> np.ndarray | None:
        """What is known by a name; it is kept on."""
        found = self._now.get(name, self._before.get(name))
        if found is not None:
            self._now[name] = found
        return found

    def put(self, name: str, found: np.ndarray) -> None:
        """Keep this."""
        self._now[name] = found

    def save(self) -> None:
        """Write what was asked for or put in since it was opened, for the owner only; forget the rest."""
        if self._path is None:
            return
        temporary = self._path.with_name(f".{self._path.name}")
        temporary.unlink(missing_ok=True)
        with open(temporary, "xb", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
            np.savez(file, allow_pickle=False, **{_CODE: np.array(figures_fingerprint())}, **self._now)
        temporary.replace(self._path)
