"""Two commands at once in the same folder, as processes; and what Dagster shows after all were run."""

from __future__ import annotations

import hashlib
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import dagster as dg
import pytest

from dagster_project.definitions import defs
from tests.conftest import WINDOWS, command_of, copied_project
from tests.publication.conftest import edition_file
from vardflode.common.exit_status import Exit
from vardflode.publication.manifest import verify

COMMANDS = {
    "build": ["build", "--max-move", "0.3"],
    "disclose": ["disclose", "--windows", WINDOWS],
    "publish": ["publish", "--edition", "tiny"],
}
# What each says when it holds the folder and has begun.
WORKS = {"build": "starting", "disclose": "protecting", "publish": "writing the files"}

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(own_data: Path, tmp_path: Path) -> Iterator[Start]:
    """Start a command on `own_data`, in a copy of the project that has an edition of its windows."""
    project = copied_project(tmp_path / "project")
    edition_file(project / "editions", "tiny", languages=["sv"])
    started = []

    def start_command(name: str, *options: object, data: Path = own_data) -> subprocess.Popen[str]:
        words = [*COMMANDS.get(name, [name]), "--raw", tmp_path / "raw", "--data", data, *options]
        process = subprocess.Popen(
            command_of(*words),
            cwd=project,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start_command
    for process in started:
        process.kill()
        process.communicate()


def wait_until(process: subprocess.Popen[str], words: str) -> None:
    assert process.stderr is not None
    told = []
    for line in process.stderr:
        told.append(line)
        if words in line:
            return
    raise AssertionError(f"it ended before it said {words!r}: {told}")


def is_refused(second: subprocess.Popen[str], first: subprocess.Popen[str], folder: Path) -> bool:
    out, said = second.communicate()
    expected = f"Error: Another vardflode (process {first.pid}) works in {folder}. "
    assert (second.returncode, out) == (Exit.BUSY, "")
    return said.startswith(expected) and said.count("\n") == 1


def checksums(data: Path) -> dict[Path, str]:
    """Of what is in force: the warehouse, and what is published."""
    paths = [data / "warehouse.duckdb", *sorted((data / "published").iterdir())]
    return {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def test_while_an_edition_is_made(start: Start, own_data: Path, tmp_path: Path) -> None:
    first = start("publish")
    wait_until(first, WORKS["publish"])
    first.send_signal(signal.SIGSTOP)  # however long the others take to begin
    for name in COMMANDS:
        assert is_refused(start(name), first, own_data), name
    elsewhere = Path(shutil.copytree(own_data, tmp_path / "elsewhere", symlinks=True))
    editions = own_data / "editions"
    assert is_refused(start("publish", "--out", editions, data=elsewhere), first, editions)
    first.send_signal(signal.SIGCONT)
    out, said = first.communicate()
    assert first.returncode == Exit.OK, out + said
    assert verify(editions / "tiny").is_untouched
    last = start("site", "--out", tmp_path / "site")
    assert (last.communicate(), last.returncode)[1] == Exit.OK
    # Built, disclosed, published and shown: nothing in the graph was never made, no check never looked.
    graph = defs.resolve_asset_graph()
    with dg.DagsterInstance.from_config(str(own_data / "dagster")) as instance:
        keys = graph.get_all_asset_keys()
        checks = instance.event_log_storage.get_latest_asset_check_execution_by_key(graph.asset_check_keys)
        assert [key for key in keys if instance.get_latest_materialization_event(key) is None] == []
        assert set(graph.asset_check_keys) - set(checks) == set()


@pytest.mark.parametrize("name", ["build", "disclose"])
def test_while_a_warehouse_is_built_or_disclosed(start: Start, own_data: Path, name: str) -> None:
    before = checksums(own_data)
    first = start(name)
    wait_until(first, WORKS[name])
    first.send_signal(signal.SIGSTOP)
    for other in COMMANDS:
        assert is_refused(start(other), first, own_data), other
    first.send_signal(signal.SIGCONT)
    first.send_signal(signal.SIGTERM)
    first.communicate()
    assert first.returncode == Exit.TERMINATED
    assert checksums(own_data) == before
