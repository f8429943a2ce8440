"""A site in its folder: whole wherever it is killed, and beside what others have put there."""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_exchange import killed
from vardflode.site.place import MARK, OWN, check_place, put_site

OLD = {"index.html": b"old", "a/same.html": b"same", "a/gone.html": b"old", "b/c/gone.html": b"old"}
NEW = {"index.html": b"new", "a/same.html": b"same", "d/e/new.html": b"new"}


def files(folder: Path) -> dict[str, bytes]:
    found = {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    return {name: body for name, body in found.items() if name != MARK and name.split("/")[0] not in OWN}


def put(contents: dict[str, bytes], out: Path) -> int:
    return put_site(contents, {"edition": contents["index.html"].decode()}, out)


@pytest.mark.parametrize("before", [OLD, {}])
def test_wherever_it_is_killed_the_next_run_makes_it_whole(tmp_path: Path, before: dict[str, bytes]) -> None:
    for step in itertools.count(1):
        out = tmp_path / str(step)
        out.mkdir()
        if before:
            put(before, out)
        was_killed = killed(step, lambda: put(NEW, out))  # noqa: B023
        for name, body in files(out).items():
            assert body in (before.get(name), NEW.get(name)), name
        check_place(out)
        put(NEW, out)
        assert files(out) == NEW
        assert json.loads((out / MARK).read_text())["files"] == sorted(NEW)
        assert {path.name for path in out.iterdir()} == {"index.html", "a", "d", MARK}
        if not was_killed:
            break
    assert step > 10


def test_what_others_put_there_stays(tmp_path: Path) -> None:
    put(OLD, tmp_path)
    theirs = {".git/HEAD": b"ref", "CNAME": b"example.org", "a/notes.txt": b"mine", "b/empty/.keep": b""}
    for name, body in theirs.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(body)
    put(NEW, tmp_path)
    assert files(tmp_path) == NEW | theirs
    assert put(NEW, tmp_path) == 0


@pytest.mark.parametrize("name", ["../theirs.txt", "a/../../theirs.txt", "{}/theirs.txt"])
def test_a_mark_that_was_changed_removes_nothing_outside(tmp_path: Path, name: str) -> None:
    theirs, out = tmp_path / "theirs.txt", tmp_path / "out"
    theirs.write_text("theirs")
    out.mkdir()
    (out / MARK).write_text(json.dumps({"files": [name.format(tmp_path)]}))
    put(NEW, out)
    assert theirs.read_text() == "theirs"


@pytest.mark.parametrize("mark", ["", "[]", "{", '{"files": 1}', '{"files": [1, null]}', "[" * 100_000])
def test_a_mark_that_tells_nothing_stops_nothing(tmp_path: Path, mark: str) -> None:
    (tmp_path / MARK).write_text(mark)
    put(NEW, tmp_path)
    assert files(tmp_path) == NEW


def test_a_signal_waits_for_the_moves(tmp_path: Path) -> None:
    work = f"""
import sys, signal, os
sys.path.insert(0, {str(Path(__file__).parents[2])!r})
from pathlib import Path
from tests.site.test_place import NEW, put
from vardflode.common.stopping import end_on_signals, promise

replace = Path.replace
def slowly(path, target):
    os.kill(os.getpid(), signal.SIGTERM)
    import time; time.sleep(0.05)
    return replace(path, target)
Path.replace = slowly
end_on_signals()
promise("The site that was there is untouched.")
put(NEW, Path(sys.argv[1]))
import time; time.sleep(60)
"""
    put(OLD, tmp_path)
    run = subprocess.run(
        [sys.executable, "-c", work, tmp_path], capture_output=True, text=True, check=False, env=os.environ
    )
    assert run.returncode == 128 + signal.SIGTERM, run.stderr
    assert "The new site is in its place." in run.stderr
    assert files(tmp_path) == NEW
