"""What can be proved of a hidden count: against brute force, and against G-Confid's audit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from dagster_project.disclosure.bounds import Bounds, intervals
from dagster_project.disclosure.rule import Rule
from dagster_project.disclosure.system import ContradictionError, System
from tests.disclosure import brute, made

RULE = Rule()
seeds = st.integers(0, 2**32 - 1)


def hidden(system: System) -> list[int]:
    return np.flatnonzero(np.isnan(system.value)).tolist()


def drawn(seed: int, hides: bool, most: int = 9) -> System:
    random = np.random.default_rng(seed)
    system = made.any_system(random)
    return made.without(system, made.some(system, random, most), hides)


@pytest.mark.parametrize("hides", [True, False], ids=["knows the rule", "knows no rule"])
@settings(max_examples=80, deadline=None, derandomize=True)
@given(seed=seeds)
def test_exact_ends_are_those_of_all_whole_tables(hides: bool, seed: int) -> None:
    system = drawn(seed, hides)
    try:
        expected = brute.ends(system, RULE)
    except brute.TooManyError:
        reject()
    found = intervals(system, hidden(system), RULE)
    assert expected is not None
    assert {i: (interval.low, interval.high) for i, interval in found.items()} == {
        i: expected[i] for i in hidden(system)
    }


@pytest.mark.parametrize("hides", [True, False], ids=["knows the rule", "knows no rule"])
@settings(max_examples=80, deadline=None, derandomize=True)
@given(seed=seeds)
def test_enough_finds_the_same_counts_given_away_as_exact_ends(hides: bool, seed: int) -> None:
    system = drawn(seed, hides, most=16)
    exact = intervals(system, hidden(system), RULE)
    enough = intervals(system, hidden(system), RULE, enough=RULE.width)
    assert [i for i in exact if exact[i].gives_away(RULE)] == [
        i for i in enough if enough[i].gives_away(RULE)
    ]
