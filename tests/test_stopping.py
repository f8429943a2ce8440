"""Ctrl-C and SIGTERM: the program says what a person can rely on, ends at once with 130 or 143, and leaves no child."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import VARDFLODE

# A command that works for a minute in a child, in a database and under a handler of somebody else's.
WORK = """
import signal, sys, threading, time
from vardflode.common.children import pool
from vardflode.common.stopping import end_on_signals, not_interrupted, promise

if __name__ == "__main__":
    end_on_signals()
    promise("Nothing was lost.")
    children = pool(2)
    children.submit(print, "", flush=True).result()
    if "starting" in sys.argv:
        from multiprocessing import util

        spawn = util.spawnv_passfds

        def stopped_at_once(*arguments):
            child = spawn(*arguments)
            print("ready", flush=True)
            time.sleep(2)  # long enough for the signal to come before the child is told what to do
            return child

        util.spawnv_passfds = stopped_at_once
        pool(1).submit(print).result()
    waits = [children.submit(time.sleep, 60) for _ in range(2)]
    if "finishing" in sys.argv:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        with not_interrupted("It was finished."):
            print("ready", flush=True)
            time.sleep(2)
            print("finished", flush=True)
    import duckdb
    signal.signal(signal.SIGINT, lambda *_: None)
    signal.signal(signal.SIGTERM, lambda *_: None)
    print("ready", flush=True)
    duckdb.sql("select sum(a.range * b.range) from range(1000000000) a, range(1000000000) b").fetchall()
"""


def start(tmp_path: Path, *arguments: str) -> subprocess.Popen[str]:
    script = tmp_path / "work.py"
    script.write_text(WORK)
    return _start([sys.executable, str(script), *arguments])


def _start(command: list[str]) -> subprocess.Popen[str]:
    # As a terminal does: a group of processes of its own, to all of which Ctrl-C is told.
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )


def wait_for(stream: object, word: str) -> None:
    for line in stream:  # type: ignore[attr-defined]
        if word in line:
            return
    raise AssertionError(f"it ended before it said {word!r}")


def group_is_gone(group: int) -> bool:
    for _ in range(100):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_it_says_what_can_be_relied_on_and_ends(tmp_path: Path, number: signal.Signals, status: int) -> None:
    process = start(tmp_path)
    wait_for(process.stdout, "ready")
    if number == signal.SIGINT:  # and again, by one who does not wait
        os.killpg(process.pid, number)
        os.killpg(process.pid, number)
    else:
        process.send_signal(number)
    _, said = process.communicate(timeout=30)
    assert process.returncode == status
    assert said == "\nStopped. Nothing was lost.\n"
    assert group_is_gone(process.pid)


def test_what_belongs_together_is_finished_first(tmp_path: Path) -> None:
    process = start(tmp_path, "finishing")
    wait_for(process.stdout, "ready")
    os.killpg(process.pid, signal.SIGINT)
    out, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "finished" in out
    assert said == "\nStopped. It was finished.\n"


def test_a_child_that_is_being_started_says_nothing(tmp_path: Path) -> None:
    process = start(tmp_path, "starting")
    wait_for(process.stdout, "ready")
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 143
    assert said == "\nStopped. Nothing was lost.\n"
    assert group_is_gone(process.pid)


@pytest.mark.parametrize(
    ("number", "status", "line"), [(signal.SIGINT, 130, "checking"), (signal.SIGTERM, 143, "starting")]
)
def test_a_build_that_is_stopped(
    data: Path, tmp_path: Path, number: signal.Signals, status: int, line: str
) -> None:
    process = _start([str(VARDFLODE), "build", "--raw", str(data.parent / "raw"), "--data", str(tmp_path)])
    wait_for(process.stderr, line)
    os.killpg(process.pid, number)
    _, said = process.communicate(timeout=30)
    assert process.returncode == status
    assert "Stopped. The warehouse in force is untouched." in said
    assert "Traceback" not in said
    assert group_is_gone(process.pid)
