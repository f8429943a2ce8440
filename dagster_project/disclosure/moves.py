"""From one possible table to another: a move keeps every relation and changes a count by so much.

The cheapest move is a linear programme; with a price on each count's change it is short, and nearly always whole.
Most moves stay among the counts of one kind (the graduates of every institution, say), where they are soon found.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from scipy.sparse import csr_array, hstack
from scipy.sparse.csgraph import connected_components

from dagster_project.disclosure.solver import Program


class Moves:
    """Moves of some counts (`counts`), the others staying where they are."""

    def __init__(
        self,
        counts: np.ndarray,
        matrix: csr_array,
        low: np.ndarray,
        high: np.ndarray,
        up: np.ndarray,
        down: np.ndarray,
        price: np.ndarray,
    ) -> None:
        """Shapes: matrix (m, n) and low, high (m,) of the steps' sums; up, down, price (n,): room and price."""
        self.counts, self.size = counts, len(counts)
        self.place = {int(i): k for k, i in enumerate(counts)}
        self.up, self.down = up, down
        self.program = Program(
            hstack([matrix, -matrix], format="csr"),
            np.minimum(low, 0.0),
            np.maximum(high, 0.0),
            np.zeros(2 * self.size),
            np.concatenate([up, down]),
        )
        self.program.costs(np.arange(2 * self.size), np.concatenate([price, price]))

    def move(self, count: int, by: float) -> tuple[float, np.ndarray] | None:
        """The price of changing a count by `by` (down when negative), and the steps of `counts`; None when
        nothing allows it.
        """
        k = self.place[count]
        if abs(by) > (self.up[k] if by > 0 else self.down[k]):
            return None
        goes, stays = (k, k + self.size) if by > 0 else (k + self.size, k)
        self.program.bound(goes, abs(by), abs(by))
        self.program.bound(stays, 0.0, 0.0)
        found = self.program.solve()
        self.program.bound(k, 0.0, self.up[k])
        self.program.bound(k + self.size, 0.0, self.down[k])
        return None if found is None else (found[0], found[1][: self.size] - found[1][self.size :])

    def reprice(self, count: int, price: float) -> None:
        """Give a count another price."""
        k = self.place[count]
        self.program.costs(np.array([k, k + self.size]), np.array([price, price]))


class Neighbourhood:
    """Moves from a table: among the counts of one kind first, then among all."""

    def __init__(
        self,
        labels: Sequence[str],
        matrix: csr_array,
        low: np.ndarray,
        high: np.ndarray,
        table: np.ndarray,
        lower: np.ndarray,
        upper: np.ndarray,
        price: np.ndarray,
    ) -> None:
        """Shapes: matrix (m, n); low, high (m,); labels, table, lower, upper, price (n,)."""
        self.matrix, self.table, self.price = matrix, table, price
        sums = matrix @ table
        self.low, self.high = low - sums, high - sums
        self.up, self.down = upper - table, table - lower
        self.labels = np.asarray(labels)
        self.columns = matrix.tocsc()
        self._near: dict[str, tuple[np.ndarray, np.ndarray]] = {}
        self._made: dict[tuple[str, int], Moves] = {}

    def moves(self, count: int, everywhere: bool = True) -> Iterator[Moves]:
        """Moves that can change a count, the nearest first."""
        label = str(self.labels[count]).removeprefix("not ")
        free, part = self._family(label)
        of = int(part[np.searchsorted(free, count)])
        if (label, of) not in self._made:
            self._made[(label, of)] = self._among(free[part == of])
        yield self._made[(label, of)]
        if everywhere:
            if ("", 0) not in self._made:
                self._made[("", 0)] = self._among(np.arange(len(self.table)))
            yield self._made[("", 0)]

    def move(self, count: int, by: float, everywhere: bool = True) -> tuple[float, np.ndarray] | None:
        """The price and the table of the first move that is found."""
        for moves in self.moves(count, everywhere):
            if (found := moves.move(count, by)) is not None:
                return found[0], self.after(moves, found[1])
        return None

    def after(self, moves: Moves, steps: np.ndarray) -> np.ndarray:
        """The table when these steps have been taken."""
        table = self.table.copy()
        table[moves.counts] += steps
        return table

    def reprice(self, count: int, price: float) -> None:
        """Give a count another price."""
        self.price[count] = price
        for moves in self._made.values():
            if count in moves.place:
                moves.reprice(count, price)

    def _family(self, label: str) -> tuple[np.ndarray, np.ndarray]:
        """Counts of a kind and the rests beside them (who do not), and which of them hang together."""
        if label not in self._near:
            mine = (self.labels == label) | (self.labels == f"not {label}")
            rows = np.flatnonzero(abs(self.matrix) @ mine.astype(float) > 0)
            beside = np.zeros(len(mine), dtype=bool)
            beside[np.unique(self.matrix[rows].indices)] = True
            free = np.flatnonzero(mine | (beside & np.char.startswith(self.labels, "not ")))
            links = abs(self.columns[:, free])
            _, part = connected_components(links.T @ links, directed=False)
            self._near[label] = free, part
        return self._near[label]

    def _among(self, counts: np.ndarray) -> Moves:
        columns = self.columns[:, counts]
        rows = np.unique(columns.indices)
        return Moves(
            counts,
            columns.tocsr()[rows],
            self.low[rows],
            self.high[rows],
            self.up[counts],
            self.down[counts],
            self.price[counts],
        )
