"""What published tables say of the counts in them: whole numbers, not negative, and linear relations."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

Key = tuple[Any, ...]
# More than any count of persons: an interval that reaches it is open upwards.
MANY = 10_000_000
# Room for the rounding of sums, and how often relations are asked in turn.
SLACK = 1e-6
ROUNDS = 50

# Any number of rows of the first sum may be missing.
ANY = (np.inf, 0)


@dataclass
class System:
    """Counts by key, and relations `low <= sum(coefficient * count) <= high` between them.

    `value` is NaN where a count is not known. `is_count` tells the counts that the frequency rule is about
    from others that only help (a part of a window, a remainder).
    """

    keys: list[Key] = field(default_factory=list)
    index: dict[Key, int] = field(default_factory=dict)
    value: list[float] = field(default_factory=list)
    at_least: list[int] = field(default_factory=list)
    at_most: list[int] = field(default_factory=list)
    is_count: list[bool] = field(default_factory=list)
    relations: list[tuple[list[int], list[float], float, float, str]] = field(default_factory=list)
    # Where each published number stands: (table, *key of the row, column) → number of the count.
    columns: dict[Key, int] = field(default_factory=dict)
    # Whether what is not told is so because of the frequency rule (and not because everything carries noise).
    hides: bool = True
    # Relations that sum rows: how many rows that are not there may belong to each side (plus, minus). Without
    # noise a row that is not there has nobody in it.
    missing: dict[int, tuple[float, float]] = field(default_factory=dict)
    _made: tuple[csr_array, np.ndarray, np.ndarray] | None = None

    def count(self, key: Key, value: float | None = None, at_least: int = 0, is_count: bool = True) -> int:
        """The number of the count with this key, new or known from before; what is known of it is added."""
        i = self.index.setdefault(key, len(self.keys))
        if i == len(self.keys):
            self.keys.append(key)
            self.value.append(np.nan)
            self.at_least.append(0)
            self.at_most.append(MANY)
            self.is_count.append(False)
        if value is not None:
            self.value[i] = value
        self.at_least[i] = max(self.at_least[i], at_least)
        self.is_count[i] = self.is_count[i] or is_count
        return i

    def relate(
        self,
        says: str,
        plus: Iterable[int],
        minus: Iterable[int],
        low: float = 0,
        high: float = 0,
        missing: tuple[float, float] = (0, 0),
    ) -> None:
        """Add `low <= sum(plus) - sum(minus) <= high`; `says` is what a reader is told.

        `missing`: rows of each sum that may be left out where there is noise.
        """
        if any(missing):
            self.missing[len(self.relations)] = missing
        counts = [*plus]
        coefficients = [1.0] * len(counts)
        counts += minus
        coefficients += [-1.0] * (len(counts) - len(coefficients))
        self.weigh(says, counts, coefficients, low, high)

    def weigh(self, says: str, counts: list[int], coefficients: list[float], low: float, high: float) -> None:
        """Add `low <= sum(coefficient * count) <= high`."""
        self.relations.append((counts, coefficients, low, high, says))

    def matrix(self) -> tuple[csr_array, np.ndarray, np.ndarray]:
        """The relations as a matrix (relations × counts) with their lower and upper sides."""
        if self._made is not None and self._made[0].shape == (len(self.relations), len(self.keys)):
            return self._made
        lengths = [len(counts) for counts, *_ in self.relations]
        columns = np.fromiter((i for counts, *_ in self.relations for i in counts), dtype=np.int64)
        data = np.fromiter((c for _, cs, *_ in self.relations for c in cs), dtype=float)
        starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        shape = (len(self.relations), len(self.keys))
        low = np.array([r[2] for r in self.relations], dtype=float)
        high = np.array([r[3] for r in self.relations], dtype=float)
        matrix = csr_array((data, columns, starts), shape=shape)
        matrix.sum_duplicates()
        matrix.eliminate_zeros()
        self._made = matrix, low, high
        return self._made


@dataclass
class Part:
    """Unknown counts that hang together: what is said of one tells something of the others.

    `counts` and `relations` are their numbers in the system; the sides are what is left when what is known
    has been moved over.
    """

    counts: np.ndarray
    relations: np.ndarray
    matrix: csr_array
    low: np.ndarray
    high: np.ndarray
    at_least: np.ndarray
    at_most: np.ndarray


# Kinds of counts whose last word says what is counted; the others are of one kind throughout.
_NAMED = ("flow", "taught", "applicants", "specialisation", "colonoscopy")


def label(key: Key) -> str:
    """What is counted: the same in every cell of a table."""
    return str(key[-1]) if key[0] in _NAMED else "mobility" if key[0] == "class" else str(key[0])


class ContradictionError(Exception):
    """The published figures cannot all be true; the message names the relation."""


def follow(system: System, known: np.ndarray) -> tuple[np.ndarray, np.ndarray, dict[int, int]]:
    """What each relation alone says of its counts, again and again until nothing new is said.

    Returns:
        The least and the greatest value of each count, equal where it is known or follows; and for each count
        that follows, the relation that told it.

    Raises:
        ContradictionError: a relation cannot hold.
    """
    matrix, low, high = system.matrix()
    lower = np.where(np.isnan(known), np.asarray(system.at_least, dtype=float), known)
    upper = np.where(np.isnan(known), np.asarray(system.at_most, dtype=float), known)
    told_by: dict[int, int] = {}
    broken = narrow(matrix.tocoo(), low, high, lower, upper, told_by)
    if broken is not None:
        raise ContradictionError(system.relations[broken][4])
    return lower, upper, told_by


def narrow(
    matrix: coo_array,
    low: np.ndarray,
    high: np.ndarray,
    lower: np.ndarray,
    upper: np.ndarray,
    told_by: dict[int, int] | None = None,
) -> int | None:
    """Bring the ends of counts as near as each relation alone does, in turn, until nothing new is said.

    Args:
        matrix: relations × counts.
        low, high: the relations' sides.
        lower, upper: the ends of each count; changed in place.
        told_by: takes in, for each count that is told more of, the relation that did so last.

    Returns:
        A relation that cannot hold; None when there is none.
    """
    rows, columns, weights = matrix.row, matrix.col, matrix.data
    positive = weights > 0
    for _ in range(ROUNDS):
        least = weights * np.where(positive, lower[columns], upper[columns])
        most = weights * np.where(positive, upper[columns], lower[columns])
        row_least = np.bincount(rows, least, len(low))
        row_most = np.bincount(rows, most, len(low))
        broken = np.flatnonzero((row_least > high + SLACK) | (row_most < low - SLACK))
        if broken.size:
            return int(broken[0])
        # What the others leave to each term.
        to_most = (high[rows] - (row_least[rows] - least)) / weights
        to_least = (low[rows] - (row_most[rows] - most)) / weights
        new_upper = np.floor(np.where(positive, to_most, to_least) + SLACK)
        new_lower = np.ceil(np.where(positive, to_least, to_most) - SLACK)
        tighter = np.flatnonzero((new_upper < upper[columns]) | (new_lower > lower[columns]))
        if not tighter.size:
            break
        np.minimum.at(upper, columns, new_upper)
        np.maximum.at(lower, columns, new_lower)
        if told_by is not None:
            for entry in tighter:
                told_by[int(columns[entry])] = int(rows[entry])
    return None


def parts(
    system: System, known: np.ndarray, lower: np.ndarray | None = None, upper: np.ndarray | None = None
) -> list[Part]:
    """What hangs together, when `known` (NaN: not known) is moved to the right-hand side.

    Args:
        system: the counts and relations.
        known: value of each count.
        lower, upper: what is known of the ends of the others, when it is more than the system says.

    Raises:
        ContradictionError: a relation between known counts only does not hold.
    """
    if not system.relations:
        return []
    lower = np.asarray(system.at_least, dtype=float) if lower is None else lower
    upper = np.asarray(system.at_most, dtype=float) if upper is None else upper
    matrix, low, high = system.matrix()
    unknown = np.isnan(known)
    fixed = matrix @ np.where(unknown, 0.0, known)
    low, high = low - fixed, high - fixed
    rest = matrix[:, np.flatnonzero(unknown)].tocsr()
    empty = np.diff(rest.indptr) == 0
    broken = np.flatnonzero(empty & ((low > 1e-6) | (high < -1e-6)))
    if broken.size:
        raise ContradictionError(system.relations[broken[0]][4])
    rest, low, high = rest[~empty], low[~empty], high[~empty]
    numbers = np.flatnonzero(~empty)
    names = np.flatnonzero(unknown)
    rows, columns = rest.shape
    if not rows:
        return []
    # Rows and columns are the two sides of a graph.
    coo = rest.tocoo()
    graph = csr_array((np.ones(coo.nnz), (coo.row, coo.col + rows)), shape=(rows + columns,) * 2)
    _, label = connected_components(graph, directed=False)
    return [
        Part(
            counts=names[columns],
            relations=numbers[rows],
            matrix=rest[rows][:, columns].tocsr(),
            low=low[rows],
            high=high[rows],
            at_least=lower[names[columns]],
            at_most=upper[names[columns]],
        )
        for rows, columns in _groups(label, rows)
    ]


def _groups(label: np.ndarray, rows: int) -> Iterable[tuple[np.ndarray, np.ndarray]]:
    """For each label the rows and the columns that have it."""
    order = np.argsort(label, kind="stable")
    for group in np.split(order, np.unique(label[order], return_index=True)[1][1:]):
        yield group[group < rows], group[group >= rows] - rows
