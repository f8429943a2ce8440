"""Processes that share the work of another end with it, and one that dies of its work is replaced."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from vardflode.common.children import DiedError, Expendable, memory_bound

PARENT = """
import os, sys
from vardflode.common.children import pool
if __name__ == "__main__":
    process = pool(1)
    print(process.submit(os.getpid).result(), flush=True)
    sys.stdin.read()
"""


def is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # One that has ended and that nobody has asked after (Linux).
    state = Path(f"/proc/{pid}/stat")
    return not state.exists() or ") Z " not in state.read_text(encoding="utf-8")


def test_a_child_does_not_outlive_a_parent_that_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(PARENT, encoding="utf-8")
    parent = subprocess.Popen([sys.executable, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert is_there(child)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    until = time.monotonic() + 30
    while is_there(child) and time.monotonic() < until:
        time.sleep(0.1)
    assert not is_there(child)


def nothing() -> None:
    pass


def add(_tell: Callable[[Any], None], a: int, b: int) -> int:
    return a + b


def abort(tell: Callable[[Any], None]) -> None:
    tell("begun")
    os.abort()


def wait(tell: Callable[[Any], None]) -> None:
    tell("begun")
    time.sleep(600)


def kill(_tell: Callable[[Any], None]) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def panic(_tell: Callable[[Any], None]) -> None:
    """As Polars' panics are: none of Python's usual exceptions."""
    raise GeneratorExit


def take_all_memory(_tell: Callable[[Any], None]) -> int:
    return len(bytearray(memory_bound() + 1))


def fail(_tell: Callable[[Any], None]) -> None:
    raise ValueError("said by the work")


def own_number(tell: Callable[[Any], None]) -> int:
    return os.getpid()


@pytest.fixture(scope="module")
def expendable() -> Expendable:
    return Expendable(nothing)


@pytest.mark.parametrize(
    ("work", "seconds", "how", "told", "by_itself"),
    [
        (abort, 60, "it broke down (Aborted)", ["begun"], True),
        (wait, 1, "it took more than 1 seconds", ["begun"], False),
        (kill, 60, "it was ended by the system, as when memory runs out", [], False),
        (panic, 60, "it broke down (panic)", [], True),
    ],
)
def test_a_process_may_die_and_the_next_work_is_done(
    expendable: Expendable, work: Any, seconds: int, how: str, told: list[str], by_itself: bool
) -> None:
    assert expendable.run(add, 1, 2, seconds=60) == 3
    with pytest.raises(DiedError) as death:
        expendable.run(work, seconds=seconds)
    assert (death.value.how, death.value.told, death.value.by_itself) == (how, told, by_itself)
    assert expendable.run(add, 3, 4, seconds=60) == 7


def test_one_that_was_ended_gives_its_memory_back_and_the_next_work_gets_another(
    expendable: Expendable,
) -> None:
    first = expendable.run(own_number, seconds=60)
    expendable.end()
    assert not is_there(first)
    assert expendable.run(own_number, seconds=60) != first


def test_what_the_work_raises_is_raised_and_memory_has_an_end(expendable: Expendable) -> None:
    with pytest.raises(ValueError, match="said by the work"):
        expendable.run(fail, seconds=60)
    with pytest.raises(MemoryError):
        expendable.run(take_all_memory, seconds=60)
    assert expendable.run(add, 1, 1, seconds=60) == 2
