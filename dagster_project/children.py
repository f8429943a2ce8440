"""Processes that a process starts to share its work."""

from __future__ import annotations

import multiprocessing
import os
import threading
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.util import Finalize


def pool(size: int) -> ProcessPoolExecutor:
    """So many processes to hand work to. They end with the one that started them, however that ends."""
    # Spawned and not forked: the process has threads (DuckDB, Polars, Dagster).
    spawned = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(size, mp_context=spawned, initializer=_end_with_parent)


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
