"""How a command opens a DuckDB database: within the memory of the settings, spilling beside the candidate.

At one moment of a build either deliveries are read (`Settings.files_at_once`), or one database is at work, or
two that share the memory: so that all together stay within the setting.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import duckdb

from vardflode.settings import Settings


def connect(
    settings: Settings, path: Path | None = None, *, read_only: bool = False, at_work: int = 1
) -> duckdb.DuckDBPyConnection:
    """Open a database file; one in memory where none is named. `at_work`: databases that share the memory."""
    if not read_only:  # who only reads may have no right to write there
        settings.candidate.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return duckdb.connect(
        str(path or ":memory:"), read_only=read_only, config=options(settings, at_work=at_work)
    )


def options(settings: Settings, *, at_work: int = 1) -> dict[str, Any]:
    """DuckDB's configuration, for the opening: where it spills cannot be told to one that is in use."""
    # Files that are spilled have the same names in each process.
    spill = settings.candidate.parent / f"spill.{os.getpid()}"
    return {
        "memory_limit": f"{int(settings.memory_bytes / at_work)}B",
        "threads": settings.database_threads,
        "temp_directory": str(spill),
    }
