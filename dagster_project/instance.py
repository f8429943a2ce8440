"""Dagster's memory of runs and checks: one folder in the data folder, the same for command line and UI."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import shutil
import sqlite3
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from vardflode.common.kept import discard
from vardflode.common.progress import progress
from vardflode.data_folder import Folder
from vardflode.settings import Settings

if TYPE_CHECKING:
    import dagster as dg

DAGSTER_YAML = """# Written by vardflode. Nothing leaves this machine.
telemetry:
  enabled: false
nux:
  enabled: false
event_log_storage:
  module: dagster_project.internals
  class: EventLog
  config:
    base_dir: {events}
# What is printed goes to the terminal alone, and not by way of processes that copy it.
compute_logs:
  module: dagster._core.storage.noop_compute_log_manager
  class: NoOpComputeLogManager
# The sensor looks every minute: how often it found nothing is not kept.
retention:
  schedule:
    purge_after_days: 365
  sensor:
    purge_after_days: {{skipped: 1, failure: 30, success: 365}}
"""
# A build a day for a season; each run keeps a megabyte or two.
KEPT_RUNS = 100
STARTED_BY = {"vardflode/started_by": "command line"}


def instance_folder(settings: Settings) -> Path:
    """DAGSTER_HOME of this data folder, made ready."""
    home = settings.data / Folder.DAGSTER
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    _mend(home)
    settings.guard_data()
    home = _addressable(home)
    events = json.dumps(str(home / "history" / "runs"))
    (home / "dagster.yaml").write_text(DAGSTER_YAML.format(events=events), encoding="utf-8")
    os.environ["DAGSTER_HOME"] = str(home)
    os.environ["DAGSTER_DISABLE_TELEMETRY"] = "1"
    return home


def _addressable(home: Path) -> Path:
    """The folder by a name that can stand in the address of a database, where these have a meaning."""
    if "%" not in str(home):
        return home
    link = Path(tempfile.mkdtemp(prefix="vardflode-")) / Folder.DAGSTER
    link.symlink_to(home)
    atexit.register(shutil.rmtree, link.parent, ignore_errors=True)
    return link


def _mend(home: Path) -> None:
    """Remove what cannot be read of the log of runs: Dagster begins anew there."""
    history, schedules = home / "history", home / "schedules"
    if any(map(_is_damaged, (history / "runs.db", history / "runs" / "index.db"))):
        progress.warning("the log of runs begins anew: %s was damaged", history)
        discard(history)
    if _is_damaged(schedules / "schedules.db"):
        progress.warning("sensor and schedules are off again, as at first: %s was damaged", schedules)
        discard(schedules)
    for run in (history / "runs").glob("*.db"):
        if _is_damaged(run):
            progress.warning("the log of a run is gone: %s was damaged", run)
            _discard_database(run)


def _is_damaged(database: Path) -> bool:
    if not database.exists():
        return False
    try:
        with contextlib.closing(sqlite3.connect(database)) as con:
            return bool(con.execute("pragma quick_check(1)").fetchone() != ("ok",))
    except sqlite3.DatabaseError as error:
        return "locked" not in str(error)  # by the UI, which works with it


def _discard_database(path: Path) -> None:
    for leftover in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
        discard(leftover)


def end_dead_runs(instance: dg.DagsterInstance) -> None:
    """Say of runs that died with their process that they did. The data folder's lock must be held."""
    from dagster import DagsterRunStatus, RunsFilter  # takes a second: not before it is needed

    dead = RunsFilter(tags=STARTED_BY, statuses=[DagsterRunStatus.STARTED])
    for run in instance.get_runs(dead):
        instance.report_run_failed(run, "The process ended before the run did.")


def prune_runs(instance: dg.DagsterInstance, home: Path) -> None:
    """Forget all but the newest runs."""
    for run in instance.get_runs()[KEPT_RUNS:]:
        if run.is_finished:
            instance.delete_run(run.run_id)
            _discard_database(home / "history" / "runs" / f"{run.run_id}.db")
