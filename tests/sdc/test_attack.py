"""The attack against enumeration: every whole table that fits what is told, one after another, and no solver."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sdc.small import Small, drawn
from vardflode.sdc.attack import Rule, attack_part, protect
from vardflode.sdc.bounds import Bounds, ContradictionError
from vardflode.sdc.model import UNKNOWN

RULE = Rule()


def proved(small: Small) -> list[tuple[int, int]]:
    """What the attack proves."""
    found = attack_part(small.model(), RULE, exact=True)
    return [(int(least), int(most)) for least, most in zip(found.least, found.most, strict=True)]


@settings(max_examples=25, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32 - 1))
def test_bounds_equal_those_of_enumeration_and_hold_the_truth(seed: int) -> None:
    small, true = drawn(np.random.default_rng(seed))
    if (tables := small.tables()).shape[0] == 0 or sum(n is None for n in small.told) > 3:
        return
    found = proved(small)
    assert found == small.ends()
    numbers = [*true, *(true[b] - true[a] for a, b in small.nested)]
    if [float(n) for n in true] in tables.tolist():
        assert all(least <= n <= most for n, (least, most) in zip(numbers, found, strict=True))


@settings(max_examples=25, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32 - 1))
def test_after_the_gate_enumeration_knows_no_small_count(seed: int) -> None:
    small, true = drawn(np.random.default_rng(seed))
    if sum(n is None for n in small.told) > 1 or not (small.tables() == true).all(1).any():
        return
    taken, _ = protect(
        small.model(), RULE, np.array([float(n is not None) for n in small.told]), np.array(true)
    )
    if len(taken) + sum(n is None for n in small.told) > 3:
        return
    for group in taken:
        small.told[int(group)] = None
    numbers = [*true, *(true[b] - true[a] for a, b in small.nested)]
    for n, (least, most) in zip(numbers, small.ends(), strict=True):
        assert not 1 <= n <= 4 or most - least >= 4, (small.told, true, n, least, most)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32 - 1))
def test_what_relations_prove_near_holds_for_every_table(seed: int) -> None:
    """The ends lie outside those of enumeration; with the truth as a help the same holes are found."""
    small, true = drawn(np.random.default_rng(seed))
    tables = small.tables()
    if sum(n is None for n in small.told) > 2 or not (tables == true).all(1).any():
        return
    model = small.model()
    alone, helped = attack_part(model, RULE), attack_part(model, RULE, np.array(true))
    for target, (least, most) in enumerate(small.ends()):
        assert alone.least[target] <= least <= most <= alone.most[target]
    assert alone.holes.keys() == helped.holes.keys()


def test_differences_of_parts_are_part_of_the_difference_of_the_whole() -> None:
    """Who has not in a part, where two told numbers differ, has not in the whole either."""
    small = Small([20, 12, 9, None, 10, 9], [(0, (1, 2)), (3, (4, 5))], [(3, 0), (4, 1), (5, 2)])
    bounds = Bounds(small.model())
    assert bounds.least[len(small.told)] == 1
    assert small.ends()[len(small.told)][0] >= 1


def test_what_is_proved_far_away_is_not_forgotten_near() -> None:
    """A chain that is longer than a programme looks: relations in turn say more of its end."""
    small = Small([None] * 6 + [13], nested=[(i + 1, i) for i in range(6)])
    bounds = Bounds(small.model())
    assert bounds.least[0] == 8
    assert bounds.near(np.array([0]), 99)[0].least == 8


def test_a_sum_that_lacks_a_part_makes_no_sum_of_differences() -> None:
    """Nobody of the second part has: those who have not are in both parts, and no sum of one of them."""
    small = Small([20, 10, 10, 5, 5], [(0, (1, 2)), (3, (4,))], [(3, 0), (4, 1)])
    assert proved(small) == small.ends()


KINDS = {
    "a base noised away whose part is told": (Small([12, 0, 5], nested=[(1, 0), (2, 1)]), 1),
    "nested groups that are told 13 and 15": (Small([15, 13, 8], [(0, (1, 2))], [(1, 0)]), None),
    "a part larger than the whole": (Small([6, 13, 5], [(0, (1, 2))]), 2),
    "a base below its part": (Small([17, 24], nested=[(1, 0)]), 2),
    "three that share what one noise allows": (Small([5, 5, 5, 5], [(0, (1, 2, 3))]), None),
    "past one that is not told": (Small([14, None, 13], nested=[(1, 0), (2, 1)]), None),
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_bounded_as_by_enumeration(kind: str) -> None:
    small, known = KINDS[kind]
    found = proved(small)
    assert found == small.ends()
    narrow = [i for i, (least, most) in enumerate(found) if most - least < 4 and least < 5 and most > 0]
    if known is not None:
        assert known in narrow
        worth = np.array([float(n is not None) for n in small.told])
        before = attack_part(small.model(), RULE)
        gone = np.unique(np.concatenate([proof.because for proof in before.holes.values()]))
        assert not attack_part(small.model().without(gone), RULE, before=before).holes
        true = small.tables()[0]
        taken, after = protect(small.model(), RULE, worth, true)
        assert 1 <= len(taken) <= 2
        assert not any(one.holes for _, one in after)
        assert not any(attack_part(piece, RULE).holes for piece, _ in after)


@pytest.mark.parametrize("parts", [2, 3])
def test_the_gate_leaves_nothing_that_an_outsider_proves_who_asks_about_all(parts: int) -> None:
    """A whole has those with something (not told) and those without (told as nobody); each part has some
    without it. Of the one suspect alone less is proved than of all together, as an outsider asks.
    """
    told: list[int | None] = [5, None, None, 0]  # the whole, with, with (by that), without
    in_whole, in_with, nested = [], [], [(1, 0)]
    for part in [5] * parts + [0]:
        in_whole.append(len(told))
        in_with.append(len(told) + 1)
        nested.append((len(told) + 1, len(told)))
        told += [part, 0]
    sums = [(0, (2, 3)), (1, (2,)), (0, tuple(in_whole)), (1, tuple(in_with))]
    small = Small(told, sums, nested)
    worth = np.array([float(group >= 4) for group in range(len(told))])
    assert attack_part(small.model(), RULE).holes
    taken, found = protect(small.model(), RULE, worth, np.full(len(told), UNKNOWN))
    assert len(taken) == parts
    assert not any(attack_part(piece, RULE).holes for piece, _ in found)


def test_groups_told_differently_are_different_groups() -> None:
    assert proved(Small([15, 13], nested=[(1, 0)]))[2][0] == 1
    assert proved(Small([15, 15], nested=[(1, 0)]))[2][0] == 0


def test_told_numbers_that_cannot_all_be_true_are_a_contradiction() -> None:
    with pytest.raises(ContradictionError):
        attack_part(Small([5, 30, 30], [(0, (1, 2))]).model(), RULE)
