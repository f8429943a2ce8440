"""Dagster's memory of runs and checks: one folder in the data folder, the same for command line and UI."""

from __future__ import annotations

import json
import os
from pathlib import Path

from dagster_project.settings import Settings

DAGSTER_YAML = """# Written by vardflode. Nothing leaves this machine.
telemetry:
  enabled: false
nux:
  enabled: false
event_log_storage:
  module: dagster_project.warehouse.events
  class: EventLog
  config:
    base_dir: {events}
"""


def instance_folder(settings: Settings) -> Path:
    """DAGSTER_HOME of this data folder, made ready."""
    home = settings.data / "dagster"
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    settings.guard_data()
    events = json.dumps(str(home / "history" / "runs"))
    (home / "dagster.yaml").write_text(DAGSTER_YAML.format(events=events), encoding="utf-8")
    os.environ["DAGSTER_HOME"] = str(home)
    os.environ["DAGSTER_DISABLE_TELEMETRY"] = "1"
    return home
