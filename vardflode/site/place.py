"""The folder of a site: what lies there is ours or somebody else's, and ours is put in place whole."""

from __future__ import annotations

import contextlib
import filecmp
import json
import shutil
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from vardflode.common.stopping import not_interrupted
from vardflode.site.errors import SiteError

# Tells that a folder is a site of ours, and which files there we wrote.
MARK = "site.json"
# What a run that failed may leave, and the lock.
OWN = {".candidate", ".lock"}


def check_place(out: Path) -> None:
    """See that a site can be put there.

    Raises:
        SiteError: something that is no site of ours lies there, or a file.
    """
    if out.exists() and not out.is_dir():
        raise SiteError(f"out: expected a folder, found a file {out}.")
    if out.is_dir() and {path.name for path in out.iterdir()} - OWN and not (out / MARK).is_file():
        raise SiteError(
            f"out: expected an empty folder or a site that was made before, found something else in {out}. "
            "Nothing was written. Name another folder."
        )


def candidate(out: Path) -> Path:
    """Where a site is made before it is put in place."""
    return out / ".candidate"


def put_site(files: Mapping[str, bytes | Path], told: Mapping[str, Any], out: Path) -> int:
    """Write what is new or changed beside the rest, on the same disk, and only then move it into its place.

    A file is the old or the new one at every moment; Ctrl-C and SIGTERM wait for the moves. What a run that
    was killed between them left undone the next one does. Files of the site before that are not in this one
    go; what others have put there (`.git`, `CNAME`) stays.

    Args:
        files: the contents, or a file to copy, by path from `out`.
        told: what the mark says of the site, beside which files are its own.
        out: a folder for which `check_place` had nothing to say, and that the caller holds.

    Returns:
        How many files were new or changed.

    Raises:
        OSError: the folder cannot be written.
    """
    work, before = candidate(out), _written_before(out)
    changed = [name for name, body in files.items() if not _is(out / name, body)]
    gone = sorted(before - {*files})
    shutil.rmtree(work, ignore_errors=True)
    for name in changed:
        _put(files[name], work / "new" / name)
    mark, moving = _mark(told, {*files}), _mark(told, {*files} | before)
    _put(mark, work / "mark")
    _put(moving, work / "mark while moving")
    with not_interrupted("The new site is in its place."):
        # Wherever it is killed from here on, what is ours is known to be.
        if (changed or gone) and not _is(out / MARK, moving):
            (work / "mark while moving").replace(out / MARK)
        for folder in sorted({folder for name in files for folder in PurePosixPath(name).parents}):
            (out / folder).mkdir(exist_ok=True)
            (out / folder).chmod(0o755)
        for name in changed:
            (work / "new" / name).replace(out / name)
        for name in gone:
            _remove(out, name)
        if not (is_marked := _is(out / MARK, mark)):
            (work / "mark").replace(out / MARK)
    shutil.rmtree(work, ignore_errors=True)
    return len(changed) + (not is_marked)


def _mark(told: Mapping[str, Any], names: set[str]) -> bytes:
    return (json.dumps({**told, "files": sorted(names)}, indent=1, ensure_ascii=False) + "\n").encode()


def _written_before(out: Path) -> set[str]:
    """The files there that are ours, if the mark is one that tells: else none is taken for ours."""
    try:
        names = [str(name) for name in json.loads((out / MARK).read_bytes())["files"]]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return set()
    return {name for name in names if not {"..", ""} & {*name.split("/")}}


def _remove(out: Path, name: str) -> None:
    """Remove a file of ours, and the folders that hold nothing then."""
    for path in (out / name, *(out / folder for folder in PurePosixPath(name).parents if folder.name)):
        with contextlib.suppress(OSError):  # it is gone, or others have put something there
            path.rmdir() if path.is_dir() else path.unlink()


def _is(path: Path, body: bytes | Path) -> bool:
    if not path.is_file():
        return False
    if isinstance(body, Path):
        return filecmp.cmp(path, body, shallow=False)
    return path.stat().st_size == len(body) and path.read_bytes() == body


def _put(body: bytes | Path, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(body, Path):
        shutil.copyfile(body, path)
    else:
        path.write_bytes(body)
    path.chmod(0o644)
