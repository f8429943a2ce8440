"""What lies in a delivery's folder, and the bytes of its files.

Only regular files inside the folder are opened: never a pipe or a device, which may have no end, and never
what a link that leaves the folder leads to.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import BinaryIO

from vardflode.common.children import memory_bound

MANIFEST = "leverans.json"
# In the place of a checksum, followed by what is there.
NO_FILE = "no file: "
# The name of the folder itself, among those of its files.
ITSELF = "."
MOST_FILES = 10_000
# Of leverans.json: more than so many files need.
_MOST_MANIFEST = 4 << 20
_AT_ONCE = 1 << 20


class ChangedError(Exception):
    """A file is not the one whose checksum was taken."""


def folder_checksums(folder: Path) -> dict[str, str]:
    """Relative name and checksum of every file below a delivery's folder, `leverans.json` among them.

    What is no regular file inside the folder, or cannot be read, is there with `NO_FILE` and what it is; a
    folder that cannot be looked into, or has more than `MOST_FILES` files, as `ITSELF` only.
    """
    if folder.is_symlink() and not is_inside(folder, folder.parent):
        return {ITSELF: f"{NO_FILE}a link that leaves {folder.parent.name}/"}
    try:
        paths = []
        for path in _walk(folder):
            paths.append(path)
            if len(paths) > MOST_FILES:
                return {ITSELF: f"{NO_FILE}a folder with more than {MOST_FILES} files"}
    except OSError as error:
        return {ITSELF: f"{NO_FILE}a folder that cannot be read ({error.strerror})"}
    paths.sort()
    # Threads: reading and hashing do without Python's lock.
    with ThreadPoolExecutor() as pool:
        found = pool.map(lambda path: checksum(path, folder), paths)
        return {str(path.relative_to(folder)): sum_ for path, sum_ in zip(paths, found, strict=True)}


def checksum(path: Path, folder: Path) -> str:
    """SHA-256 of a file's bytes (once in a process, as long as nothing tells that it was written to), or what
    lies there instead.
    """
    try:
        if other := _other(path, folder):
            return NO_FILE + other
        info = path.stat()
        # A copy can bring its old time of modification along, but not its time of change.
        return _checksum(path, info.st_dev, info.st_ino, info.st_size, info.st_mtime_ns, info.st_ctime_ns)
    except OSError as error:
        return f"{NO_FILE}a file that cannot be read ({error.strerror})"


def read_file_of(path: Path, folder: Path, sha256: str) -> bytes:
    """The bytes of a file in a delivery's folder, all at once.

    Raises:
        ChangedError: they are not those of this checksum.
    """
    with file_of(path, folder, sha256) as read:
        return read(path.stat().st_size + 1)


@contextmanager
def file_of(path: Path, folder: Path, sha256: str) -> Iterator[Callable[[int], bytes]]:
    """Read a file in a delivery's folder from its beginning, so many bytes at a time; none at its end.

    Raises:
        ChangedError: its bytes are not those of this checksum. This is known at the end only: nothing that
            was made of them may be kept. It goes before any error that was raised because of them.
    """
    digest = hashlib.sha256()
    try:
        if _other(path, folder):
            raise ChangedError(path.name)
        file = _open(path)
    except OSError:
        raise ChangedError(path.name) from None
    with file:
        left = os.fstat(file.fileno()).st_size + 1

        def read(most: int) -> bytes:
            nonlocal left
            try:
                data = file.read(min(most, left))
            except OSError:
                raise ChangedError(path.name) from None
            left -= len(data)
            digest.update(data)
            return data

        raised = None
        try:
            yield read
        except Exception as error:
            raised = error
        while read(_AT_ONCE):
            pass
        if digest.hexdigest() != sha256:
            raise ChangedError(path.name) from None
        if raised is not None:
            raise raised


def is_inside(path: Path, folder: Path) -> bool:
    """Whether a path leads, all links followed, to something in a folder."""
    try:
        return path.resolve().is_relative_to(folder.resolve())
    except (ValueError, OSError, RuntimeError):  # no possible name, or links that lead in a circle
        return False


def _walk(folder: Path) -> Iterator[Path]:
    """Everything below a folder but the folders. Links are not followed; without recursion, however deep."""
    folders = [folder]
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(Path(entry.path))
                else:
                    yield Path(entry.path)


def _other(path: Path, folder: Path) -> str:
    """What a path is other than a regular file inside the folder that can be read into memory."""
    info = path.lstat()
    if stat.S_ISLNK(info.st_mode):
        if not is_inside(path, folder):
            return "a link that leaves the delivery's folder"
        info = path.stat()
    kinds = {
        stat.S_IFDIR: "a folder",
        stat.S_IFIFO: "a pipe",
        stat.S_IFSOCK: "a socket",
        stat.S_IFCHR: "a device",
        stat.S_IFBLK: "a device",
    }
    if not stat.S_ISREG(info.st_mode):
        return kinds.get(stat.S_IFMT(info.st_mode), "something unknown")
    return f"a file of more than {_most(path)} bytes" if info.st_size > _most(path) else ""


def _most(path: Path) -> int:
    return _MOST_MANIFEST if path.name == MANIFEST else memory_bound()


def _open(path: Path) -> BinaryIO:
    """Open what was a regular file when it was looked at; without waiting, should it be none any more."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "no regular file")
    return os.fdopen(descriptor, "rb")


@cache
def _checksum(path: Path, _device: int, _number: int, size: int, _modified: int, _changed: int) -> str:
    """Of as many bytes as the file had: one that grows all the time has no end."""
    digest = hashlib.sha256()
    with _open(path) as file:
        while size > 0 and (data := file.read(min(size, _AT_ONCE))):
            digest.update(data)
            size -= len(data)
    return digest.hexdigest()
