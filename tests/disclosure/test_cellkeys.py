"""The noise table: what the definitions ask of it, the most even one that does, and the same as the ONS's program."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from cell_key_perturbation.create_perturbed_table import create_perturbed_table
from scipy.optimize import brentq

from vardflode.disclosure.noise import NOISE, NoiseError, read_noise

TABLE = read_noise()
KEYS = np.arange(TABLE.keys)
COUNTS = range(40)


def told(count: int) -> np.ndarray:
    """The told number of a count for each key."""
    return TABLE.told(np.full(TABLE.keys, count), KEYS)


@pytest.mark.parametrize("count", COUNTS)
def test_the_table_keeps_the_rules(count: int) -> None:
    """As docs/definitions.md puts them, one by one."""
    numbers = told(count)
    moves = numbers - count
    assert moves.sum() == 0, "unbiased"
    assert not ((numbers >= 1) & (numbers <= 4)).any()
    if count == 0:
        assert (numbers == 0).all()
    elif count <= 4:
        assert set(numbers.tolist()) == {0, 5}
    else:
        assert abs(moves).max() <= 5
        assert (moves**2).mean() <= 4
        # A row that is not there may be a group of 0-4, and no larger one.
        assert (numbers > 0).all()


@pytest.mark.parametrize("count", range(6, 12))
def test_the_noise_is_the_most_even_with_that_mean_and_variance(count: int) -> None:
    """Of all distributions on those moves the one with most entropy, exp(a k + b k²), to a half key in the mean."""
    moves = np.array([k for k in range(-5, 6) if count + k >= 5], dtype=float)

    def chances(b: float) -> np.ndarray:
        def given(a: float) -> np.ndarray:
            weight = np.exp(a * moves + b * moves**2)
            return weight / weight.sum()

        return given(brentq(lambda a: given(a) @ moves, -5, 5))

    best = chances(0.0)
    if best @ moves**2 > 4:
        best = chances(brentq(lambda b: chances(b) @ moves**2 - 4, -2, 0))
    keys = np.array([(told(count) - count == k).sum() for k in moves])
    assert abs(keys / TABLE.keys - best).mean() < 0.0015


def test_what_a_told_number_can_come_from_is_what_the_table_says() -> None:
    sources: dict[int, list[int]] = {}
    for count in range(80):
        for number in set(told(count).tolist()):
            sources.setdefault(number, []).append(count)
    numbers = np.array(sorted(n for n in sources if n < 60), dtype=float)
    least, most = TABLE.ends(numbers)
    assert least.tolist() == [min(sources[int(n)]) for n in numbers]
    assert most.tolist() == [max(sources[int(n)]) for n in numbers]
    assert (TABLE.ends(np.array([0.0]))[1] == 4).all()


def test_the_same_numbers_as_the_program_of_the_office_for_national_statistics() -> None:
    random = np.random.default_rng(2)
    chances = np.array([0.5, 0.25, 0.15, 0.06, 0.03, 0.008, 0.0015, 0.0005])
    persons = pd.DataFrame(
        {
            "county": random.choice(list("ABCDEFGH"), 6000, p=chances),
            "sex": random.choice(["1", "2"], 6000, p=[0.85, 0.15]),
            "key": random.integers(0, TABLE.keys, 6000),
        }
    )
    # Theirs has a row for each count up to 750, and begins again at 501 after that.
    rows, keys = np.meshgrid(np.arange(1, 751), KEYS, indexing="ij")
    moves = TABLE.told(rows.ravel(), keys.ravel()) - rows.ravel()
    theirs = create_perturbed_table(
        data=persons,
        ptable=pd.DataFrame({"pcv": rows.ravel(), "ckey": keys.ravel(), "pvalue": moves}),
        geog=["county"],
        tab_vars=["sex"],
        record_key="key",
        threshold=0,
    )
    groups = persons.groupby(["county", "sex"])["key"].agg(["size", "sum"]).reset_index()
    groups["ours"] = TABLE.told(groups["size"].to_numpy(), groups["sum"].to_numpy())
    both = theirs.merge(groups, on=["county", "sex"])
    assert len(both) == len(groups)
    assert (both["count"] == both["ours"]).all()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("2,3,400", "2,1,400"), "is told as one of"),
        (("10,5,10", "10,4,10"), "not zero in the mean"),
        (("7,5,32", "7,5,31"), "expected 1000 keys for the count 7"),
        (("count,move,keys", "count,move"), "expected a noise table"),
    ],
)
def test_a_table_that_breaks_the_rules_is_refused(tmp_path: Path, change: tuple[str, str], says: str) -> None:
    path = tmp_path / "noise.csv"
    path.write_text(NOISE.read_text(encoding="utf-8").replace(*change), encoding="utf-8")
    with pytest.raises(NoiseError, match=says):
        read_noise(path)
