"""What has been done to the candidate so far: kept beside it, so that a part can be done again alone."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from dagster_project.expectations.run import Result
from dagster_project.settings import Settings
from dagster_project.warehouse.models import NodeResult


@dataclass
class Check:
    """One dbt test: whether it passed, and what was found."""

    name: str
    severity: str
    passed: bool
    observed: str


@dataclass
class State:
    """Models that were built, and dbt tests and expectations that were made, in the candidate."""

    fingerprint: str = ""
    models: dict[str, str] = field(default_factory=dict)
    tests: dict[str, Check] = field(default_factory=dict)
    expectations: dict[str, Result] = field(default_factory=dict)

    def record_models(self, results: Iterable[NodeResult]) -> None:
        """Add what dbt did."""
        for result in results:
            if result.is_test:
                severity = "warning" if result.status == "warn" else "critical"
                passed = result.status == "pass"
                self.tests[result.unique_id] = Check(result.name, severity, passed, result.message)
            else:
                self.models[result.unique_id] = result.status

    def record_expectations(self, results: Iterable[Result]) -> None:
        """Add what the expectations found."""
        self.expectations.update({f"{result.table}.{result.name}": result for result in results})

    def of_delivered_rows(self) -> dict[str, Result]:
        """What the expectations found in the delivered rows, before any model."""
        return {name: r for name, r in self.expectations.items() if r.table.startswith("delivered.")}

    def missing(self, nodes: Iterable[str]) -> list[str]:
        """Of these models the ones that are not there, or not whole."""
        return [node for node in nodes if self.models.get(node) != "success"]

    def failed(self) -> list[Check | Result]:
        """Critical checks that failed: the candidate must not be taken into force."""
        checks: list[Check | Result] = [*self.tests.values(), *self.expectations.values()]
        return [check for check in checks if not check.passed and check.severity == "critical"]

    def summary(self) -> dict[str, Any]:
        """How many checks there are, and every one that did not pass."""
        told = [
            {"name": test.name, "observed": test.observed, "means": ""}
            for test in self.tests.values()
            if not test.passed
        ] + [
            {"name": f"{result.table} {result.name}", "observed": result.observed, "means": result.means_sv}
            for result in self.expectations.values()
            if not result.passed
        ]
        return {"made": len(self.tests) + len(self.expectations), "told": told}


def state_file(settings: Settings) -> Path:
    """Where the candidate's state lies."""
    return settings.candidate.parent / "state.json"


def read_state(settings: Settings) -> State:
    """The candidate's state; a new one where there is none."""
    path = state_file(settings)
    if not path.is_file():
        return State()
    body = json.loads(path.read_text(encoding="utf-8"))
    tests = {name: Check(**check) for name, check in body["tests"].items()}
    expectations = {name: Result(**result) for name, result in body["expectations"].items()}
    return State(body["fingerprint"], body["models"], tests, expectations)


def write_state(settings: Settings, state: State) -> None:
    """Write the candidate's state, whole or not at all."""
    write_json(state_file(settings), asdict(state))


def write_json(path: Path, body: object) -> None:
    """Write a JSON file, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}")
    temporary.write_text(json.dumps(body, indent=1, sort_keys=True, ensure_ascii=False), encoding="utf-8")
    temporary.replace(path)


def copy_in_force(settings: Settings) -> None:
    """Begin from the warehouse in force, where there is no candidate: for a part that is done again alone."""
    if settings.candidate.is_file() or not settings.warehouse.is_file():
        return
    settings.candidate.parent.mkdir(parents=True, exist_ok=True)
    temporary = settings.candidate.with_suffix(".copy")
    shutil.copyfile(settings.warehouse, temporary)
    temporary.chmod(0o600)
    shutil.copyfile(settings.data / "state.json", state_file(settings))
    temporary.replace(settings.candidate)
