"""What can be proved of a hidden count: against brute force, and against G-Confid's audit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from dagster_project.disclosure.bounds import SMALL_PART, Interval, fits, intervals
from dagster_project.disclosure.rule import Rule
from dagster_project.disclosure.system import MANY, ContradictionError, System
from tests.disclosure import brute, made, others

RULE = Rule()
seeds = st.integers(0, 2**32 - 1)


def hidden(system: System) -> list[int]:
    return np.flatnonzero(np.isnan(system.value)).tolist()


def drawn(seed: int, hides: bool, most: int = 9) -> System:
    random = np.random.default_rng(seed)
    system = made.any_system(random)
    return made.without(system, made.some(system, random, most), hides)


@pytest.mark.parametrize("hides", [True, False], ids=["knows the rule", "knows no rule"])
@settings(max_examples=50, deadline=None, derandomize=True)
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
@settings(max_examples=25, deadline=None, derandomize=True)
@given(seed=seeds)
def test_enough_finds_the_same_counts_given_away_as_exact_ends(hides: bool, seed: int) -> None:
    system = drawn(seed, hides, most=12)
    exact = intervals(system, hidden(system), RULE)
    enough = intervals(system, hidden(system), RULE, enough=RULE.width)
    assert [i for i in exact if exact[i].gives_away(RULE)] == [
        i for i in enough if enough[i].gives_away(RULE)
    ]


@settings(max_examples=20, deadline=None, derandomize=True)
@given(seed=seeds)
def test_helping_tables_change_no_answer(seed: int) -> None:
    """Some fit and some do not: those that do not are ignored."""
    random = np.random.default_rng(seed)
    system = made.any_system(random)
    true = np.asarray(system.value)
    made.without(system, made.some(system, random, 12))
    alone = intervals(system, hidden(system), RULE, enough=RULE.width)
    wrong = true + random.integers(-3, 4, size=(20, len(true)))
    halves = true + np.where(np.isnan(system.value), 0.5, 0.0)
    shown = true + np.where(np.isnan(system.value), 0, 1)
    helped = intervals(system, hidden(system), RULE, RULE.width, np.vstack([wrong, halves, shown, true]))
    assert [i for i in alone if alone[i].gives_away(RULE)] == [
        i for i in helped if helped[i].gives_away(RULE)
    ]


def test_only_whole_tables_that_keep_every_relation_and_agree_with_what_is_told_fit() -> None:
    system = made.hierarchy([[3, 4], [6]])
    true = np.asarray(system.value)
    nation, region, county = (system.index[key] for key in (("nation",), ("region", 0), ("county", 0, 0)))
    other = system.index["county", 0, 1]
    made.without(system, [county, other])
    moved, broken, half, told, negative, large = (true.copy() for _ in range(6))
    moved[[county, other]] += [2, -2]
    broken[county] += 1
    half[[county, other]] += [0.5, -0.5]
    told[[nation, region, county]] += 1
    negative[[county, other]] += [-4, 4]
    large[[county, other]] += [made.MOST, -made.MOST]
    tables = np.stack([true, moved, broken, half, told, negative, large])
    assert fits(system, np.asarray(system.value), tables).tolist() == [True, True, *[False] * 5]


def test_who_knows_the_rule_knows_that_the_only_count_that_can_be_small_is_small() -> None:
    system = made.table(np.array([[11, 7], [6, 2]]))
    corner = [system.index[key] for key in ((1, 1), (1, None), (None, 1), (None, None))]
    made.without(system, corner)
    assert intervals(system, corner, RULE)[corner[0]].width == 3
    assert intervals(system, corner, RULE)[corner[0]].gives_away(RULE)
    system.hides = False
    assert not intervals(system, corner, RULE)[corner[0]].gives_away(RULE)


@pytest.mark.parametrize("known", [{"all": 5, "rest": 6}, {"all": 5, "part": 2, "rest": 4}])
def test_figures_that_cannot_all_be_true_are_a_contradiction_that_names_the_relation(
    known: dict[str, int],
) -> None:
    """Also when what follows from them is less than nobody."""
    system = System()
    total, part, rest = (system.count((name,), known.get(name)) for name in ("all", "part", "rest"))
    system.relate("part and rest are all", [part, rest], [total])
    with pytest.raises(ContradictionError, match="part and rest are all"):
        intervals(system, [part], RULE)


def test_ends_are_those_of_gconfids_audit() -> None:
    """Without what the rule tells; in two-dimensional tables and hierarchies its real ends are whole."""
    compared = exposed = 0
    for seed in range(25):
        random = np.random.default_rng(seed)
        # An attacker of G-Confid's takes a zero for known: no zeros here.
        system = (
            made.table(random.integers(1, 9, size=random.integers(2, 4, size=2)))
            if seed % 3
            else made.hierarchy(random.integers(1, 9, size=(3, 2)).tolist())
        )
        true = np.asarray(system.value)
        made.without(system, made.some(system, random, 10), hides=False)
        system.at_most = [MANY] * len(true)
        ours = intervals(system, hidden(system), RULE)
        theirs = others.gconfid_audit(system, true)
        for i, interval in ours.items():
            if interval.high > others.NO_BOUND:  # open: no end to compare
                continue
            if i not in theirs:  # it leaves some out that are exposed
                assert interval.width == 0
                exposed += 1
                continue
            assert (interval.low, interval.high) == pytest.approx(theirs[i], abs=1e-5)
            compared += 1
    assert compared > 60, (compared, exposed)


def test_the_only_count_of_a_large_part_that_can_be_small_is_known_to_be() -> None:
    def proved(others: int) -> Interval:
        system = System()
        counts = [system.count(("cell", i), at_least=others if i else 0) for i in range(SMALL_PART + 10)]
        total = system.count(("total",), 1000.0)
        system.relate("sums to all", counts, [total])
        return intervals(system, [0], Rule(), 4)[0]

    assert proved(others=5).gives_away(Rule())
    assert (proved(others=5).low, proved(others=5).high) == (1, 4)
    assert not proved(others=4).gives_away(Rule())
