"""What has been done to the candidate so far: kept beside it, so that a part can be done again alone."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from vardflode.common.kept import DamagedError, broken, read_json, write_json
from vardflode.common.progress import progress
from vardflode.data_folder import File
from vardflode.expectations.page import write_page
from vardflode.expectations.run import Result
from vardflode.settings import Settings
from vardflode.warehouse.models import NodeResult


@dataclass
class Check:
    """One dbt test: whether it passed, and what was found."""

    name: str
    severity: str
    passed: bool
    observed: str

    @property
    def status(self) -> str:
        """As dbt says it."""
        return "pass" if self.passed else "warn" if self.severity == "warning" else "fail"


@dataclass
class State:
    """Models that were built, and dbt tests and expectations that were made, in the candidate."""

    fingerprint: str = ""
    # What the models were made by, and of: `recipe_fingerprint`, and a checksum of each delivered table.
    recipe: str = ""
    delivered: dict[str, str] = field(default_factory=dict)
    models: dict[str, str] = field(default_factory=dict)
    sql: dict[str, str] = field(default_factory=dict)
    tests: dict[str, Check] = field(default_factory=dict)
    expectations: dict[str, Result] = field(default_factory=dict)

    def record_models(self, results: Iterable[NodeResult], recipe: str) -> None:
        """Add what dbt did, by a recipe. Models of different recipes are a base for no other build."""
        if recipe != self.recipe:
            self.recipe = ""
        for result in results:
            if result.is_test:
                severity = "warning" if result.status == "warn" else "critical"
                passed = result.status == "pass"
                self.tests[result.unique_id] = Check(result.name, severity, passed, result.message)
            else:
                self.models[result.unique_id] = result.status
                self.sql[result.unique_id] = result.sql

    def results(self) -> list[NodeResult]:
        """Every model and dbt test as a result, the ones that were made for an earlier build among them."""
        models = [
            NodeResult(id_, id_.split(".")[-1], is_test=False, status=status, message="")
            for id_, status in self.models.items()
        ]
        tests = [
            NodeResult(id_, test.name, is_test=True, status=test.status, message=test.observed)
            for id_, test in self.tests.items()
        ]
        return models + tests

    def record_expectations(self, results: Iterable[Result]) -> None:
        """Add what the expectations found."""
        self.expectations.update({f"{result.table}.{result.name}": result for result in results})

    def of_delivered_rows(self) -> dict[str, Result]:
        """What the expectations found in the delivered rows, before any model."""
        return {name: r for name, r in self.expectations.items() if r.table.startswith("delivered.")}

    def write_page(self, path: Path, *, made_up: bool, last_year: int | None) -> None:
        """The page of what the expectations found."""
        results = sorted(self.expectations.values(), key=lambda result: result.table)
        write_page(results, path, made_up=made_up, last_year=last_year)

    def missing(self, nodes: Iterable[str]) -> list[str]:
        """Of these models the ones that are not there, or not whole."""
        return [node for node in nodes if self.models.get(node) != "success"]

    def failed(self) -> list[Check | Result]:
        """Critical checks that failed: the candidate must not be taken into force."""
        checks: list[Check | Result] = [*self.tests.values(), *self.expectations.values()]
        return [check for check in checks if not check.passed and check.severity == "critical"]

    def summary(self) -> dict[str, Any]:
        """How many checks there are and have passed, every one that did not, and every table that was empty
        where a critical one should have judged: that passes nothing in silence.
        """
        empty = Counter(
            result.table
            for result in self.expectations.values()
            if result.is_empty and result.severity == "critical"
        )
        told = [
            {"name": test.name, "observed": test.observed, "means": "", "means_en": ""}
            for test in self.tests.values()
            if not test.passed
        ] + [
            {
                "name": f"{result.table} {result.name}",
                "observed": result.observed,
                "means": result.means_sv,
                "means_en": result.means_en,
            }
            for result in self.expectations.values()
            if not result.passed
        ]
        told += [
            {
                "name": table,
                "observed": f"no rows, so {count} critical expectations had nothing to judge",
                "means": "Inget att pröva: har registret levererats?",
                "means_en": "Nothing to judge: was the register delivered?",
            }
            for table, count in sorted(empty.items())
        ]
        checks: list[Check | Result] = [*self.tests.values(), *self.expectations.values()]
        held = [c for c in checks if c.passed and not (isinstance(c, Result) and c.is_empty)]
        return {"made": len(checks), "passed": len(held), "told": told}


def state_file(settings: Settings) -> Path:
    """Where the candidate's state lies."""
    return settings.candidate.parent / "state.json"


def read_state(settings: Settings) -> State:
    """The candidate's state; a new one where there is none, or it is damaged: then nothing holds."""
    try:
        return read_json(state_file(settings), _state) or State()
    except DamagedError as error:
        progress.warning("built from nothing: %s", error)
        return State()


def read_state_in_force(settings: Settings) -> State | None:
    """The state of the warehouse in force, if it is known for sure.

    The seal is written last (`release`): without it the file and the state may be of different builds.
    """
    return None if broken(settings.data) else read_json(settings.data / File.STATE, _state)


def _state(body: dict[str, Any]) -> State:
    body["tests"] = {name: Check(**check) for name, check in body["tests"].items()}
    body["expectations"] = {name: Result(**result) for name, result in body["expectations"].items()}
    return State(**body)


def write_state(settings: Settings, state: State) -> None:
    """Write the candidate's state, whole or not at all."""
    write_json(state_file(settings), asdict(state))


def copy_in_force(settings: Settings) -> None:
    """Begin from the warehouse in force, where there is no candidate: for a part that is done again alone."""
    if settings.candidate.is_file() or not settings.warehouse.is_file():
        return
    settings.candidate.parent.mkdir(parents=True, exist_ok=True)
    temporary = settings.candidate.with_suffix(".copy")
    shutil.copyfile(settings.warehouse, temporary)
    temporary.chmod(0o600)
    shutil.copyfile(settings.data / File.STATE, state_file(settings))
    temporary.replace(settings.candidate)
