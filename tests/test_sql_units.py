"""dbt's unit tests: one a rule of the definitions, run against the tables of a built warehouse."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import yaml

from vardflode.settings import PROJECT

DBT = PROJECT / "dbt"


def test_every_rule_holds(warehouse: Path, tmp_path: Path) -> None:
    tests = [
        test["name"]
        for path in DBT.glob("models/**/*.yml")
        for test in yaml.safe_load(path.read_text(encoding="utf-8")).get("unit_tests", ())
    ]
    assert len(tests) >= 18
    copy = tmp_path / "warehouse.duckdb"
    shutil.copyfile(warehouse, copy)
    run = subprocess.run(
        [
            str(Path(sys.executable).with_name("dbt")),
            *("test", "--select", "test_type:unit"),
            *("--project-dir", str(DBT), "--profiles-dir", str(DBT)),
            *("--target-path", str(tmp_path / "target"), "--log-path", str(tmp_path)),
        ],
        env={**os.environ, "VARDFLODE_CANDIDATE": str(copy), "DO_NOT_TRACK": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout
    assert f"PASS={len(tests)} " in run.stdout
