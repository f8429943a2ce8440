"""What happens when a person presses Ctrl-C, or the machine asks the program to end (SIGTERM).

Everything that is written is written whole or not at all, so the program may end at any moment: it says what
the person can rely on, and ends at once, with 130 or 143. Its children end with it (`children`). A thread
waits for the signal: the main one may be deep in a database, and dbt and Dagster have handlers of their own.
"""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

# Standard error, whatever stands for it in Python.
STDERR = 2
SIGNALS = (signal.SIGINT, signal.SIGTERM)
_finishing = threading.RLock()
_promise = ""


def promise(text: str) -> None:
    """What a person who stops the program from now on can rely on."""
    global _promise
    _promise = text


def promised() -> str:
    """What the person can rely on now."""
    return _promise


@contextmanager
def not_interrupted(done: str) -> Iterator[None]:
    """For a few moves that belong together: a signal waits for them, and `done` is the promise then."""
    with _finishing:
        before = {}
        if threading.current_thread() is threading.main_thread():  # where a handler could raise
            before = {number: signal.signal(number, _noted) for number in SIGNALS}
        try:
            yield
            promise(done)
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


@contextmanager
def held_back() -> Iterator[None]:
    """The program ends after this, not in the midst of it."""
    with _finishing:
        yield


def _noted(*_: object) -> None:
    """Something must be called for a signal to be told to the thread that waits for it."""


def end_on_signals() -> None:
    """From now on Ctrl-C and SIGTERM end the program so. In the main thread; once is enough."""
    if signal.getsignal(signal.SIGTERM) is _noted:
        return
    for number in SIGNALS:
        signal.signal(number, _noted)
    ours, told = socket.socketpair()
    told.setblocking(False)
    signal.set_wakeup_fd(told.fileno(), warn_on_full_buffer=False)
    # What is written to standard error is sent elsewhere at times.
    terminal = os.dup(STDERR)
    threading.Thread(target=_wait, args=(ours, told, terminal), daemon=True).start()


def _wait(ours: socket.socket, _told: socket.socket, terminal: int) -> None:
    while True:
        for number in ours.recv(16):
            if number in SIGNALS:
                with _finishing:
                    os.write(terminal, f"\nStopped. {_promise}".rstrip().encode() + b"\n")
                    os._exit(128 + number)
