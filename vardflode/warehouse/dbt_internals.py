"""What is used of dbt that it does not promise to keep: all of it stands here, the versions are pinned.

- The project as it was parsed is handed over: dbt's own partial parsing reads every file of it again.
- Its events for those who debug it, twenty for each model and test, are told to nobody: they are not worded.
- dbt keeps its connection until the process ends: it is closed, so that the file is
  complete and can be moved.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner, dbtRunnerResult
from dbt.contracts.graph.manifest import Manifest
from dbt_common.events.base_types import BaseEvent, DebugLevel
from dbt_common.events.event_manager import EventManager
from dbt_common.events.event_manager_client import ctx_set_event_manager


def invoke(
    arguments: Sequence[str], tell: Callable[[Any], None], parsed: bytes | None = None
) -> dbtRunnerResult:
    """Run a dbt command in this process.

    Args:
        arguments: of the command line.
        tell: called with each of dbt's events that are not for debugging.
        parsed: `partial_parse.msgpack` of the project, which is then not parsed again.
    """
    project = Manifest.from_msgpack(parsed) if parsed else None
    ctx_set_event_manager(_Events())
    result = dbtRunner(manifest=project, callbacks=[tell]).invoke([*arguments])
    if DuckDBConnectionManager._ENV is not None:
        DuckDBConnectionManager._ENV.close()
    DuckDBConnectionManager.close_all_connections()
    return result


class _Events(EventManager):
    def fire_event(self, e: BaseEvent, *others: Any, **named: Any) -> None:
        if not isinstance(e, DebugLevel):
            super().fire_event(e, *others, **named)


def _say_nothing(self: DebugLevel, **_: Any) -> None:
    """In the place of wording an event that nobody is told."""


DebugLevel.__init__ = _say_nothing  # type: ignore[assignment, method-assign]
