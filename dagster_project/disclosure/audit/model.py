"""Groups of persons, what is told of them, and how they lie in each other, as plain arrays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy.sparse import coo_array, csr_array, vstack
from scipy.sparse.csgraph import connected_components

# More than any count of persons: an interval that reaches it is open upwards.
MANY = 10_000_000
# Of groups that are not told, so many in a row are looked past for two that are.
FAR = 4


@dataclass(frozen=True)
class Model:
    """Groups by number, 0..n−1; every array of groups has shape (n,).

    `told`: the number told (NaN: none); two groups that are told differently are different groups. `least`,
    `most`: what that, and else, says of the count. `protected`: must stay uncertain while it is small.
    `family`: groups of one family are moved together when tables are looked for, `cell`: and in one
    direction. `child`, `parent` (p,): the first lies in the second; `is_base`: their difference must stay
    uncertain too. `whole`, `gap_least`, `gap_most` (s,): the sums, and what of the whole is in none of the
    parts (below zero: parts overlap); `part_of`, `part` (t,): number of a sum and a group that is part of it.
    `claim_of`, `claimed`, `weight` (u,): number of a claim, a group in it, and its weight: the sum is not
    below zero.
    """

    told: np.ndarray
    least: np.ndarray
    most: np.ndarray
    protected: np.ndarray
    family: np.ndarray
    child: np.ndarray
    parent: np.ndarray
    is_base: np.ndarray
    whole: np.ndarray
    gap_least: np.ndarray
    gap_most: np.ndarray
    part_of: np.ndarray
    part: np.ndarray
    claim_of: np.ndarray
    claimed: np.ndarray
    weight: np.ndarray
    cell: np.ndarray

    def without(self, groups: np.ndarray) -> Model:
        """The same when these groups are not told."""
        told, least, most = self.told.copy(), self.least.copy(), self.most.copy()
        told[groups], least[groups], most[groups] = np.nan, 0, MANY
        return replace(self, told=told, least=least, most=most)

    def parts(self, number: int) -> Iterator[tuple[np.ndarray, Model]]:
        """The model cut where nothing crosses into about so many parts: their groups, and themselves."""
        n = len(self.told)
        first = self._first_claimed
        one = np.r_[self.child, self.whole[self.part_of], first[self.claim_of]]
        other = np.r_[self.parent, self.part, self.claimed]
        graph = csr_array((np.ones(len(one)), (one, other)), shape=(n, n))
        _, piece = connected_components(graph, directed=False)
        size = np.bincount(piece)
        order = np.argsort(-size, kind="stable")
        dealt = np.empty(len(size), dtype=int)
        dealt[order] = np.arange(len(size)) % number
        label = dealt[piece]
        for part in range(min(number, len(size))):
            groups = np.flatnonzero(label == part)
            yield groups, self._among(groups, label == part)

    def _among(self, groups: np.ndarray, is_in: np.ndarray) -> Model:
        new = np.cumsum(is_in) - 1

        def renamed(names: np.ndarray, used: np.ndarray) -> np.ndarray:
            return np.searchsorted(np.unique(used), names)

        pairs, sums = is_in[self.child], is_in[self.whole]
        parts, claims = is_in[self.part], is_in[self.claimed]
        return Model(
            **{
                name: getattr(self, name)[groups] for name in ("told", "least", "most", "protected", "family")
            },
            child=new[self.child[pairs]],
            parent=new[self.parent[pairs]],
            is_base=self.is_base[pairs],
            whole=new[self.whole[sums]],
            gap_least=self.gap_least[sums],
            gap_most=self.gap_most[sums],
            part_of=renamed(self.part_of[parts], np.flatnonzero(sums)),
            part=new[self.part[parts]],
            claim_of=renamed(self.claim_of[claims], self.claim_of[claims]),
            claimed=new[self.claimed[claims]],
            weight=self.weight[claims],
            cell=np.unique(self.cell[groups], return_inverse=True)[1],
        )

    @property
    def _first_claimed(self) -> np.ndarray:
        """A group of each claim."""
        first = np.zeros(self._claims, dtype=int)
        first[self.claim_of] = self.claimed
        return first

    @property
    def _claims(self) -> int:
        return int(self.claim_of.max(initial=-1)) + 1

    @cached_property
    def apart(self) -> tuple[np.ndarray, np.ndarray]:
        """Pairs of groups, one in the other, told differently, besides those in `child`, `parent`."""
        whole_of = self.whole[self.part_of]
        plain = self.gap_least[self.part_of] >= 0
        edges = np.unique(
            np.c_[np.r_[self.child, self.part[plain]], np.r_[self.parent, whole_of[plain]]], axis=0
        )
        untold = np.isnan(self.told)
        over = edges[untold[edges[:, 0]]]
        reach = edges[~untold[edges[:, 0]] & untold[edges[:, 1]]]
        for _ in range(FAR):  # past groups that are not told
            further = _joined(reach, over)
            if not len(further):
                break
            edges = np.r_[edges, further]
            reach = further[untold[further[:, 1]]]
        inner, outer = np.unique(edges, axis=0).T
        differs = ~untold[inner] & ~untold[outer] & (self.told[inner] != self.told[outer])
        close = self.least[outer] - self.most[inner] < 1
        size = len(self.told)
        direct = np.isin(inner * size + outer, self.child * size + self.parent)
        keep = differs & close & ~direct
        return inner[keep], outer[keep]

    @cached_property
    def system(self) -> System:
        """Everything as numbers between ends, and sums of them that are zero.

        The numbers are the groups, the differences of `child` and `parent`, and what fills the other
        relations.
        """
        n, pairs, sums = len(self.told), len(self.child), len(self.whole)
        inner, outer = self.apart
        claims = self._claims
        with np.errstate(invalid="ignore"):
            differs = self.told[self.child] - self.told[self.parent]
        rest_least = (np.nan_to_num(differs) != 0).astype(float)
        least = np.r_[self.least, rest_least, self.gap_least, np.ones(len(inner)), np.zeros(claims)]
        most = np.r_[self.most, np.full(pairs, MANY), self.gap_most, np.full(len(inner) + claims, MANY)]
        relation, number, weight = [], [], []

        def add(
            first: int, *terms: tuple[np.ndarray, np.ndarray | float], rows: np.ndarray | None = None
        ) -> None:
            for numbers, weights in terms:
                relation.append(first + (np.arange(len(numbers)) if rows is None else rows))
                number.append(numbers)
                weight.append(np.broadcast_to(weights, len(numbers)))

        rest = n + np.arange(pairs)
        add(0, (self.parent, 1.0), (self.child, -1.0), (rest, -1.0))
        gap = n + pairs + np.arange(sums)
        add(pairs, (self.whole, 1.0), (gap, -1.0))
        add(pairs, (self.part, -1.0), rows=self.part_of)
        strict = n + pairs + sums + np.arange(len(inner))
        add(pairs + sums, (outer, 1.0), (inner, -1.0), (strict, -1.0))
        claim = pairs + sums + len(inner)
        add(claim, (n + claim + np.arange(claims), -1.0))
        add(claim, (self.claimed, self.weight), rows=self.claim_of)
        matrix = coo_array(
            (np.concatenate(weight), (np.concatenate(relation), np.concatenate(number))),
            shape=(claim + claims, len(least)),
        )
        family = np.r_[self.family, np.full(len(least) - n, -1)]
        is_whole = np.arange(len(least)) < n + claim
        matrix = matrix.tocsr()
        matrix.eliminate_zeros()
        return System(matrix, least, most, family, is_whole)

    @property
    def targets(self) -> np.ndarray:
        """What must stay uncertain while it is small, as numbers of the system."""
        return np.r_[np.flatnonzero(self.protected), len(self.told) + np.flatnonzero(self.is_base)]

    @cached_property
    def derived(self) -> csr_array:
        """What gives the numbers of the system of the counts of the groups; shape (numbers, groups)."""
        n = len(self.told)
        rest = self.system.matrix[:, n:].tocoo()
        # Each relation has one number that only fills it, with the weight −1.
        order = np.empty(rest.shape[0], dtype=int)
        order[rest.col] = rest.row
        one = coo_array((np.ones(n), (np.arange(n), np.arange(n))), shape=(n, n))
        return vstack([one, self.system.matrix[order][:, :n]]).tocsr()

    def solution(self, counts: np.ndarray) -> np.ndarray:
        """The numbers of the system when the groups have these counts; shape (n,) to that of the system."""
        return self.derived @ counts


@dataclass(frozen=True)
class System:
    """Numbers between `least` and `most`, (n,), and relations: `matrix` (m, n) times the numbers is zero.

    `family`: −1 for a number that only fills a relation. `is_whole`: it is a whole number.
    """

    matrix: csr_array
    least: np.ndarray
    most: np.ndarray
    family: np.ndarray
    is_whole: np.ndarray

    def terms(self, relations: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The terms of some relations: where each begins (and the end), numbers and weights."""
        begins, numbers, weights = _taken(
            self.matrix.indptr, relations, self.matrix.indices, self.matrix.data
        )
        return begins, numbers, weights

    @cached_property
    def _by_number(self) -> tuple[np.ndarray, np.ndarray]:
        columns = self.matrix.tocsc()
        return columns.indptr, columns.indices

    def relations(self, numbers: np.ndarray) -> np.ndarray:
        """The relations that some numbers are in."""
        begins, rows = self._by_number
        return np.unique(_taken(begins, numbers, rows)[1])

    def beside(self, numbers: np.ndarray) -> np.ndarray:
        """The numbers in the relations of some, themselves among them."""
        return np.union1d(numbers, self.terms(self.relations(numbers))[1])


def _taken(begins: np.ndarray, which: np.ndarray, *arrays: np.ndarray) -> tuple[np.ndarray, ...]:
    """Runs of arrays one after the other: where each begins (and the end), and their items."""
    sizes = begins[which + 1] - begins[which]
    ends = np.r_[0, np.cumsum(sizes)]
    at = np.arange(ends[-1]) + np.repeat(begins[which] - ends[:-1], sizes)
    return (ends, *(array[at] for array in arrays))


def _joined(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Pairs (a, c) of pairs (a, b) and (b, c); shapes (n, 2)."""
    second = second[np.argsort(second[:, 0], kind="stable")]
    begin = np.searchsorted(second[:, 0], first[:, 1])
    size = np.searchsorted(second[:, 0], first[:, 1], side="right") - begin
    left = np.repeat(first[:, 0], size)
    place = np.arange(size.sum()) - np.repeat(np.cumsum(size) - size, size) + np.repeat(begin, size)
    return np.unique(np.c_[left, second[place, 1]], axis=0)
