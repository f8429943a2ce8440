"""Processes that a process starts to share its work, or to do what it may not survive."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import resource
import signal
import threading
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnContext, SpawnProcess
from multiprocessing.process import BaseProcess
from multiprocessing.util import Finalize
from pathlib import Path
from typing import Any

from vardflode.common.stopping import held_back

# Libraries reserve some address space that they never use.
_LEAST_MEMORY = 4 << 30
_READY, _TOLD, _DONE, _RAISED = range(4)
# After a panic in Rust code nothing in the process can be relied on: it ends, with this status.
_PANICKED = 70


def _tidy_in_silence() -> None:
    """Of a process that was stopped Python's own tidying would tell a person what it tidied."""
    os.environ["PYTHONWARNINGS"] = "ignore::UserWarning:multiprocessing.resource_tracker"


class _Process(SpawnProcess):
    """Ctrl-C in a terminal is told to all processes at once: only the first has something to say to it."""

    def start(self) -> None:
        """Start with the signal held back, from the first line that the process runs; and not half: one that
        is there, and is not told what to do, complains of it.
        """
        _tidy_in_silence()
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            with held_back():
                super().start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _Spawned(SpawnContext):
    Process = _Process


# Spawned and not forked: the process that starts them has threads (DuckDB, Polars, Dagster).
_SPAWN = _Spawned()


def pool(size: int) -> ProcessPoolExecutor:
    """So many processes to hand work to. They end with the one that started them, however that ends."""
    _tidy_in_silence()
    return ProcessPoolExecutor(size, mp_context=_SPAWN, initializer=_end_with_parent)


def memory_bound() -> int:
    """Bytes that an `Expendable` may use: as many as the machine has."""
    return max(_LEAST_MEMORY, os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))


class DiedError(Exception):
    """A process died of its work.

    `how` says of what; `told` is what it had told until then. `by_itself` is False where it was ended by the
    system, as for want of memory, or because its time was over: another try may go better.
    """

    def __init__(self, how: str, told: list[Any], *, by_itself: bool) -> None:
        """Keep what is known of the death."""
        super().__init__(how)
        self.how, self.told, self.by_itself = how, told, by_itself


class NotStartedError(Exception):
    """No process could be started: the fault of no piece of work."""


class Expendable:
    """A process that does one piece of work after the other and may die of it: the next piece gets another.

    It is bounded in memory (`memory_bound`), and in time at each piece of work.
    """

    def __init__(self, imports: Callable[[], None]) -> None:
        """`imports` is done, and its module imported, before the process is ready."""
        self._imports = imports
        self._turn = threading.Lock()
        self._process: BaseProcess | None = None
        self._connection: Connection | None = None
        self._is_ready = False

    def start(self) -> None:
        """Start the process, unless there is one: it makes itself ready meanwhile."""
        if self._process is None or not self._process.is_alive():
            self._connection, theirs = _SPAWN.Pipe()
            self._process = _SPAWN.Process(target=_serve, args=(theirs, self._imports), daemon=True)
            self._process.start()
            self._is_ready = False
            theirs.close()

    def end(self) -> None:
        """End the process: the next piece of work gets another."""
        with self._turn:
            self._end_unless(False)

    def run(self, work: Callable[..., Any], *arguments: Any, seconds: float) -> Any:
        """What `work(tell, *arguments)` returns in the process; `tell` keeps what is to be known of a death.

        Raises:
            DiedError: the process died of it, or had not done it after so many seconds.
            NotStartedError: no process could be started.
            Exception: what `work` raised; a note of it says where.
        """
        with self._turn:
            self.start()
            try:
                if not self._is_ready:
                    self._listen(seconds)
                    self._is_ready = True
            except DiedError as error:
                raise NotStartedError(f"a process to read deliveries could not be started: {error}") from None
            finally:
                self._end_unless(self._is_ready)
            is_done = False
            try:
                with contextlib.suppress(BrokenPipeError):  # it died since: told when we listen
                    self._there().send((work, arguments))
                kind, answer = self._listen(seconds)
                is_done = True
            finally:
                # Also when we are stopped: its answer would be taken for that to the next question.
                self._end_unless(is_done)
        if kind == _RAISED:
            raise answer
        return answer

    def _there(self) -> Connection:
        assert self._connection is not None
        return self._connection

    def _listen(self, seconds: float) -> tuple[int, Any]:
        """The next thing that it says which is no `tell`."""
        told: list[Any] = []
        until = time.monotonic() + seconds
        try:
            while self._there().poll(until - time.monotonic()):
                kind, body = self._there().recv()
                if kind != _TOLD:
                    return kind, body
                told.append(body)
        except (EOFError, OSError):
            assert self._process is not None
            self._process.join()
            status = self._process.exitcode or 0
            raise DiedError(_how(status), told, by_itself=status != -signal.SIGKILL) from None
        raise DiedError(f"it took more than {seconds:.0f} seconds", told, by_itself=False)

    def _end_unless(self, is_well: bool) -> None:
        if not is_well and self._process is not None:
            self._process.kill()
            self._process.join()
            self._there().close()
            self._process = self._connection = None


def place_of(error: BaseException) -> str:
    """Where in the code an error was raised, here or in an `Expendable`."""
    if notes := getattr(error, "__notes__", []):
        return str(notes[0])
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{Path(frame.filename).name}, line {frame.lineno}"


def _how(status: int) -> str:
    if status == -signal.SIGKILL:
        return "it was ended by the system, as when memory runs out"
    if status < 0:
        return f"it broke down ({signal.strsignal(-status)})"
    return "it broke down (panic)" if status == _PANICKED else f"it ended with status {status}"


def _serve(connection: Connection, imports: Callable[[], None]) -> None:
    """What an `Expendable` does all its life."""
    _end_with_parent()
    imports()
    _bound()
    speaking = threading.Lock()

    def say(kind: int, body: Any) -> None:
        with speaking:
            connection.send((kind, body))

    say(_READY, None)
    # What libraries print when they break is no message for a person.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    with contextlib.suppress(EOFError):
        while True:
            work, arguments = connection.recv()
            try:
                say(_DONE, work(lambda body: say(_TOLD, body), *arguments))
            except Exception as error:
                error.add_note(place_of(error))  # its traceback stays here
                say(_RAISED, error)
            except BaseException:
                os._exit(_PANICKED)


def _bound() -> None:
    """No more memory than there is; no picture of the memory on the disk; the first to go if it runs out."""
    for limit, size in ((resource.RLIMIT_AS, memory_bound()), (resource.RLIMIT_CORE, 0)):
        hard = resource.getrlimit(limit)[1]
        with contextlib.suppress(ValueError, OSError):  # not every system has them
            resource.setrlimit(
                limit, (size, size) if hard == resource.RLIM_INFINITY else (min(size, hard), hard)
            )
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")


def _end_with_parent() -> None:
    """A process that is killed cannot tell its children, and they would wait for work for ever.

    One that is told to end has nothing to put away: it need not unload all that it has imported.
    """
    Finalize(None, os._exit, args=(0,), exitpriority=-100)
    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
