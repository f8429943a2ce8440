"""The attack against enumeration: every whole table that fits what is told, one after another, and no solver."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vardflode.disclosure.noise import read_noise
from vardflode.sdc.attack import Rule, attack_part, protect
from vardflode.sdc.bounds import Bounds, ContradictionError
from vardflode.sdc.model import Model

NOISE, RULE = read_noise(), Rule()
SOURCES = {
    number: [n for n in range(60) if number in NOISE.told(np.full(NOISE.keys, n), np.arange(NOISE.keys))]
    for number in range(50)
}


class Small:
    """A small system: groups with told numbers (None: not told), sums, and pairs that lie in each other."""

    def __init__(
        self,
        told: Sequence[int | None],
        sums: Sequence[tuple[int, Sequence[int]]] = (),
        nested: Sequence[tuple[int, int]] = (),
    ) -> None:
        self.told, self.sums, self.nested = list(told), list(sums), list(nested)

    def model(self) -> Model:
        told = np.array([np.nan if n is None else n for n in self.told], dtype=float)
        least, most = NOISE.ends(told)
        least, most = least.astype(float), np.minimum(most, 30.0)
        parts = [(s, p) for s, (_, inside) in enumerate(self.sums) for p in inside]
        pairs = np.array(self.nested, dtype=int).reshape(-1, 2)
        part = np.array(parts, dtype=int).reshape(-1, 2)
        zero = np.zeros(len(self.sums))
        nothing = np.empty(0, dtype=int)
        return Model(
            told=told,
            least=least,
            most=most,
            protected=np.ones(len(told), dtype=bool),
            child=pairs[:, 0],
            parent=pairs[:, 1],
            is_base=np.ones(len(pairs), dtype=bool),
            whole=np.array([w for w, _ in self.sums], dtype=int),
            gap_least=zero,
            gap_most=zero,
            part_of=part[:, 0],
            part=part[:, 1],
            claim_of=nothing,
            claimed=nothing,
            weight=np.empty(0),
        )

    def tables(self) -> np.ndarray:
        """Every table: what is told differently of two groups, one in the other, makes them different groups."""
        inside = {*self.nested, *((p, w) for w, parts in self.sums for p in parts)}
        while more := {(a, d) for a, b in inside for c, d in inside if b == c} - inside:
            inside |= more
        values = [range(31) if n is None else [v for v in SOURCES[n] if v <= 30] for n in self.told]
        # What a sum makes up need not be tried.
        made = dict(self.sums)
        free = [i for i in range(len(values)) if i not in made]
        found = []
        for chosen in itertools.product(*(values[i] for i in free)):
            table = dict(zip(free, chosen, strict=True))
            while len(table) < len(values):
                for w, parts in made.items():
                    if w not in table and all(p in table for p in parts):
                        table[w] = sum(table[p] for p in parts)
            if not all(table[w] in values[w] for w in made):
                continue
            if all(
                table[a] + (None not in (self.told[a], self.told[b]) and self.told[a] != self.told[b])
                <= table[b]
                for a, b in inside
            ):
                found.append([table[i] for i in range(len(values))])
        return np.array(found).reshape(-1, len(values))

    def ends(self) -> list[tuple[int, int]]:
        """Of each group and of each difference."""
        tables = self.tables()
        numbers = np.c_[tables, *(tables[:, b] - tables[:, a] for a, b in self.nested)]
        return [(int(least), int(most)) for least, most in zip(numbers.min(0), numbers.max(0), strict=True)]


def proved(small: Small) -> list[tuple[int, int]]:
    """What the attack proves."""
    found = attack_part(small.model(), RULE, exact=True)
    return [(int(least), int(most)) for least, most in zip(found.least, found.most, strict=True)]


def drawn(random: np.random.Generator) -> tuple[Small, list[int]]:
    """A small system as it may be told, and its true counts."""
    shape = random.integers(0, 4)
    leaves = random.integers(0, 9, size=4).tolist()
    match shape:
        case 0:  # parts of a whole, and steps of one of them
            step = int(random.integers(0, leaves[0] + 1))
            true, sums, nested = [*leaves[:3], sum(leaves[:3]), step], [(3, (0, 1, 2))], [(4, 0)]
        case 1:  # two by two
            a, b, c, d = leaves
            true = [a, b, c, d, a + b, c + d, a + c, b + d, a + b + c + d]
            sums, nested = [(4, (0, 1)), (5, (2, 3)), (6, (0, 2)), (7, (1, 3)), (8, (4, 5))], []
        case 2:  # a chain
            chain = [int(random.integers(5, 20))]
            for _ in range(3):
                chain.append(int(random.integers(0, chain[-1] + 1)))
            true, sums, nested = chain, [], [(1, 0), (2, 1), (3, 2)]
        case _:  # windows that overlap, of the same pieces
            a, b, c, _ = leaves
            true, sums, nested = [a, b, c, a + b, b + c], [(3, (0, 1)), (4, (1, 2))], []
    keys = random.integers(0, NOISE.keys, len(true))
    # The same group has the same noise.
    for a, b in [*nested, *((p, w) for w, parts in sums for p in parts)]:
        if true[a] == true[b]:
            keys[keys == keys[a]] = keys[b]
    told: list[int | None] = NOISE.told(np.array(true), keys).tolist()
    for i in range(len(true)):
        if (shape == 3 and i < 3) or random.random() < 0.15:
            told[i] = None
    return Small(told, sums, nested), true


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
        small.model(), RULE, np.array([float(n is not None) for n in small.told]), np.array(true, float)
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
    alone, helped = attack_part(model, RULE), attack_part(model, RULE, np.array(true, float))
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
        true = small.tables()[0].astype(float)
        taken, after = protect(small.model(), RULE, worth, true)
        assert 1 <= len(taken) <= 2
        assert not any(one.holes for _, one in after)
        assert not any(attack_part(piece, RULE).holes for piece, _ in after)


def test_groups_told_differently_are_different_groups() -> None:
    assert proved(Small([15, 13], nested=[(1, 0)]))[2][0] == 1
    assert proved(Small([15, 15], nested=[(1, 0)]))[2][0] == 0


def test_told_numbers_that_cannot_all_be_true_are_a_contradiction() -> None:
    with pytest.raises(ContradictionError):
        attack_part(Small([5, 30, 30], [(0, (1, 2))]).model(), RULE)
