"""What is used of dbt that it does not promise to keep: all of it stands here, the versions are pinned.

- The project as it was parsed is handed over: dbt's own partial parsing reads every file of it again.
- dbt keeps its connection until the process ends: it is closed, so that the file is
  complete and can be moved.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner, dbtRunnerResult
from dbt.contracts.graph.manifest import Manifest


def invoke(
    arguments: Sequence[str], tell: Callable[[Any], None], parsed: bytes | None = None
) -> dbtRunnerResult:
    """Run a dbt command in this process.

    Args:
        arguments: of the command line.
        tell: called with each of dbt's events.
        parsed: `partial_parse.msgpack` of the project, which is then not parsed again.
    """
    project = Manifest.from_msgpack(parsed) if parsed else None
    result = dbtRunner(manifest=project, callbacks=[tell]).invoke([*arguments])
    if DuckDBConnectionManager._ENV is not None:
        DuckDBConnectionManager._ENV.close()
    DuckDBConnectionManager.close_all_connections()
    return result
