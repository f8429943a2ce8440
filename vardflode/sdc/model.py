"""Groups of persons, what is told of them, and how they lie in each other, as plain arrays."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import cached_property

import numpy as np
from scipy.sparse import csr_array, eye_array, vstack
from scipy.sparse.csgraph import connected_components

from vardflode.sdc.system import Build, Kind, System
from vardflode.sdc.tuning import FAR


class Special(IntEnum):
    """Numbers that are no counts."""

    # Instead of a told number: none is told; instead of a true one: nobody knows it.
    UNKNOWN = -1
    # More than any count: an interval that reaches it is open upwards.
    OPEN = 10_000_000


UNKNOWN, OPEN = int(Special.UNKNOWN), int(Special.OPEN)
# What is said of each group on its own.
OF_GROUPS = ("told", "least", "most", "protected")


@dataclass(frozen=True)
class Model:
    """Groups by number, 0..n−1; every array of groups has shape (n,).

    `told`: the number told, or UNKNOWN; two groups that are told differently are different groups. `least`,
    `most`: what that, and else, says of the count. `protected`: must stay uncertain while it is small.
    `child`, `parent` (p,): the first lies in the second; `is_base`: their difference must stay uncertain too.

    Relations (r,): sums of weighted groups that lie between 0 and `high`. Where it `is_sum`, one group, the
    whole, has the weight 1, its parts −1, and what of the whole is in none of them is `high` at most. Their
    terms (t,): `of`, the number of the relation, `group` and `weight`.
    """

    told: np.ndarray
    least: np.ndarray
    most: np.ndarray
    protected: np.ndarray
    child: np.ndarray
    parent: np.ndarray
    is_base: np.ndarray
    high: np.ndarray
    is_sum: np.ndarray
    of: np.ndarray
    group: np.ndarray
    weight: np.ndarray

    def without(self, groups: np.ndarray) -> Model:
        """The same when these groups are not told."""
        told, least, most = self.told.copy(), self.least.copy(), self.most.copy()
        told[groups], least[groups], most[groups] = UNKNOWN, 0, OPEN
        return replace(self, told=told, least=least, most=most)

    @cached_property
    def piece(self) -> np.ndarray:
        """Which piece that hangs together each group is in, numbered from 0; shape (n,)."""
        n = len(self.told)
        one, other = np.r_[self.child, self._first[self.of]], np.r_[self.parent, self.group]
        graph = csr_array((np.ones(len(one)), (one, other)), shape=(n, n))
        return connected_components(graph, directed=False)[1]

    def split(self, label: np.ndarray) -> list[tuple[np.ndarray, Model]]:
        """The model cut where no relation crosses: the groups of each label, 0.., and what is said of them.

        Args:
            label: of each group (n,), the same in a whole piece; −1: left out.
        """
        number = int(label.max(initial=-1)) + 1
        groups, pairs = _Dealt(label, number), _Dealt(label[self.child], number)
        relations, terms = _Dealt(label[self._first], number), _Dealt(label[self.group], number)
        return [
            (
                groups[k],
                Model(
                    **{name: getattr(self, name)[groups[k]] for name in OF_GROUPS},
                    child=groups.place[self.child[pairs[k]]],
                    parent=groups.place[self.parent[pairs[k]]],
                    is_base=self.is_base[pairs[k]],
                    high=self.high[relations[k]],
                    is_sum=self.is_sum[relations[k]],
                    of=relations.place[self.of[terms[k]]],
                    group=groups.place[self.group[terms[k]]],
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
        pairs = np.unique(np.c_[self.child, self.parent, self.is_base], axis=0)
        # The relations in an order of their own: by what they say, and their first group.
        first = np.full(len(self.high), np.inf)
        np.minimum.at(first, self.of, self.group)
        whole = np.full(len(self.high), UNKNOWN)
        whole[self._sum] = self._whole
        order = np.lexsort((first, self.high, whole, self.is_sum))
        terms = np.c_[np.argsort(order)[self.of], self.group, self.weight]
        relations = np.c_[self.high, self.is_sum][order]
        of_groups = [getattr(self, name) for name in OF_GROUPS]
        for array in (*of_groups, pairs, relations, terms[np.lexsort(terms.T[::-1])], *more):
            array = np.ascontiguousarray(array, dtype=float)
            digest.update(f"{array.shape}".encode())
            digest.update((array + 0.0).tobytes())
        return digest.hexdigest()

    @cached_property
    def _first(self) -> np.ndarray:
        """A group of each relation."""
        first = np.zeros(len(self.high), dtype=int)
        first[self.of] = self.group
        return first

    @cached_property
    def _sum(self) -> np.ndarray:
        """The relations that are sums."""
        return np.flatnonzero(self.is_sum)

    @cached_property
    def _whole(self) -> np.ndarray:
        """The whole of each sum."""
        whole = np.zeros(len(self.high), dtype=int)
        is_whole = self.weight > 0
        whole[self.of[is_whole]] = self.group[is_whole]
        return whole[self._sum]

    @cached_property
    def _parts(self) -> tuple[np.ndarray, np.ndarray]:
        """The parts of sums: number of the sum among them, and the group."""
        is_part = self.is_sum[self.of] & (self.weight < 0)
        return np.searchsorted(self._sum, self.of[is_part]), self.group[is_part]

    @cached_property
    def apart(self) -> tuple[np.ndarray, np.ndarray]:
        """Pairs of groups, one in the other, told differently, besides those in `child`, `parent`."""
        part_of, part = self._parts
        edges = np.unique(np.c_[np.r_[self.child, part], np.r_[self.parent, self._whole[part_of]]], axis=0)
        untold = self.told == UNKNOWN
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
        n, whole, (part_of, part) = len(self.told), self._whole, self._parts
        term, pair = _matches(whole[part_of], self.child)
        row, inner = _matches(part[term], self.child)
        term, pair = term[row], pair[row]
        row, outer = _matches(self.parent[pair] * n + self.parent[inner], whole[part_of] * n + part)
        first, second = part_of[term[row]], part_of[outer]
        pair, inner = pair[row], inner[row]
        found, of, size = np.unique(
            np.c_[first, pair, second], axis=0, return_inverse=True, return_counts=True
        )
        parts = np.bincount(part_of, minlength=len(whole))
        complete = (size == parts[found[:, 0]]) & (size == parts[found[:, 2]])
        of = of.ravel()
        is_in = complete[of]
        number = np.cumsum(complete) - 1
        most = self.high[self._sum[found[complete, 2]]]
        return found[complete, 1], most, number[of[is_in]], inner[is_in]

    @cached_property
    def system(self) -> System:
        """Everything as numbers between ends: the groups, and what relations define."""
        inner, outer = self.apart
        pair, most_gap, of, inside = self.differences
        both = np.minimum(self.told[self.child], self.told[self.parent]) != UNKNOWN
        differs = both & (self.told[self.child] != self.told[self.parent])
        build = Build(self.least, self.most)
        rest = build.define(Kind.REST, differs, OPEN, (self.parent, 1.0), (self.child, -1.0))
        self._relate(build, Kind.GAP, self.is_sum)
        build.define(Kind.APART, np.ones(len(inner)), OPEN, (outer, 1.0), (inner, -1.0))
        self._relate(build, Kind.CLAIM, ~self.is_sum)
        build.define(
            Kind.REST_GAP, np.zeros(len(pair)), most_gap, (rest[pair], 1.0), (rest[inside], -1.0, of)
        )
        return build.system()

    def _relate(self, build: Build, kind: Kind, mine: np.ndarray) -> None:
        number, terms = np.cumsum(mine) - 1, mine[self.of]
        high = self.high[mine]
        of = number[self.of[terms]]
        build.define(kind, np.zeros(len(high)), high, (self.group[terms], self.weight[terms], of))

    @property
    def targets(self) -> np.ndarray:
        """What must stay uncertain while it is small, as numbers of the system."""
        return np.r_[np.flatnonzero(self.protected), len(self.told) + np.flatnonzero(self.is_base)]

    @cached_property
    def derived(self) -> csr_array:
        """What gives the numbers of the system of the counts of the groups; shape (numbers, groups)."""
        n, matrix = len(self.told), self.system.matrix
        plain = np.count_nonzero(self.system.kind < Kind.REST_GAP) - n
        of_groups = matrix[:plain, :n]
        of_rests = matrix[plain:, n : n + plain] @ of_groups
        return vstack([eye_array(n), of_groups, of_rests]).tocsr()


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
