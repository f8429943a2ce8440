"""What is used of Dagster that it does not promise to keep: all of it stands here, the version is pinned.

- A run made here is marked as the UI's own, so that the UI can run it, or its failed part, again. It is run
  by what the UI's own launcher calls.
- The log of events holds its SQLite files open. A build writes some five hundred events. Dagster opens and
  closes a file for every one of them, and the last one to close writes the whole log back: that costs five
  times as much as the event. At each it also looks for the tables and columns of new versions.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import dagster as dg
import sqlalchemy
from dagster._core.definitions.job_base import InMemoryJob
from dagster._core.execution.api import execute_run
from dagster._core.remote_origin import (
    ManagedGrpcPythonEnvCodeLocationOrigin,
    RemoteJobOrigin,
    RemoteRepositoryOrigin,
)
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.event_log.sqlite.sqlite_event_log import INDEX_SHARD_NAME
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin
from dagster._serdes import ConfigurableClassData

from dagster_project.ui import MODULE

if TYPE_CHECKING:
    from dagster._core.execution.execution_result import ExecutionResult


def recorded_run(instance: dg.DagsterInstance, job: dg.JobDefinition, **options: Any) -> ExecutionResult:
    """Run a job in this process, with a record of it as of a run that the UI started.

    Args:
        instance: which keeps the record.
        job: of the definitions that the UI has.
        options: of Dagster's `create_run_for_job`: `run_config`, `asset_selection`, `tags`.
    """
    location = ManagedGrpcPythonEnvCodeLocationOrigin(
        loadable_target_origin=LoadableTargetOrigin(module_name=MODULE), location_name=MODULE
    )
    origin = RemoteJobOrigin(RemoteRepositoryOrigin(location, "__repository__"), job.name)
    run = instance.create_run_for_job(job_def=job, remote_job_origin=origin, **options)
    return execute_run(InMemoryJob(job), run, instance, raise_on_error=False)


class EventLog(SqliteEventLogStorage):
    """What Dagster's own class does and keeps, in the same files: an index of all runs, and one a run.

    The index is held open, and the run that was written or looked at last.
    """

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        """Begin with no file open."""
        self._engines: dict[str, sqlalchemy.Engine] = {}
        self._there: set[str] = set()
        super().__init__(base_dir, inst_data)

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Any) -> EventLog:
        """Made by Dagster from `dagster.yaml`."""
        return cls(inst_data=inst_data, **config_value)

    def dispose(self) -> None:
        """Close the files."""
        self._close(set(self._engines))
        super().dispose()

    def has_table(self, table_name: str) -> bool:
        """Whether the log has a table: one that was there stays."""
        if table_name not in self._there and super().has_table(table_name):
            self._there.add(table_name)
        return table_name in self._there

    def _has_asset_key_col_on_connection(self, conn: sqlalchemy.Connection, column_name: str) -> bool:
        name = f"asset_keys.{column_name}"
        if name not in self._there and super()._has_asset_key_col_on_connection(conn, column_name):
            self._there.add(name)
        return name in self._there

    @contextmanager
    def _connect(self, shard: str) -> Iterator[sqlalchemy.Connection]:
        with self._db_lock:
            if shard not in self._engines:
                self._close(set(self._engines) - {INDEX_SHARD_NAME})
                self._engines[shard] = _engine(self.conn_string_for_shard(shard))
            if shard not in self._initialized_dbs:
                self._initdb(self._engines[shard])
                self._initialized_dbs.add(shard)
            with self._engines[shard].begin() as connection:
                yield connection

    def _close(self, shards: set[str]) -> None:
        for shard in shards:
            self._engines.pop(shard).dispose()


def _engine(url: str) -> sqlalchemy.Engine:
    engine = sqlalchemy.create_engine(url, connect_args={"timeout": 60})
    # Written whole at every event, and to the disk now and then: a power cut loses lines of a log, no more.
    sqlalchemy.event.listen(engine, "connect", lambda raw, _: raw.execute("pragma synchronous = normal"))
    return engine
