"""Independent pieces of work on several cores."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TypeVar

Work = TypeVar("Work")
Done = TypeVar("Done")


def in_parallel(solve: Callable[[Work], Done], work: Sequence[Work], cores: int) -> Iterator[Done]:
    """Solve each piece; what comes out is in the order of the work, however many cores there are."""
    if cores == 1 or len(work) < 2:
        yield from map(solve, work)
        return
    # Spawned and not forked: the process has threads (DuckDB, Polars, Dagster).
    with ProcessPoolExecutor(min(cores, len(work)), mp_context=get_context("spawn")) as pool:
        yield from pool.map(solve, work)
