"""Folders that are exchanged: whole for every reader, and put right wherever a program was killed."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from vardflode.common import exchange
from vardflode.common.exchange import clear, put_in_place
from vardflode.disclosure.files import swap_in
from vardflode.settings import Settings
from vardflode.warehouse.lock import build_lock, folder_lock

# Python tells of each of these before it does it; a folder is looked into before it is swept.
STEPS = {
    *("os.rename", "os.link", "os.symlink", "os.mkdir", "os.rmdir", "os.remove", "os.chmod"),
    *("os.scandir", "os.listdir", "shutil.rmtree", "ctypes.dlsym"),
}

NAMES = ("a.parquet", "b.parquet")


def killed(step: int, work: Callable[[], object]) -> bool:
    """Do something in a process that is killed (SIGKILL) before its so-many'th step; whether it came so far."""
    if not (child := os.fork()):
        steps = itertools.count(1)

        def look(event: str, _: object) -> None:
            if event in STEPS and next(steps) == step:
                os.kill(os.getpid(), signal.SIGKILL)

        try:
            sys.addaudithook(look)
            work()
            os._exit(0)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert status in (0, signal.SIGKILL), status
    return status != 0


def folder_of(path: Path, text: str) -> Path:
    path.mkdir(parents=True)
    for name in (*NAMES, "published.duckdb"):
        (path / name).write_text(text)
    return path


def read(*paths: Path) -> str:
    """The text of all files there; several where they differ, `half` of a folder that lacks one."""
    texts = {"half" for path in paths if path.is_dir() and not {*NAMES} <= {p.name for p in path.iterdir()}}
    files = [p for path in paths for p in (path.iterdir() if path.is_dir() else [path]) if p.is_file()]
    return " and ".join(sorted(texts | {file.read_text() for file in files}))


def left(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.startswith(".")]


@pytest.fixture(params=["swap", "two renames"])
def never_absent(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """A file system that can swap two names, where readers never find nothing; and one that cannot."""
    if request.param == "two renames":
        monkeypatch.setattr(exchange, "_swapped", lambda one, other: False)
    return request.param == "swap"


@pytest.mark.parametrize("keep", [False, True])
@pytest.mark.parametrize("before", ["old", ""])
def test_wherever_it_is_killed(tmp_path: Path, never_absent: bool, before: str, keep: bool) -> None:
    seen = set()
    for step in itertools.count(1):
        folder = tmp_path / str(step)
        new, target, kept = folder_of(folder / "work" / "n", "new"), folder / "set", folder / "kept" / "1"
        kept.parent.mkdir()
        if before:
            folder_of(target, before)
        was_killed = killed(step, lambda: put_in_place(new, target, kept if keep else None))  # noqa: B023
        found = read(target) if target.exists() else ""
        assert found in ({before, "new"} if never_absent else {before, "new", ""})
        clear(folder)
        assert not left(folder)
        after = read(target) if target.exists() else ""
        assert after == (found or before)
        assert kept.exists() == bool(keep and before and after == "new")
        assert not kept.exists() or read(kept) == before
        # What was not taken into force can be made again, and is.
        if after == before:
            shutil.rmtree(folder / "work")
            put_in_place(folder_of(folder / "work" / "n", "new"), target, kept if keep else None)
            assert read(target) == "new"
        seen.add(after)
        if not was_killed:
            break
    assert step > 5
    assert seen == {before, "new"}


def test_half_of_a_folder_is_never_taken_for_one_that_was_in_force(tmp_path: Path) -> None:
    """Killed while it is removed; and somebody removes what is in force before the next command."""
    for step in itertools.count(1):
        folder = tmp_path / str(step)
        target, new = folder_of(folder / "set", "old"), folder_of(folder / "new", "new")
        was_killed = killed(step, lambda: put_in_place(new, target))  # noqa: B023
        shutil.rmtree(target)
        clear(folder)
        assert not left(folder)
        assert not target.exists() or read(target) == "old"
        if not was_killed:
            break


def test_other_names_are_left_alone(tmp_path: Path) -> None:
    for name in (".set", ".candidate", ".set.x", ".DS.Store.1.2.3"):
        folder_of(tmp_path / name, "theirs")
    (tmp_path / ".notes.1").write_text("a file")
    before = left(tmp_path)
    clear(tmp_path)
    assert left(tmp_path) == before


def test_what_cannot_be_moved_leaves_the_one_that_was_there(tmp_path: Path) -> None:
    target = folder_of(tmp_path / "set", "old")
    with pytest.raises(FileNotFoundError):
        put_in_place(tmp_path / "nothing", target)
    assert read(target) == "old"


@pytest.mark.parametrize("layout", ["linked", "beside", "none"])
def test_files_and_database_are_of_one_set_at_every_moment(tmp_path: Path, layout: str) -> None:
    """`linked`: as it is published now; `beside`: as it was before, and in a copy that follows links."""
    steps = 0
    for step in itertools.count(1):
        settings = Settings(data=tmp_path / str(step))
        target, database = settings.data / "published", settings.data / "published.duckdb"
        work = folder_of(settings.data / "building" / "published", "new")
        old = "" if layout == "none" else "old"
        if old:
            folder_of(target, old)
        if layout == "linked":
            database.symlink_to("published/published.duckdb")
        elif layout == "beside":
            (target / "published.duckdb").rename(database)
        was_killed = killed(step, lambda: swap_in(settings, work))  # noqa: B023
        assert read(target, database) in {old, "new"}
        with build_lock(settings.data):
            assert read(target, database) in {old, "new"}
            assert not [name for name in left(settings.data) if name != ".published.duckdb"]
        if read(target) == "new" and old:
            assert read(settings.data / "published_before" / "1") == old
        steps += 1
        if not was_killed:
            break
    assert steps > 10
    assert database.readlink() == Path("published/published.duckdb")


def test_the_same_figures_are_not_kept_twice(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    for text in ("1", "1", "2", "2", "1"):
        swap_in(settings, folder_of(tmp_path / "building" / "published", text))
    kept = {path.name: read(path) for path in (tmp_path / "published_before").iterdir()}
    assert kept == {"1": "1", "2": "2"}


def test_whoever_takes_the_lock_finds_all_put_right(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "editions", tmp_path / "elsewhere"):
        folder_of(folder / ".2025.0", "old")
    with build_lock(tmp_path):
        assert read(tmp_path / "2025") == read(tmp_path / "editions" / "2025") == "old"
    with folder_lock(tmp_path / "elsewhere"):
        assert read(tmp_path / "elsewhere" / "2025") == "old"
