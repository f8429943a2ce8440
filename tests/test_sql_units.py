"""dbt's unit tests: one a rule of the definitions, run against the tables of a built warehouse."""

from __future__ import annotations

import shutil
from pathlib import Path

import yaml

from vardflode.settings import PROJECT, Settings
from vardflode.warehouse.models import run_unit_tests


def test_every_rule_holds(data: Path, tmp_path: Path) -> None:
    tests = [
        test["name"]
        for path in (PROJECT / "dbt").glob("models/**/*.yml")
        for test in yaml.safe_load(path.read_text(encoding="utf-8")).get("unit_tests", ())
    ]
    assert len(tests) >= 18
    settings = Settings(data=tmp_path)
    settings.candidate.parent.mkdir()
    shutil.copyfile(data / "warehouse.duckdb", settings.candidate)
    results = run_unit_tests(settings)
    assert {result.name: result.message for result in results if result.status != "pass"} == {}
    assert sorted(result.name for result in results) == sorted(tests)
