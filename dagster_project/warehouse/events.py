"""Dagster's log of events in SQLite, with its files held open.

A build writes some five hundred events. Dagster opens and closes a file for every one of them, and the last
one to close writes the whole log back: that costs five times as much as the event.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import sqlalchemy
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._serdes import ConfigurableClassData

# The index of all runs, the run that works, and the ones that somebody looks at.
_FILES_HELD = 8


class EventLog(SqliteEventLogStorage):
    """What Dagster's own class does and keeps, in the same files."""

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Any) -> EventLog:
        """Made by Dagster from `dagster.yaml`."""
        return cls(inst_data=inst_data, **config_value)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[sqlalchemy.Connection]:
        with self._db_lock:
            engine = _engine(self.conn_string_for_shard(shard))
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            with engine.begin() as connection:
                yield connection


@lru_cache(_FILES_HELD)
def _engine(url: str) -> sqlalchemy.Engine:
    engine = sqlalchemy.create_engine(url, connect_args={"timeout": 60})
    # Written whole at every event, and to the disk now and then: a power cut loses lines of a log, no more.
    sqlalchemy.event.listen(engine, "connect", lambda raw, _: raw.execute("pragma synchronous = normal"))
    return engine
