"""What has been done to the candidate so far: kept beside it, so that a part can be done again alone."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from dagster_project.settings import Settings
from dagster_project.warehouse.models import NodeResult


@dataclass
class Check:
    """One dbt test or expectation: whether it passed, and what was found."""

    name: str
    table: str
    severity: str
    passed: bool
    observed: str
    means: str = ""


@dataclass
class State:
    """Models that were built, and checks that were made, in the candidate."""

    fingerprint: str = ""
    models: dict[str, str] = field(default_factory=dict)
    checks: dict[str, Check] = field(default_factory=dict)

    def record_models(self, results: Iterable[NodeResult]) -> None:
        """Add what dbt did."""
        for result in results:
            if result.is_test:
                severity = "critical" if result.status != "warn" else "warning"
                self.checks[result.unique_id] = Check(
                    result.name, "", severity, result.status == "pass", result.message
                )
            else:
                self.models[result.unique_id] = result.status

    def record_expectations(self, results: Iterable[Any]) -> None:
        """Add what the expectations found."""
        for result in results:
            self.checks[f"{result.table}.{result.name}"] = Check(
                result.name, result.table, result.severity, result.passed, result.observed, result.means_en
            )

    def missing(self, nodes: Iterable[str]) -> list[str]:
        """Of these models the ones that are not there, or not whole."""
        return [node for node in nodes if self.models.get(node) != "success"]

    def failed(self) -> list[Check]:
        """Critical checks that failed: the candidate must not be taken into force."""
        return [check for check in self.checks.values() if not check.passed and check.severity == "critical"]


def state_file(settings: Settings) -> Path:
    """Where the candidate's state lies."""
    return settings.candidate.parent / "state.json"


def read_state(settings: Settings) -> State:
    """The candidate's state; a new one where there is none."""
    path = state_file(settings)
    if not path.is_file():
        return State()
    body = json.loads(path.read_text(encoding="utf-8"))
    checks = {name: Check(**check) for name, check in body["checks"].items()}
    return State(body["fingerprint"], body["models"], checks)


def write_state(settings: Settings, state: State) -> None:
    """Write the candidate's state, whole or not at all."""
    write_json(state_file(settings), asdict(state))


def write_json(path: Path, body: object) -> None:
    """Write a JSON file, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}")
    temporary.write_text(json.dumps(body, indent=1, sort_keys=True, ensure_ascii=False), encoding="utf-8")
    os.replace(temporary, path)


def copy_in_force(settings: Settings) -> None:
    """Begin from the warehouse in force, where there is no candidate: for a part that is done again alone."""
    if settings.candidate.is_file() or not settings.warehouse.is_file():
        return
    settings.candidate.parent.mkdir(parents=True, exist_ok=True)
    temporary = settings.candidate.with_suffix(".copy")
    shutil.copyfile(settings.warehouse, temporary)
    temporary.chmod(0o600)
    shutil.copyfile(settings.data / "state.json", state_file(settings))
    os.replace(temporary, settings.candidate)
