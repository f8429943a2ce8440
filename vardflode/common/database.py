"""How a build opens a DuckDB database: within the memory of the settings, spilling beside the candidate."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import duckdb

from vardflode.settings import Settings


def connect(
    settings: Settings, path: Path | None = None, *, read_only: bool = False
) -> duckdb.DuckDBPyConnection:
    """Open a database file; one in memory where none is named."""
    return duckdb.connect(str(path or ":memory:"), read_only=read_only, config=options(settings))


def options(settings: Settings) -> dict[str, Any]:
    """DuckDB's configuration, for the opening: where it spills cannot be told to one that is in use."""
    # Files that are spilled have the same names in each process.
    spill = settings.candidate.parent / f"spill.{os.getpid()}"
    spill.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return {
        "memory_limit": settings.memory,
        "threads": settings.database_threads,
        "temp_directory": str(spill),
    }
