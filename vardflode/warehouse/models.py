"""Run dbt in this process: parse the project, build a selection of it in the candidate."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from vardflode.common.database import options
from vardflode.common.fingerprint import project_fingerprint
from vardflode.common.kept import SEAL, broken, discard, seal
from vardflode.common.progress import progress
from vardflode.common.yaml_files import read_yaml
from vardflode.data_folder import Folder
from vardflode.settings import PROJECT, Settings

DBT = PROJECT / "dbt"
# The project as parsed, first when it is installed (`make install`).
PARSED = DBT / "target" / "parsed"
_PARSED_FILES = ("manifest.json", "partial_parse.msgpack")
# Unit tests judge the SQL, not the data: the project's tests run them, not every build. Exposures only tell.
NOT_IN_A_BUILD = "test_type:unit resource_type:exposure"


class ModelsError(Exception):
    """dbt could not work at all; the message says why."""


@dataclass(frozen=True)
class NodeResult:
    """What became of one dbt node. `status`: success, pass, warn, fail, error or skipped."""

    unique_id: str
    name: str
    is_test: bool
    status: str
    message: str
    failures: int = 0
    seconds: float = 0.0
    sql: str = ""

    @property
    def is_good(self) -> bool:
        """Whether what depends on it may go on."""
        return self.status in ("success", "pass", "warn")


@cache
def variables() -> Mapping[str, Any]:
    """The project's variables: measures, breakdowns, and what else the SQL is written by."""
    return dict(read_yaml((DBT / "dbt_project.yml").read_text(encoding="utf-8"))["vars"])


def manifest(settings: Settings) -> dict[str, Any]:
    """dbt's own description of the project: parsed once for each version of the project's files."""
    target = _target(settings)
    if damage := broken(target):
        if target.exists():
            progress.warning("dbt's parsed project is made again: %s", damage)
        for leftover in target.parent.glob("manifest-*"):  # of this version, half copied, and of older ones
            discard(leftover)
        parsed = PARSED / target.name
        if broken(parsed):
            _invoke(settings, target, ["parse"])
            seal(target, _PARSED_FILES)
            with contextlib.suppress(
                OSError
            ):  # a project that cannot be written to is parsed for each data folder
                discard(PARSED)
                _copy(target, parsed)
        else:
            _copy(parsed, target)
    return json.loads((target / "manifest.json").read_text(encoding="utf-8"))


def _copy(parsed: Path, target: Path) -> None:
    """Copy what was parsed; the seal last, so that a copy that was broken off is not taken for whole."""
    target.mkdir(parents=True, exist_ok=True)
    for name in (*_PARSED_FILES, SEAL):
        shutil.copyfile(parsed / name, target / name)


def run_models(settings: Settings, select: Sequence[str] = ()) -> list[NodeResult]:
    """Build the selected nodes (all, if none is named) in the candidate, with their tests.

    Raises:
        ModelsError: dbt stopped before it built anything.
    """
    arguments = ["build", "--exclude", NOT_IN_A_BUILD]
    return _run(settings, [*arguments, "--select", *select] if select else arguments)


def run_unit_tests(settings: Settings) -> list[NodeResult]:
    """Judge the SQL by the project's unit tests; the types of what it reads are those of the candidate.

    Raises:
        ModelsError: dbt stopped before it judged anything.
    """
    return _run(settings, ["test", "--select", NOT_IN_A_BUILD])


def _run(settings: Settings, arguments: Sequence[str]) -> list[NodeResult]:
    manifest(settings)
    target = _target(settings)
    parsed = (target / "partial_parse.msgpack").read_bytes()
    return list(_results(_invoke(settings, target, [*arguments, "--no-write-json"], parsed).result))


def _target(settings: Settings) -> Path:
    return settings.data / Folder.DBT / f"manifest-{project_fingerprint(DBT)[:16]}"


def _invoke(settings: Settings, target: Path, arguments: list[str], parsed: bytes | None = None) -> Any:
    """Run a dbt command; `parsed` is the project as it was parsed before, which is then not done again."""
    os.environ["DO_NOT_TRACK"] = "1"
    os.environ["VARDFLODE_CANDIDATE"] = str(settings.candidate)
    os.environ |= {f"VARDFLODE_DATABASE_{name.upper()}": str(is_) for name, is_ in options(settings).items()}
    from vardflode.warehouse.dbt_internals import invoke  # takes a second: not before it is needed

    target.mkdir(parents=True, exist_ok=True)
    folders = ["--project-dir", str(DBT), "--profiles-dir", str(DBT)]
    folders += ["--target-path", str(target), "--log-path", str(settings.data / Folder.DBT / "logs")]
    quiet = ["--log-level", "none", "--no-use-colors", "--no-send-anonymous-usage-stats"]
    variables = ["--vars", json.dumps({"max_move": settings.max_move})]
    result = invoke([*quiet, *arguments, *folders, *variables], _tell, parsed)
    if result.exception is not None:
        raise ModelsError(f"dbt {arguments[0]} stopped: {result.exception}")
    return result


def _tell(event: Any) -> None:
    """A line of progress for each mart that is built."""
    if event.info.name == "LogModelResult" and event.data.node_info.node_relation.schema == "marts":
        progress.info("  marts.%s: %s", event.data.node_info.node_name, event.data.status)


def _results(run: Any) -> Iterator[NodeResult]:
    for result in run.results:
        yield NodeResult(
            unique_id=result.node.unique_id,
            name=result.node.name,
            is_test=result.node.resource_type == "test",
            status=str(result.status),
            message=(result.message or "").strip(),
            failures=result.failures or 0,
            seconds=result.execution_time,
            sql=getattr(result.node, "compiled_code", None) or "",
        )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as data:
        manifest(Settings(data=Path(data)))
