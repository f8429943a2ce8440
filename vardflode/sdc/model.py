"""Groups of persons, what is told of them, and how they lie in each other, as plain arrays."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy.sparse import coo_array, csr_array, vstack
from scipy.sparse.csgraph import connected_components

# More than any count of persons: an interval that reaches it is open upwards.
MANY = 10_000_000
# Of groups that are not told, so many in a row are looked past for two that are.
FAR = 4
# What is said of each group on its own.
OF_GROUPS = ("told", "least", "most", "protected")


@dataclass(frozen=True)
class Model:
    """Groups by number, 0..n−1; every array of groups has shape (n,).

    `told`: the number told (NaN: none); two groups that are told differently are different groups. `least`,
    `most`: what that, and else, says of the count. `protected`: must stay uncertain while it is small.
    `child`, `parent` (p,): the first lies in the second; `is_base`: their difference must stay
    uncertain too. `whole`, `gap_least`, `gap_most` (s,): the sums, and what of the whole is in none of the
    parts (below zero: parts overlap); `part_of`, `part` (t,): number of a sum and a group that is part of it.
    `claim_of`, `claimed`, `weight` (u,): number of a claim, a group in it, and its weight: the sum is not
    below zero.
    """

    told: np.ndarray
    least: np.ndarray
    most: np.ndarray
    protected: np.ndarray
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

    def without(self, groups: np.ndarray) -> Model:
        """The same when these groups are not told."""
        told, least, most = self.told.copy(), self.least.copy(), self.most.copy()
        told[groups], least[groups], most[groups] = np.nan, 0, MANY
        return replace(self, told=told, least=least, most=most)

    @cached_property
    def piece(self) -> np.ndarray:
        """Which piece that hangs together each group is in, numbered from 0; shape (n,)."""
        n = len(self.told)
        one = np.r_[self.child, self.whole[self.part_of], self._first_claimed[self.claim_of]]
        other = np.r_[self.parent, self.part, self.claimed]
        graph = csr_array((np.ones(len(one)), (one, other)), shape=(n, n))
        return connected_components(graph, directed=False)[1]

    def split(self, label: np.ndarray) -> list[tuple[np.ndarray, Model]]:
        """The model cut where no relation crosses: the groups of each label, 0.., and what is said of them.

        Args:
            label: of each group (n,), the same in a whole piece; −1: left out.
        """
        number = int(label.max(initial=-1)) + 1
        groups, pairs = _Dealt(label, number), _Dealt(label[self.child], number)
        sums, parts = _Dealt(label[self.whole], number), _Dealt(label[self.part], number)
        claims = _Dealt(label[self._first_claimed], number)
        terms = _Dealt(label[self.claimed], number)
        return [
            (
                groups[k],
                Model(
                    **{name: getattr(self, name)[groups[k]] for name in OF_GROUPS},
                    child=groups.place[self.child[pairs[k]]],
                    parent=groups.place[self.parent[pairs[k]]],
                    is_base=self.is_base[pairs[k]],
                    whole=groups.place[self.whole[sums[k]]],
                    gap_least=self.gap_least[sums[k]],
                    gap_most=self.gap_most[sums[k]],
                    part_of=sums.place[self.part_of[parts[k]]],
                    part=groups.place[self.part[parts[k]]],
                    claim_of=claims.place[self.claim_of[terms[k]]],
                    claimed=groups.place[self.claimed[terms[k]]],
                    weight=self.weight[terms[k]],
                ),
            )
            for k in range(number)
        ]

    def dealt(self, number: int, left_out: np.ndarray | None = None) -> list[tuple[np.ndarray, Model]]:
        """The model in about so many parts of like size, each of whole pieces.

        Args:
            number: of parts, at most.
            left_out: of each piece, whether it is in none.
        """
        size = np.bincount(self.piece)
        if left_out is not None:
            size[left_out] = 0
        order = np.argsort(-size, kind="stable")[: np.count_nonzero(size)]
        part = np.full(len(size), -1)
        part[order] = np.arange(len(order)) % number
        return self.split(part[self.piece])

    def fingerprint(self, *more: np.ndarray) -> str:
        """A checksum of all that is said, whatever the order it is said in, and of arrays besides."""
        digest = hashlib.blake2b(digest_size=16)
        of_groups = [getattr(self, name) for name in OF_GROUPS]
        pairs = np.unique(np.c_[self.child, self.parent, self.is_base], axis=0)
        for array in (*of_groups, pairs, *self._sums, *self._claimed, *more):
            array = np.ascontiguousarray(array, dtype=float)
            digest.update(f"{array.shape}".encode())
            digest.update((array + 0.0).tobytes())
        return digest.hexdigest()

    @property
    def _sums(self) -> tuple[np.ndarray, np.ndarray]:
        """The sums in an order of their own: whole and gaps of each, and the parts with its number."""
        of = np.c_[self.whole, self.gap_least, self.gap_most]
        return _in_order(of, self.part_of, self.part, np.ones(len(self.part)))

    @property
    def _claimed(self) -> tuple[np.ndarray, np.ndarray]:
        """The claims in an order of their own."""
        return _in_order(np.empty((self._claims, 0)), self.claim_of, self.claimed, self.weight)

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
    def differences(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Sums that follow from others: where a group and each of its parts lie in a group and its parts,
        those who are in the outer ones only are parts of each other too. That shortens proofs about them.

        Returns:
            Of each sum its whole, a pair of `child` and `parent`, and the most of it that is in no part; and
            the number of a sum with each pair that is part of it.
        """
        n = len(self.told)
        term, pair = _matches(self.whole[self.part_of], self.child)
        row, inner = _matches(self.part[term], self.child)
        term, pair = term[row], pair[row]
        row, outer = _matches(
            self.parent[pair] * n + self.parent[inner], self.whole[self.part_of] * n + self.part
        )
        first, second = self.part_of[term[row]], self.part_of[outer]
        pair, inner = pair[row], inner[row]
        kept = (self.gap_least[first] >= 0) & (self.gap_least[second] >= 0)
        found, of, size = np.unique(
            np.c_[first, pair, second][kept], axis=0, return_inverse=True, return_counts=True
        )
        parts = np.bincount(self.part_of, minlength=len(self.whole))
        whole = (size == parts[found[:, 0]]) & (size == parts[found[:, 2]])
        of = of.ravel()
        is_in = whole[of]
        number = np.cumsum(whole) - 1
        most = self.gap_most[found[whole, 2]]
        return found[whole, 1], most, number[of[is_in]], inner[kept][is_in]

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
        pair, most_gap, of, inside = self.differences
        both = claim + claims
        least = np.r_[least, np.zeros(len(pair))]
        most = np.r_[most, most_gap]
        add(both, (n + pair, 1.0), (n + both + np.arange(len(pair)), -1.0))
        add(both, (n + inside, -1.0), rows=of)
        matrix = coo_array(
            (np.concatenate(weight), (np.concatenate(relation), np.concatenate(number))),
            shape=(both + len(pair), len(least)),
        )
        is_whole = np.arange(len(least)) < n + claim
        matrix = matrix.tocsr()
        matrix.eliminate_zeros()
        return System(matrix, least, most, is_whole)

    @property
    def targets(self) -> np.ndarray:
        """What must stay uncertain while it is small, as numbers of the system."""
        return np.r_[np.flatnonzero(self.protected), len(self.told) + np.flatnonzero(self.is_base)]

    @cached_property
    def derived(self) -> csr_array:
        """What gives the numbers of the system of the counts of the groups; shape (numbers, groups)."""
        n, (pair, _, of, inside) = len(self.told), self.differences
        plain = self.system.matrix[: self.system.matrix.shape[0] - len(pair)]
        rest = plain[:, n:].tocoo()
        # Each relation has one number that only fills it, with the weight −1.
        order = np.empty(plain.shape[0], dtype=int)
        order[rest.col] = rest.row
        one = coo_array((np.ones(n), (np.arange(n), np.arange(n))), shape=(n, n))
        fills = plain[order][:, :n]
        weights = np.r_[np.ones(len(pair)), -np.ones(len(inside))]
        places = (np.r_[np.arange(len(pair)), of], np.r_[pair, inside])
        sums = coo_array((weights, places), shape=(len(pair), fills.shape[0])).tocsr()
        return vstack([one, fills, sums @ fills]).tocsr()

    def solution(self, counts: np.ndarray) -> np.ndarray:
        """The numbers of the system when the groups have these counts; shape (n,) to that of the system."""
        return self.derived @ counts


