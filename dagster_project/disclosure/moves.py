"""From one possible table to another: a move keeps every relation and changes a count by so much.

The cheapest move is a linear programme: what has a price moves as little as can be, the rest for nothing. It
is nearly always whole. Most moves stay among the counts of one kind (the graduates of each institution, say),
where they are soon found.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_array, hstack
from scipy.sparse.csgraph import connected_components

from dagster_project.disclosure.solver import EPSILON, Program, whole
from dagster_project.disclosure.system import Key, label

# The price of a total that is shown.
DEAR = 10.0


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
        """Shapes: matrix (m, n); low, high (m,) of the steps' sums; up, down, price (n,): room and price."""
        self.counts, self.size = counts, len(counts)
        self.place = {int(i): k for k, i in enumerate(counts)}
        self.up, self.down = up, down
        self.price = price
        # What has a price has a column for its steps up and one for those down, the others have one for both.
        priced = np.flatnonzero(price)
        self._steps_down = {int(k): self.size + column for column, k in enumerate(priced)}
        columns = hstack([matrix, -matrix[:, priced]], format="csr")
        self._relations = columns, np.minimum(low, 0.0), np.maximum(high, 0.0)
        self._priced = priced
        self._made: Program | None = None

    def _program(self) -> Program:
        if self._made is None:
            least = np.where(self.price > 0, 0.0, -self.down)
            self._made = Program(
                *self._relations,
                np.concatenate([least, np.zeros(len(self._priced))]),
                np.concatenate([self.up, self.down[self._priced]]),
            )
            costs = np.concatenate([self.price, self.price[self._priced]])
            self._made.costs(np.arange(len(costs)), costs)
        return self._made

    def move(self, count: int, by: float) -> tuple[float, np.ndarray] | None:
        """The price of changing a count by `by` (down when negative), and the steps of `counts`; None when
        nothing allows it.
        """
        k = self.place[count]
        if abs(by) > (self.up[k] if by > 0 else self.down[k]):
            return None
        program = self._program()
        self._bound(k, by, by)
        found = program.solve()
        if found is not None and whole(found[1]) is None:
            near = program.whole_near(found[1])
            found = found if near is None else (float(program.cost @ near), near)
        self._bound(k, -self.down[k], self.up[k])
        if found is None:
            return None
        steps = found[1][: self.size].copy()
        steps[self._priced] -= found[1][self.size :]
        return found[0], steps

    def _bound(self, k: int, low: float, high: float) -> None:
        """Keep a count's step between these."""
        if self._made is None:
            return
        if k not in self._steps_down:
            self._made.bound(k, low, high)
            return
        self._made.bound(k, max(low, 0.0), max(high, 0.0))
        self._made.bound(self._steps_down[k], max(-high, 0.0), max(-low, 0.0))

    def limit(self, count: int, up: float, down: float) -> None:
        """Give a count other room."""
        k = self.place[count]
        self.up[k], self.down[k] = up, down
        self._bound(k, -down, up)

    def free(self, count: int) -> None:
        """Let a count move for nothing."""
        k = self.place[count]
        self.price[k] = 0.0
        if self._made is not None:
            columns = [k, self._steps_down[k]] if k in self._steps_down else [k]
            self._made.costs(np.array(columns), np.zeros(len(columns)))


