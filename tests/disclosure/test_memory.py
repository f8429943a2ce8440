"""What has not changed is not attacked again, and what has is."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import WINDOWS, vardflode
from tests.disclosure.test_audit import drawn
from tests.disclosure.test_gate import too_well
from vardflode.disclosure.attack import attack
from vardflode.disclosure.memory import NAME, Memory
from vardflode.sdc.model import OF_GROUPS, Model

SEEDS = st.integers(0, 2**32 - 1)


def side_by_side(models: list[Model]) -> Model:
    """One model of several, the groups of the second after those of the first."""
    first, second = models[0], models[1] if len(models) == 2 else side_by_side(models[1:])
    n, sums = len(first.told), len(first.whole)
    moved = replace(
        second,
        **{name: getattr(second, name) + n for name in ("child", "parent", "whole", "part", "claimed")},
        part_of=second.part_of + sums,
    )
    names = Model.__dataclass_fields__
    return Model(**{name: np.concatenate([getattr(first, name), getattr(moved, name)]) for name in names})


def shuffled(model: Model, random: np.random.Generator) -> Model:
    """The same said in another order."""
    pairs, sums, parts = (random.permutation(len(a)) for a in (model.child, model.whole, model.part))
    return replace(
        model,
        **{name: getattr(model, name)[pairs] for name in ("child", "parent", "is_base")},
        **{name: getattr(model, name)[sums] for name in ("whole", "gap_least", "gap_most")},
        part_of=np.argsort(sums)[model.part_of][parts],
        part=model.part[parts],
    )


@settings(max_examples=40, deadline=None, derandomize=True)
@given(seed=SEEDS)
def test_a_model_is_cut_into_the_pieces_that_it_was_made_of(seed: int) -> None:
    random = np.random.default_rng(seed)
    whole = side_by_side([drawn(random)[0].model() for _ in range(3)])
    found = {piece.fingerprint(groups - groups[0]) for groups, piece in whole.split(whole.piece)}
    alone = side_by_side([*(piece for _, piece in whole.split(whole.piece)), whole])
    names = {piece.fingerprint(groups - groups[0]) for groups, piece in alone.split(alone.piece)}
    assert names == found
    assert sum(len(piece.told) for _, piece in whole.split(whole.piece)) == len(whole.told)
    for number in (1, 2, 5):
        dealt = [piece for groups, part in whole.dealt(number) for piece in part.split(part.piece)]
        assert {piece.fingerprint(groups - groups[0]) for groups, piece in dealt} == found
        assert len(whole.dealt(number)) <= number


@settings(max_examples=60, deadline=None, derandomize=True)
@given(seed=SEEDS)
def test_a_fingerprint_is_of_what_is_said_in_whatever_order(seed: int) -> None:
    random = np.random.default_rng(seed)
    model = drawn(random)[0].model()
    assert shuffled(model, random).fingerprint() == model.fingerprint()
    for name in Model.__dataclass_fields__:
        array = getattr(model, name)
        if not len(array):
            continue
        changed = array.copy()
        changed[-1] = ~changed[-1] if changed.dtype == bool else np.nan_to_num(changed[-1]) + 1
        if name == "part_of":
            changed %= len(model.whole)
            if (changed == array).all():
                continue
        assert replace(model, **{name: changed}).fingerprint() != model.fingerprint(), name
    assert {"told", "least", "most", "protected"} <= set(OF_GROUPS)


def test_the_files_of_the_gate_are_known_and_others_are_not(data: Path, tmp_path: Path) -> None:
    parts: list[int] = []
    memory = Memory(data / NAME)
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
    memory = own_data / NAME
    assert "attacking 0 groups" in disclosed()
    assert memory.stat().st_mode & 0o077 == 0
    memory.write_bytes(memory.read_bytes()[:1000])
    text = disclosed()
    assert "attacking 0 groups" not in text
    assert "is damaged" in text


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut short", b"\x93NUMPY"])
def test_a_damaged_memory_knows_nothing(tmp_path: Path, content: bytes) -> None:
    memory = Memory(tmp_path / NAME)
    memory.put("one", np.arange(3))
    memory.save()
    assert Memory(tmp_path / NAME).get("one").tolist() == [0, 1, 2]
    (tmp_path / NAME).write_bytes(content)
    assert Memory(tmp_path / NAME).get("one") is None


def test_what_is_not_asked_for_again_is_forgotten(tmp_path: Path) -> None:
    memory = Memory(tmp_path / NAME)
    memory.put("one", np.arange(3))
    memory.put("two", np.arange(2))
    memory.save()
    memory = Memory(tmp_path / NAME)
    assert memory.get("one") is not None
    memory.save()
    assert Memory(tmp_path / NAME).get("two") is None