class _Dealt:
    """Items by label: `[k]` gives the items of a label, `place` where each is among those of its own."""

    def __init__(self, label: np.ndarray, number: int) -> None:
        self._order = np.argsort(label, kind="stable")
        self._begin = np.searchsorted(label[self._order], np.arange(number + 1))
        self.place = np.empty(len(label), dtype=int)
        self.place[self._order] = np.arange(len(label)) - np.searchsorted(
            label[self._order], label[self._order]
        )

    def __getitem__(self, label: int) -> np.ndarray:
        return self._order[self._begin[label] : self._begin[label + 1]]


def _in_order(
    of: np.ndarray, number: np.ndarray, item: np.ndarray, weight: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Sets of weighted items ordered by what they hold: what is said `of` each (sets, .), and its items."""
    first = np.full(len(of), np.inf)
    np.minimum.at(first, number, item)
    rank = np.empty(len(of), dtype=int)
    rank[np.lexsort((first, *of.T))] = np.arange(len(of))
    terms = np.c_[rank[number], item, weight]
    return of[np.argsort(rank)], terms[np.lexsort(terms.T[::-1])]


@dataclass(frozen=True)
class System:
    """Numbers between `least` and `most`, (n,), and relations: `matrix` (m, n) times the numbers is zero.

    `is_whole`: it is a whole number.
    """

    matrix: csr_array
    least: np.ndarray
    most: np.ndarray
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
    left, right = _matches(first[:, 1], second[:, 0])
    return np.unique(np.c_[first[left, 0], second[right, 1]], axis=0)


def _matches(left: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Places of equal keys, one in each array, every pair of them."""
    order = np.argsort(right, kind="stable")
    begin = np.searchsorted(right[order], left)
    size = np.searchsorted(right[order], left, side="right") - begin
    ends = np.cumsum(size)
    at = np.arange(size.sum()) - np.repeat(ends - size, size) + np.repeat(begin, size)
    return np.repeat(np.arange(len(left)), size), order[at]
