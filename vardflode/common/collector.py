"""Python's collector of cyclic garbage, where it takes time and finds nothing.

What is imported or parsed stays: the collector looks through it again and again while it grows, and once more
at the end. Without it a build of a very small country takes 49 s of processor time instead of 59.
"""

from __future__ import annotations

import atexit
import gc
from collections.abc import Iterator
from contextlib import contextmanager


def collect_nothing() -> None:
    """For a process that ends with its work."""
    gc.disable()
    atexit.register(gc.freeze)


@contextmanager
def nothing_collected() -> Iterator[None]:
    """For imports: what is there afterwards is not looked at again."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
