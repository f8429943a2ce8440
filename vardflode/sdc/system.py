"""Numbers between ends, and the relations that tie them: what a model comes down to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import Any

import numpy as np
from scipy.sparse import coo_array, csr_array


class Kind(IntEnum):
    """What a number of a system is. Each but the groups is defined by a relation, as a sum of others."""

    # A count.
    GROUP = 0
    # Those of a parent who are not in the child.
    REST = 1
    # Those of a whole who are in none of its parts.
    GAP = 2
    # Those of the outer of two groups that are told differently who are not in the inner: one at least.
    APART = 3
    # What a claim says is not below zero.
    CLAIM = 4
    # As a gap, of a sum of rests.
    REST_GAP = 5


# These are asked for as whole numbers, where whole numbers are asked for: the others follow.
WHOLE = (Kind.GROUP, Kind.REST, Kind.GAP, Kind.APART)


@dataclass(frozen=True)
class System:
    """Numbers between `least` and `most`, (n,), and relations: `matrix` (m, n) times the numbers is zero.

    `kind`: what each number is. The last m are defined by the m relations, in order: each relation is the sum
    that its number is, less that number.
    """

    matrix: csr_array
    least: np.ndarray
    most: np.ndarray
    kind: np.ndarray

    @cached_property
    def is_whole(self) -> np.ndarray:
        """Which are asked for as whole numbers."""
        return np.isin(self.kind, WHOLE)

    def terms(self, relations: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The terms of some relations: where each begins (and the end), numbers and weights."""
        begins, numbers, weights = _taken(
            self.matrix.indptr, relations, self.matrix.indices, self.matrix.data
        )
        return begins, numbers, weights

    def stated(self, numbers: np.ndarray) -> np.ndarray:
        """The groups whose told numbers give these numbers their own ends: themselves, or the two that are
        told differently.
        """
        differ = np.isin(self.kind[numbers], (Kind.REST, Kind.APART)) & (self.least[numbers] > 0)
        size = len(self.kind) - self.matrix.shape[0]
        of = self.terms(numbers[differ] - size)[1]
        return np.unique(np.r_[numbers[self.kind[numbers] == Kind.GROUP], of[of < size]])

    @cached_property
    def _by_number(self) -> tuple[np.ndarray, np.ndarray]:
        columns = self.matrix.tocsc()
        return columns.indptr, columns.indices

    def relations(self, numbers: np.ndarray) -> np.ndarray:
        """The relations that some numbers are in."""
        begins, rows = self._by_number
        return _distinct(_taken(begins, numbers, rows)[1], self.matrix.shape[0])

    def beside(self, numbers: np.ndarray) -> np.ndarray:
        """The numbers in the relations of some, themselves among them."""
        return _distinct(np.r_[numbers, self.terms(self.relations(numbers))[1]], len(self.kind))


class Build:
    """A system in the making: numbers one kind after the other, and the relations that define them."""

    def __init__(self, least: np.ndarray, most: np.ndarray) -> None:
        """`least`, `most`: the ends of the groups."""
        self._ends = [(least, most)]
        self._kinds = [np.full(len(least), Kind.GROUP)]
        self._terms: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
        self._groups = self._size = len(least)

    def define(
        self, kind: Kind, least: np.ndarray, most: np.ndarray | int, *terms: tuple[Any, ...]
    ) -> np.ndarray:
        """Numbers of a kind, each as a sum of others: `terms` are numbers, their weights and which sum each
        is in (without: one in each). Returns the new numbers.
        """
        new = self._size + np.arange(len(least))
        for numbers, weights, *of in (*terms, (new, -1.0)):
            sums = new[of[0]] if of else new
            self._terms.append((sums - self._groups, numbers, np.broadcast_to(weights, len(numbers))))
        self._ends.append((least.astype(float), np.broadcast_to(np.asarray(most, dtype=float), len(least))))
        self._kinds.append(np.full(len(least), kind))
        self._size += len(new)
        return new

    def system(self) -> System:
        """All of them."""
        relation, number, weight = (np.concatenate(arrays) for arrays in zip(*self._terms, strict=True))
        shape = (self._size - self._groups, self._size)
        matrix = coo_array((weight, (relation, number)), shape=shape).tocsr()
        matrix.eliminate_zeros()
        least, most = (np.concatenate(arrays) for arrays in zip(*self._ends, strict=True))
        return System(matrix, least, most, np.concatenate(self._kinds))


def _distinct(places: np.ndarray, size: int) -> np.ndarray:
    """Each of some places of 0..size−1 once, in order."""
    found = np.zeros(size, dtype=bool)
    found[places] = True
    return np.flatnonzero(found)


def _taken(begins: np.ndarray, which: np.ndarray, *arrays: np.ndarray) -> tuple[np.ndarray, ...]:
    """Runs of arrays one after the other: where each begins (and the end), and their items."""
    sizes = begins[which + 1] - begins[which]
    ends = np.r_[0, np.cumsum(sizes)]
    at = np.arange(ends[-1]) + np.repeat(begins[which] - ends[:-1], sizes)
    return (ends, *(array[at] for array in arrays))