class Neighbourhood:
    """Moves from a possible table: among the counts of one kind first, then all but totals, then all."""

    def __init__(
        self,
        keys: Sequence[Key],
        matrix: csr_array,
        low: np.ndarray,
        high: np.ndarray,
        table: np.ndarray,
        lower: np.ndarray,
        upper: np.ndarray,
        price: np.ndarray,
    ) -> None:
        """Shapes: matrix (m, n); low, high (m,); keys, table, lower, upper, price (n,)."""
        self.matrix, self.low, self.high = matrix, low, high
        self.lower, self.upper, self.price = lower, upper, price
        self.labels = np.asarray([label(key) for key in keys])
        self.inner = np.array(["total" not in key for key in keys]) & (self.labels != "mobility")
        self.columns = matrix.tocsc()
        self.table = table
        self._sums = matrix @ table
        self._near: dict[str, tuple[np.ndarray, np.ndarray]] = {}
        self._made: dict[tuple[str, int], Moves] = {}

    def reach(
        self, count: int, ends: Sequence[float], enough: float, *, far: bool = True
    ) -> tuple[float, np.ndarray] | None:
        """The price and the table of a move of the count to one of the ends; None when nothing allows it.

        Args:
            count: which.
            ends: values to reach, the first that costs no more than `enough`, else the cheapest.
            enough: a price that is low enough not to look further.
            far: whether to look among all counts at last, which takes the longest.
        """
        best: tuple[float, np.ndarray] | None = None
        name = str(self.labels[count]).removeprefix("not ")
        best = self._cheaper(self._hanging_with(count, name, *self._family(name)), count, ends, enough, best)
        if best is not None and best[0] <= enough:
            return best
        if (best is None or self._moves_totals(best[1])) and self.inner[count]:
            among = self._hanging_with(count, "inside", *self._inside())
            best = self._cheaper(among, count, ends, enough, best)
        if best is None and far:
            everything = np.arange(len(self.lower))
            best = self._cheaper(self._among(("", 0), everything), count, ends, enough, best)
        return best

    def _hanging_with(self, count: int, name: str, free: np.ndarray, part: np.ndarray) -> Moves:
        """Moves of the free counts that hang together with this one."""
        of = int(part[np.searchsorted(free, count)])
        made = self._made.get((name, of))
        return self._among((name, of), free[part == of]) if made is None else made

    def _moves_totals(self, table: np.ndarray) -> bool:
        """Whether a table differs in totals that are shown: what is no total may do without."""
        shown = ~self.inner & (self.price > DEAR)
        return bool((np.abs(table - self.table)[shown] > EPSILON).any())

    def _inside(self) -> tuple[np.ndarray, np.ndarray]:
        """Counts that are no totals, and which of them hang together when the totals stay."""
        if "inside" not in self._near:
            free = np.flatnonzero(self.inner)
            self._near["inside"] = free, self._together(free)
        return self._near["inside"]

    def _together(self, free: np.ndarray) -> np.ndarray:
        links = abs(self.columns[:, free])
        return connected_components(links.T @ links, directed=False)[1]

    def _cheaper(
        self,
        moves: Moves,
        count: int,
        ends: Sequence[float],
        enough: float,
        best: tuple[float, np.ndarray] | None,
    ) -> tuple[float, np.ndarray] | None:
        for end in ends:
            found = moves.move(count, end - self.table[count])
            if found is not None and (best is None or found[0] < best[0]):
                reached = self.table.copy()
                reached[moves.counts] += found[1]
                best = found[0], reached
            if best is not None and best[0] <= enough:
                break
        return best

    def limit(self, count: int, lower: float, upper: float) -> None:
        """Keep a count between other ends, which the table that the moves begin from is within."""
        self.lower[count], self.upper[count] = lower, upper
        for moves in self._made.values():
            if count in moves.place:
                moves.limit(count, upper - self.table[count], self.table[count] - lower)

    def free(self, count: int) -> None:
        """Let a count move for nothing."""
        self.price[count] = 0.0
        for moves in self._made.values():
            if count in moves.place:
                moves.free(count)

    def _family(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        """Counts of a kind and the rests beside them (who do not), and which of them hang together."""
        if name not in self._near:
            mine = (self.labels == name) | (self.labels == f"not {name}")
            rows = np.flatnonzero(abs(self.matrix) @ mine.astype(float) > 0)
            beside = np.zeros(len(mine), dtype=bool)
            beside[np.unique(self.matrix[rows].indices)] = True
            free = np.flatnonzero(mine | (beside & np.char.startswith(self.labels, "not ")))
            self._near[name] = free, self._together(free)
        return self._near[name]

    def _among(self, name: tuple[str, int], counts: np.ndarray) -> Moves:
        """The moves of some counts, made when they are first asked for."""
        if name not in self._made:
            columns = self.columns[:, counts]
            rows = np.unique(columns.indices)
            self._made[name] = Moves(
                counts,
                columns.tocsr()[rows],
                (self.low - self._sums)[rows],
                (self.high - self._sums)[rows],
                (self.upper - self.table)[counts],
                (self.table - self.lower)[counts],
                self.price[counts],
            )
        return self._made[name]
