"""Independent pieces of work on several cores."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import as_completed
from typing import TypeVar

from vardflode.common.children import pool

Work = TypeVar("Work")
Done = TypeVar("Done")


def in_parallel(
    solve: Callable[[Work], Done], work: Sequence[Work], cores: int
) -> Iterator[tuple[int, Done]]:
    """Solve each piece; yields its number in the work and what came of it, as soon as it is done."""
    if cores == 1 or len(work) < 2:
        yield from enumerate(map(solve, work))
        return
    with pool(min(cores, len(work))) as processes:
        waiting = {processes.submit(solve, piece): number for number, piece in enumerate(work)}
        try:
            for future in as_completed(waiting):
                yield waiting[future], future.result()
        finally:
            processes.shutdown(cancel_futures=True)
