"""A process of its own for the expectations: Great Expectations takes seconds to import, which it can do
while the deliveries are read.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache

import duckdb

from vardflode.common.children import pool
from vardflode.common.collector import nothing_collected
from vardflode.deliveries.intake import READER
from vardflode.expectations.run import Result, run_suites
from vardflode.expectations.suites import Suite, load_suites
from vardflode.settings import PROJECT, Settings

SUITES = PROJECT / "expectations"


@cache
def worker() -> ProcessPoolExecutor:
    """The process, which begins to import as soon as it is asked for."""
    process = pool(1)
    process.submit(_import)
    return process


def nothing() -> None:
    """Nothing to do meanwhile."""


def judge_suites(
    connect: Callable[[Settings], duckdb.DuckDBPyConnection],
    settings: Settings,
    layer: str,
    known: Sequence[Result],
    meanwhile: Callable[[], None] = nothing,
) -> list[Result]:
    """`run_suites` for a layer (`delivered`, `marts`) in the worker, on what `connect` opens there.

    `meanwhile` is done here; afterwards where memory is short.
    """
    READER.end()  # what has read the deliveries gives its memory to the databases
    judged = worker().submit(_judge, connect, settings, layer, known)
    if not settings.is_short_of_memory:
        meanwhile()
        return judged.result()
    results = judged.result()
    worker().shutdown()  # what it has imported is a third of a gigabyte
    worker.cache_clear()
    meanwhile()
    return results


def suites_of(layer: str) -> list[Suite]:
    """The suites on the tables of a layer."""
    return [suite for suite in load_suites(SUITES) if suite.table.startswith(f"{layer}.")]


def _judge(
    connect: Callable[[Settings], duckdb.DuckDBPyConnection],
    settings: Settings,
    layer: str,
    known: Sequence[Result],
) -> list[Result]:
    with contextlib.closing(connect(settings)) as con:
        return run_suites(con, suites_of(layer), known=known)


def _import() -> None:
    with nothing_collected():
        import great_expectations  # noqa: F401
