"""Whoever runs the checks runs the same: by hand, before a commit, before a push, on the forge."""

from __future__ import annotations

import os
import re

import yaml

from vardflode.settings import PROJECT

MAKEFILE = (PROJECT / "Makefile").read_text("utf-8")


def commands_of(script: str) -> list[str]:
    """What a shell script does, but for where and how strictly."""
    lines = [line for line in script.splitlines() if line and not line.startswith("#")]
    return [line for line in lines if not line.startswith(("set ", "cd "))]


def test_ci_runs_the_test_command_of_the_readme() -> None:
    script = PROJECT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert commands_of(script.read_text("utf-8")) == [".ci/browser", "make test"]
    assert os.access(PROJECT / ".ci" / "browser", os.X_OK)
    assert re.search(r"^make test\b", (PROJECT / "README.md").read_text("utf-8"), re.MULTILINE)


def test_the_forge_runs_that_on_every_python_that_can_be_installed() -> None:
    workflow = yaml.safe_load((PROJECT / ".github" / "workflows" / "ci.yml").read_text("utf-8"))
    (job,) = workflow["jobs"].values()
    assert [step["run"] for step in job["steps"] if "run" in step] == [".ci/run"]
    least, beyond = map(int, re.findall(r"\(3, (\d+)\)", MAKEFILE))
    assert job["strategy"]["matrix"]["python"] == [f"3.{minor}" for minor in range(least, beyond)]


def test_hooks_run_lint_before_a_commit_and_all_of_it_before_a_push() -> None:
    config = yaml.safe_load((PROJECT / ".pre-commit-config.yaml").read_text("utf-8"))
    (local,) = config["repos"]
    stages = {hook["entry"]: hook["stages"] for hook in local["hooks"]}
    assert stages == {"make lint": ["pre-commit"], ".ci/run": ["pre-push"]}
    assert set(config["default_install_hook_types"]) == {"pre-commit", "pre-push"}
    assert re.search(r"^test: lint$", MAKEFILE, re.MULTILINE)
