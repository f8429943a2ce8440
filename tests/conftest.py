"""Warehouses that many tests read: each is built once in a test session, by the command that users run."""

from __future__ import annotations

import fcntl
import gc
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from vardflode.settings import PROJECT
from vardflode.synth import generate

VARDFLODE = Path(sys.executable).with_name("vardflode")
# While everything is imported the collector of garbage would look through it again and again.
gc.disable()
# Large enough that the calibration test's standard errors are small (see test_synth_calibration).
NATIONAL_SCALE = 0.25
# Of the published set that many tests read.
WINDOWS = "2010-2012"
# Of the tables of licensed persons two years are enough for them: the gate takes two thirds of the time.
os.environ["VARDFLODE_YEARS"] = "20"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What waits for the largest country comes first: at the end, one process would wait for it alone."""
    items.sort(key=lambda item: "national_warehouse" not in getattr(item, "fixturenames", ()))


def pytest_collection_finish() -> None:
    """What was imported stays: the collector leaves it alone from here on."""
    gc.freeze()
    gc.enable()


def vardflode(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a user would."""
    return subprocess.run(
        [str(VARDFLODE), *map(str, arguments)],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        check=False,
    )


def copied_project(folder: Path) -> Path:
    """A copy of the project's own files, for a test that changes some of them."""
    for name in ("dagster_project", "vardflode", "dbt", "docs", "editions", "expectations"):
        shutil.copytree(PROJECT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "target"))
    for name in ("uv.lock", "vardflode.toml", "scenarier.yml"):
        shutil.copy(PROJECT / name, folder / name)
    return folder


def command_of(*arguments: object) -> list[str]:
    """The command, of the project in whose folder it is run."""
    return [sys.executable, "-c", "from vardflode.cli import main; main()", *map(str, arguments)]


@contextmanager
def once(folder: Path) -> Iterator[bool]:
    """Whether this process is the first of the session to make a folder; others wait until it is made."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = folder / ".done"
        yield not done.exists()
        done.touch()


@pytest.fixture(scope="session")
def session_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of a test session share."""
    base = tmp_path_factory.getbasetemp()
    return (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / "shared"


def _build(folder: Path, make_raw: Callable[[Path], object], *expected: int) -> Path:
    with once(folder) as first:
        if first:
            make_raw(folder / "raw")
            (folder / "data").mkdir()
            # Decides the noise of what is published: the tests are to see the same figures every time.
            (folder / "data" / "record_key_secret").write_text("a secret of the tests")
            run = vardflode("build", "--raw", folder / "raw", "--data", folder / "data")
            (folder / "stdout").write_text(run.stdout)
            (folder / "stderr").write_text(run.stderr)
            assert run.returncode in expected, run.stdout + run.stderr
    return folder


@pytest.fixture(scope="session")
def sample(session_folder: Path) -> Path:
    """A small made-up country with planted errors and the open data: `raw`, `data`, `stdout`, `stderr`."""

    def make(raw: Path) -> None:
        generate(raw, scale=0.02, seed=5, errors=True)
        for register in ("folkmangd_lan", "folkmangd_riket", "yrkesregister"):
            shutil.copytree(PROJECT / "raw" / register, raw / register)

    return _build(session_folder / "sample", make, 3)


@pytest.fixture(scope="session")
def warehouse(sample: Path) -> Path:
    """The warehouse of `sample`. Read only: copy it to change it."""
    return sample / "data" / "warehouse.duckdb"


@pytest.fixture(scope="session")
def national_warehouse(session_folder: Path) -> Path:
    """A warehouse of a quarter of the country, large enough to give back the published figures."""
    folder = _build(session_folder / "national", lambda raw: generate(raw, scale=NATIONAL_SCALE, seed=1), 0)
    return folder / "data" / "warehouse.duckdb"


@pytest.fixture(scope="session")
def data(session_folder: Path) -> Path:
    """The data folder of a very small country with the open data, built and published. Copy it to change it."""
    folder = session_folder / "published"

    def make(raw: Path) -> None:
        generate(raw, scale=0.001, seed=4)
        for register in ("folkmangd_lan", "folkmangd_riket", "yrkesregister"):
            shutil.copytree(PROJECT / "raw" / register, raw / register)

    with once(folder / "gate") as first:
        if first:
            _build(folder, make, 0)
            run = vardflode("disclose", "--data", folder / "data", "--windows", WINDOWS)
            assert run.returncode == 0, run.stdout + run.stderr
            (folder / "gate").mkdir()
    return folder / "data"


@pytest.fixture
def own_data(data: Path, tmp_path: Path) -> Path:
    """A copy of `data` that the test may change, beside its deliveries in `raw`."""
    shutil.copytree(data.parent / "raw", tmp_path / "raw")
    return Path(shutil.copytree(data, tmp_path / "data"))
