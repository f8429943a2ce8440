"""One Parquet file by its name: readers take signs in a path for patterns, and `name=value` for a column."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import polars as pl


def read_parquet(path: Path, columns: Sequence[str] | None = None) -> pl.DataFrame:
    """The rows of one file."""
    return pl.read_parquet(
        path, columns=list(columns) if columns else None, glob=False, hive_partitioning=False
    )


def parquet_sql(*paths: Path) -> str:
    """The same of one or several files, in DuckDB's SQL."""
    return f"read_parquet([{', '.join(map(file_sql, paths))}], hive_partitioning = false)"


def file_sql(path: Path) -> str:
    """A file's name in DuckDB's SQL, where a pattern is expected."""
    return "'" + re.sub(r"([*?\[])", r"[\1]", str(path)).replace("'", "''") + "'"
