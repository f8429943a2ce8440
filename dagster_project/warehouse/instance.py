"""Dagster's memory of runs and checks: one folder in the data folder, the same for command line and UI."""

from __future__ import annotations

import os
from pathlib import Path

from dagster_project.settings import Settings

DAGSTER_YAML = """# Written by vardflode. Nothing leaves this machine.
telemetry:
  enabled: false
nux:
  enabled: false
"""


def instance_folder(settings: Settings) -> Path:
    """DAGSTER_HOME of this data folder, made ready."""
    home = settings.data / "dagster"
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    settings.data.chmod(0o700)
    (home / "dagster.yaml").write_text(DAGSTER_YAML, encoding="utf-8")
    os.environ["DAGSTER_HOME"] = str(home)
    os.environ["DAGSTER_DISABLE_TELEMETRY"] = "1"
    return home
