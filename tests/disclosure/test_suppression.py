"""What is hidden protects every small count, is not more than needed, and does not depend on chance."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from dagster_project.disclosure.bounds import Bounds, fits, intervals
from dagster_project.disclosure.rule import Rule
from dagster_project.disclosure.suppression import Pattern, UnprotectableError, protect
from dagster_project.disclosure.system import System
from tests.disclosure import brute, made, others

RULE = Rule()
# The kinds of systems whose every number is published on its own.
KINDS = 6
seeds = st.integers(0, 2**32 - 1)


def true_system(seed: int) -> System:
    return made.any_system(np.random.default_rng(seed), KINDS)


def small(system: System) -> set[int]:
    return {i for i, value in enumerate(system.value) if RULE.is_small(int(value))}


def hide(system: System) -> set[int]:
    own = small(system)
    return protect(system, own, own, np.ones(len(system.keys)), RULE)[0] if own else set()


def seen(system: System, hidden: set[int]) -> System:
    """What an outsider sees, in numbers that can all be written down."""
    copy = made.as_published(system, range(len(system.keys)))
    return made.without(copy, hidden)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(seed=seeds)
def test_no_attack_works_on_what_is_still_shown(seed: int) -> None:
    system = true_system(seed)
    try:
        hidden = hide(system)
    except UnprotectableError:
        everything = set(range(len(system.keys)))
        assert brute.given_away(seen(system, everything), RULE)
        return
    assert small(system) <= hidden
    try:
        assert not brute.given_away(seen(system, hidden), RULE)
    except brute.TooManyError:
        reject()


@settings(max_examples=15, deadline=None, derandomize=True)
@given(seed=seeds)
def test_the_true_counts_still_keep_every_relation(seed: int) -> None:
    system = true_system(seed)
    before = list(system.value)
    try:
        hide(system)
    except UnprotectableError:
        reject()
    assert system.value == before
    assert fits(system, np.full(len(before), math.nan), np.array([before])).all()


@settings(max_examples=15, deadline=None, derandomize=True)
@given(seed=seeds)
def test_tables_that_come_with_the_answer_prove_that_it_is_safe(seed: int) -> None:
    system = true_system(seed)
    own = small(system)
    if not own:
        reject()
    try:
        hidden, tables = protect(system, own, own, np.ones(len(system.keys)), RULE)
    except UnprotectableError:
        reject()
    exact = np.asarray(system.value)
    shown = [i for i in range(len(exact)) if i not in hidden]
    assert (tables[:, shown] == exact[shown]).all()
    for i in own:
        assert np.ptp(tables[:, i]) >= RULE.width


@settings(max_examples=15, deadline=None, derandomize=True)
@given(seed=seeds)
def test_same_counts_same_pattern(seed: int) -> None:
    try:
        assert hide(true_system(seed)) == hide(true_system(seed))
    except UnprotectableError:
        reject()


@settings(max_examples=60, deadline=None, derandomize=True)
@given(seed=seeds)
def test_what_was_told_safely_before_can_be_published_again(seed: int) -> None:
    """Whatever the figures are worth now: nothing that was told can be hidden, and there is a safe pattern."""
    system = true_system(seed)
    try:
        before = hide(system)
    except UnprotectableError:
        reject()
    own = small(system)
    worth = np.random.default_rng(seed).uniform(1, 9, len(system.keys))
    worth[[i for i in range(len(worth)) if i not in before]] = math.nan
    hidden = protect(system, own, own, worth, RULE)[0] if own else set()
    assert own <= hidden <= before
    found = intervals(seen(system, hidden), sorted(hidden), RULE)
    assert not [i for i in hidden if found[i].gives_away(RULE)]


def test_some_of_the_way_up_and_the_rest_down_is_enough() -> None:
    """3 + 3 = 6 is 1 + 5 or 5 + 1, and neither is 4 away from the 3; the 6 was told before."""
    system = made.table(np.array([3, 3]))
    worth = np.ones(len(system.keys))
    total = int(np.argmax(system.value))
    worth[total] = math.nan
    own = small(system)
    hidden, tables = protect(system, own, own, worth, RULE)
    assert total not in hidden
    assert all(np.ptp(tables[:, i]) >= RULE.width for i in own)


@settings(max_examples=15, deadline=None, derandomize=True)
@given(seed=seeds)
def test_any_order_of_rows_is_as_safe(seed: int) -> None:
    system = true_system(seed)
    order = np.random.default_rng(seed).permutation(len(system.keys)).tolist()
    other = made.as_published(system, order)
    try:
        hidden = hide(other)
    except UnprotectableError:
        with pytest.raises(UnprotectableError):
            hide(system)
        return
    found = intervals(made.without(other, hidden), sorted(hidden), RULE)
    assert not [i for i in hidden if found[i].gives_away(RULE)]


def test_any_one_count_hidden_for_others_gives_something_away_when_told() -> None:
    complements = needless = 0
    for seed in range(40):
        system = true_system(seed)
        try:
            hidden = hide(system)
        except UnprotectableError:
            continue
        for i in sorted(hidden - small(system)):
            complements += 1
            shown = hidden - {i}
            left = intervals(seen(system, shown), sorted(shown), RULE, enough=RULE.width)
            needless += not any(interval.gives_away(RULE) for interval in left.values())
    assert complements > 50
    assert not needless


@pytest.mark.parametrize("shape", [(9, 9), (30, 24)])
def test_what_a_large_part_does_not_need_is_shown_again(shape: tuple[int, int]) -> None:
    """All of a table is hidden: some of it for nothing, and what is left of it keeps the small counts."""
    system = made.table(np.random.default_rng(1).integers(0, 40, shape))
    own, everything = small(system), set(range(len(system.keys)))
    pattern = Pattern(system, own, np.ones(len(everything)), RULE, {})
    pattern.hidden = everything
    bounds = Bounds(pattern.public(), RULE, RULE.width)
    bounds.intervals(pattern.doubtful())
    assert [len(search.part.counts) for search in bounds.searches] == [len(everything)]
    needed = pattern.without_needless(bounds, own, everything)
    assert own <= needed
    assert needed < everything
    left = intervals(made.without(system, needed), sorted(own), RULE)
    assert not any(interval.gives_away(RULE) for interval in left.values())


def test_what_follows_from_what_is_shown_is_not_hidden() -> None:
    """9 + 8 = 17: the total follows when both parts are shown, and not when one is hidden beside it."""
    system = made.table(np.array([9, 8]))
    part, total = int(np.argmin(system.value)), int(np.argmax(system.value))
    for hidden, follows in (({total}, {total}), ({part, total}, set())):
        pattern = Pattern(system, set(), np.ones(len(system.keys)), RULE, {}, hidden)
        assert pattern.told_anyway(pattern.attacked()) == follows
    # Unless no row tells it: its base is hidden for its own sake.
    for told_with in ({}, {total: {part}}):
        pattern = Pattern(system, {part}, np.ones(len(system.keys)), RULE, told_with, {total})
        bounds = pattern.attacked()
        bounds.lower[total] = bounds.upper[total] = system.value[total]
        assert pattern.told_anyway(bounds) == (set() if told_with else {total})


def test_hides_no_more_than_others_do_for_the_same_protection(tmp_path: Path) -> None:
    """Two-dimensional tables; theirs only count where they are as safe as our rule asks."""
    compared = {"gconfid": 0, "argus": 0}
    for seed in range(24):
        random = np.random.default_rng(seed)
        most = (6, 9, 15, 40)[seed % 4]
        cells = random.integers(1, most, size=random.integers(2, 5 + seed % 3, size=2))
        system = made.table(cells)
        if not small(system):
            continue
        ours = len(hide(system))
        theirs = {
            "gconfid": others.gconfid_hides(system),
            "argus": others.argus_hides(system, tmp_path / str(seed), down=2),
        }
        for name, hidden in theirs.items():
            if safe(system, hidden):
                compared[name] += 1
                assert ours <= len(hidden), (name, cells)
    assert min(compared.values()) >= 15, compared


def test_what_was_hidden_first_is_tried_to_do_without() -> None:
    """One small count in the inside of a table: a rectangle of four is enough, whatever was hidden first."""
    system = made.table(np.array([[5, 4, 6], [11, 7, 9]]))
    own = small(system)
    assert len(own) == 1
    hidden, tables = protect(system, own, own, np.ones(len(system.keys)), RULE)
    assert len(hidden) == 4
    shown = sorted(set(range(len(system.keys))) - hidden)
    assert (tables[:, shown] == np.asarray(system.value)[shown]).all()
    assert np.ptp(tables[:, min(own)]) >= RULE.width


def safe(system: System, hidden: set[int]) -> bool:
    found = intervals(seen(system, hidden), sorted(hidden), RULE, enough=RULE.width)
    return not any(interval.gives_away(RULE) for interval in found.values())


def test_what_was_hidden_before_does_not_follow_from_new_figures() -> None:
    """An earlier edition hid a count that is in no table now: nobody here knows it, and its total must not tell it."""
    system = System()
    old, rest = system.count(("old",)), system.count(("rest",), 9)
    total, first, second = (
        system.count(("total",), 12),
        system.count(("first",), 7),
        system.count(("second",), 5),
    )
    system.relate("the old window", [old, rest], [total])
    system.relate("parts of the new one", [first, second], [total])
    weight = np.ones(5)
    weight[old] = math.inf  # not published now
    weight[rest] = math.nan  # told before
    hidden, _ = protect(system, set(), set(), weight, RULE)
    assert {total} < hidden <= {total, first, second}
    assert not brute.given_away(seen(system, hidden), RULE)
