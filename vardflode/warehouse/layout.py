"""What may lie in the data folder under the names that the programs use: files and folders, no links."""

from __future__ import annotations

import os
from pathlib import Path

from vardflode.data_folder import File, Folder
from vardflode.settings import SettingsError

# The one link: so that folder and database are exchanged together.
EXCHANGED = (File.PUBLISHED, f"{Folder.PUBLISHED}/{File.PUBLISHED}")


class LayoutError(SettingsError):
    """Something else lies where a file or a folder is expected; the message says what, and what to do."""


def check_layout(data: Path) -> None:
    """Look before anything is written: through a link it would be written elsewhere.

    Raises:
        LayoutError: a link, a folder in the place of a file, or the reverse.
    """
    for name in (*File, *Folder):
        path = data / name
        is_file = isinstance(name, File)
        if path.is_symlink() and (name, str(path.readlink())) != EXCHANGED:
            _refuse(path, is_file, "a link")
        elif path.exists() and not (path.is_file() if is_file else path.is_dir()):
            _refuse(path, is_file, "a folder" if path.is_dir() else "something else")
        for folder, folders, files in os.walk(path):
            for inner in (*folders, *files):
                if (found := Path(folder, inner)).is_symlink():
                    _refuse(found, inner in files, "a link")


def _refuse(path: Path, is_file: bool, found: str) -> None:
    raise LayoutError(
        f"{path}: expected {'a file' if is_file else 'a folder'} of the data folder's own, found {found}, "
        "which is not followed or written over. Move it away."
    )
