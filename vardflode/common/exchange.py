"""Put a new folder in the place of another: readers find the one or the other at every moment.

The system swaps two names in one step (Linux: `renameat2`, macOS: `renamex_np`). A file system that cannot
gets two renames, between which there is nothing; what a run that was killed there leaves `clear` puts right.

Meanwhile a folder lies beside the target as `.NAME.NUMBER`, or `.NAME.NUMBER.KEPT.AS` if what is there now is
kept as `KEPT/AS`. The number is that of the new folder on the disk (its inode), which moves with it: so a
folder under its own number was never in force, or is wanted no more, and one under another was in force.
"""

from __future__ import annotations

import ctypes
import errno
import os
import re
import shutil
from pathlib import Path

_LEFT = re.compile(r"\.(?P<name>[^.]+)\.(?P<number>[0-9]+)(\.(?P<kept>[^.]+)\.(?P<kept_as>[^.]+))?")
_NOT_SUPPORTED = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP)
# AT_FDCWD of Linux; RENAME_EXCHANGE of Linux and RENAME_SWAP of macOS, which are the same number.
_FROM_HERE, _SWAP = -100, 2


def put_in_place(new: Path, target: Path, keep: Path | None = None) -> None:
    """Put the folder `new` in the place of `target`, on the same disk; what was there goes, or is kept.

    The caller holds the lock of the folder that `target` lies in.

    Args:
        new: whole, with its modes; it is not there afterwards.
        target: a folder, or nothing; its name has no dot.
        keep: where what was there is kept: in a folder beside `target`, with no dot in either name.

    Raises:
        OSError: a folder cannot be moved. Then the one that was there is in force.
    """
    _to_disk(new)
    staged = _beside(target, new.stat().st_ino, keep)
    new.rename(staged)
    if not target.exists():
        staged.rename(target)
    elif not _swapped(staged, target):
        target.rename(_beside(target, 0, keep))
        staged.rename(target)
    clear(target.parent)


def clear(folder: Path) -> None:
    """Finish or take back what a run that was killed left half-way in a folder, wherever it was killed.

    The caller holds the folder's lock.
    """
    for left in sorted(folder.glob(".*.*")):
        if not (found := _LEFT.fullmatch(left.name)) or not left.is_dir():
            continue
        own, target = left.stat().st_ino, folder / found["name"]
        if own != int(found["number"]):
            if not target.exists():
                left.rename(target)
                continue
            if found["kept"]:
                left.rename(folder / found["kept"] / found["kept_as"])
                continue
            # Under its own number, so that half of it is never taken for a folder that was in force.
            left = left.rename(_beside(target, own))
        shutil.rmtree(left)


def _beside(target: Path, number: int, keep: Path | None = None) -> Path:
    kept = f".{keep.parent.name}.{keep.name}" if keep else ""
    return target.with_name(f".{target.name}.{number}{kept}")


def _swapped(one: Path, other: Path) -> bool:
    """Swap two names in one step; False where the file system cannot."""
    libc = ctypes.CDLL(None, use_errno=True)
    names = (os.fsencode(one), os.fsencode(other))
    if swap := getattr(libc, "renamex_np", None):
        failed = swap(*names, _SWAP)
    elif swap := getattr(libc, "renameat2", None):
        failed = swap(_FROM_HERE, names[0], _FROM_HERE, names[1], _SWAP)
    else:
        return False
    if not failed:
        return True
    if (number := ctypes.get_errno()) in _NOT_SUPPORTED:
        return False
    raise OSError(number, os.strerror(number), str(other))


def _to_disk(folder: Path) -> None:
    """A power cut must not leave names in force whose contents were never written."""
    for path in (folder, *folder.rglob("*")):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
