"""What has not changed is not attacked again, and what has is."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from tests.conftest import WINDOWS, vardflode
from tests.disclosure.test_gate import too_well
from vardflode.data_folder import File
from vardflode.disclosure.attack import attack
from vardflode.disclosure.memory import Memory


def test_the_files_of_the_gate_are_known_and_others_are_not(data: Path, tmp_path: Path) -> None:
    parts: list[int] = []
    memory = Memory(data / File.ATTACKED)
    known = attack(data / "published", memory=memory, tell=lambda done, of: parts.append(of))
    assert not parts
    assert known.targets == attack(data / "published").targets
    assert not known.holes
    shutil.copytree(data / "published", tmp_path / "told")
    path = tmp_path / "told" / "applicants.parquet"
    path.chmod(0o644)
    (tmp_path / "told" / "published.duckdb").unlink()
    told = pl.read_parquet(path)
    window = told.filter(pl.col("breakdown") == "sex").select("degree_code", "cohort_from").row(0)
    here = (pl.col("degree_code") == window[0]) & (pl.col("cohort_from") == window[1])
    made = told.filter(here, pl.col("breakdown") == "sex").head(1)
    pl.concat([told.filter(~here), too_well(made)]).write_parquet(path)
    assert attack(tmp_path / "told", memory=memory).holes


def test_the_second_time_nothing_is_attacked_and_a_damaged_memory_is_made_again(own_data: Path) -> None:
    def disclosed() -> str:
        run = vardflode("disclose", "--data", own_data, "--windows", WINDOWS)
        assert run.returncode == 0, run.stdout + run.stderr
        assert {p.name: p.read_bytes() for p in (own_data / "published").glob("*.parquet")} == tables
        return run.stdout + run.stderr

    tables = {path.name: path.read_bytes() for path in (own_data / "published").glob("*.parquet")}
    memory = own_data / File.ATTACKED
    assert "attacking 0 groups" in disclosed()
    assert memory.stat().st_mode & 0o077 == 0
    memory.write_bytes(memory.read_bytes()[:1000])
    text = disclosed()
    assert "attacking 0 groups" not in text
    assert "is damaged" in text


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut short", b"\x93NUMPY"])
def test_a_damaged_memory_knows_nothing(tmp_path: Path, content: bytes) -> None:
    memory = Memory(tmp_path / File.ATTACKED)
    memory.put("one", np.arange(3))
    memory.save()
    assert Memory(tmp_path / File.ATTACKED).get("one").tolist() == [0, 1, 2]
    (tmp_path / File.ATTACKED).write_bytes(content)
    assert Memory(tmp_path / File.ATTACKED).get("one") is None


def test_what_is_not_asked_for_again_is_forgotten(tmp_path: Path) -> None:
    memory = Memory(tmp_path / File.ATTACKED)
    memory.put("one", np.arange(3))
    memory.put("two", np.arange(2))
    memory.save()
    memory = Memory(tmp_path / File.ATTACKED)
    assert memory.get("one") is not None
    memory.save()
    assert Memory(tmp_path / File.ATTACKED).get("two") is None
