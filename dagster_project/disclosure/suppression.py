"""Which counts to hide so that no small one can be worked out: as few and as unimportant as can be.

For each small count in turn a linear programme asks for another table, at least `width` away in that count,
that agrees with everything that is still shown; each count that must move for it costs what it is worth to a
reader, and is then hidden (Kelly, Golden and Assad 1992; Fischetti and Salazar 2000; the same heuristic is in
Statistics Canada's G-Confid). Hidden ones move for nothing, so later questions lean on earlier answers. At
the end, what is hidden without need is shown again.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from scipy.sparse import csr_array, hstack

from dagster_project.disclosure.bounds import Bounds
from dagster_project.disclosure.rule import Rule
from dagster_project.disclosure.solver import EPSILON, Program
from dagster_project.disclosure.system import MANY, System

# What it costs to move a hidden count: next to nothing, so that what is near is taken first.
NEXT_TO_NOTHING = 1e-6
# Counts that are tried as the small one instead of another.
EXCUSES = 24


class UnprotectableError(Exception):
    """No pattern protects a count: not even hiding everything in its part of the tables."""


def protect(
    system: System, hidden: set[int], targets: set[int], weight: np.ndarray, rule: Rule
) -> tuple[set[int], np.ndarray]:
    """Hide more until every target is uncertain by the rule's width, then show what need not be hidden.

    Args:
        system: the exact tables; every published count has its value.
        hidden: numbers of counts hidden for their own sake.
        targets: small counts, published or not.
        weight: what each published count is worth; infinite for what is not published, NaN for what is told
            already and cannot be hidden.
        rule: the threshold and the width.

    Returns:
        Numbers of all published counts that are hidden, `hidden` included; and possible tables (tables ×
        counts) that show how uncertain they are.

    Raises:
        UnprotectableError: a target cannot be protected.
    """
    pattern, bounds = _grow(system, hidden, targets, weight, rule, [])
    needed = pattern.without_needless(bounds, targets)
    # What was one part may fall apart, and smaller parts tell more to who knows the rule: grow again.
    seen = list(bounds.tables(sorted(pattern.unknown())))
    lean, lean_bounds = _grow(system, needed, targets, weight, rule, seen)
    if len(lean.hidden) < len(pattern.hidden):
        pattern, bounds = lean, lean_bounds
    return pattern.hidden, bounds.tables(sorted(pattern.unknown()))


def _grow(
    system: System,
    hidden: set[int],
    targets: set[int],
    weight: np.ndarray,
    rule: Rule,
    tables: list[np.ndarray],
) -> tuple[Pattern, Bounds]:
    """Hide more until the attack proves nothing of any hidden count."""
    pattern = Pattern(system, set(hidden), weight, rule, tables)
    wanted = dict.fromkeys(targets, rule.width)
    stuck: Mapping[int, np.ndarray] = {}
    for _ in range(rule.width * 4):
        before = len(pattern.hidden)
        for target in sorted(wanted, key=lambda t: (-np.nan_to_num(pattern.exact[t]), t)):
            pattern.protect(target, wanted[target])
        for target in sorted(stuck):
            pattern.excuse(target, stuck[target])
        bounds = Bounds(pattern.public(), rule, rule.width, np.array(pattern.tables))
        found = bounds.intervals(sorted(pattern.unknown()))
        provable = {i for i, interval in found.items() if interval.gives_away(rule)}
        if not provable:
            return pattern, bounds
        # Whole tables, or what the rule gives away, leave less than the linear programme sees: ask for more.
        wanted = {target: wanted.get(target, rule.width - 1) + 1 for target in provable}
        if len(pattern.hidden) == before:
            stuck = {target: bounds.beside(target) for target in provable}
        pattern.forget(provable)
    raise UnprotectableError("; ".join(str(system.keys[t]) for t in sorted(provable)[:3]))


@dataclass
class Pattern:
    """A set of hidden counts that grows, with the linear programme that says what must be added to it."""

    system: System
    hidden: set[int]
    weight: np.ndarray
    rule: Rule
    # Possible tables, from before too: each agrees with what was shown when it was found, and so does still.
    tables: list[np.ndarray] = field(default_factory=list)
    exact: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        """Columns: what each count grows by, then what it shrinks by; others as they are."""
        matrix, low, high = self.system.matrix()
        self.exact = np.asarray(self.system.value, dtype=float)
        told = ~np.isnan(self.exact)
        self.size = len(self.exact)
        fixed = matrix @ np.where(told, self.exact, 0.0)
        both = csr_array(_beside(matrix, told))
        at_least = np.asarray(self.system.at_least, dtype=float)
        lower = np.where(told, 0.0, at_least)
        upper = np.full(self.size, float(MANY))
        stays = np.isnan(self.weight)
        upper[stays] = 0.0
        room = np.where(stays, 0.0, self.exact - at_least)[told]
        self.shrinks = np.full(self.size, -1)
        self.shrinks[told] = self.size + np.arange(told.sum())
        self.program = Program(
            both,
            low - fixed,
            high - fixed,
            np.concatenate([lower, np.zeros(told.sum())]),
            np.concatenate([upper, room]),
        )
        self.told = told
        self.primary = frozenset(self.hidden)
        cost = np.concatenate([self._costs(np.arange(self.size)), self._costs(np.flatnonzero(told))])
        self.program.costs(np.arange(len(cost)), cost)
        self.seen_low = np.where(told, self.exact, np.inf)
        self.seen_high = np.where(told, self.exact, -np.inf)
        for table in self.tables:
            self._see(table)

    def _costs(self, counts: np.ndarray) -> np.ndarray:
        free = np.isin(counts, list(self.hidden)) | np.isinf(self.weight[counts])
        return np.where(free, NEXT_TO_NOTHING, np.nan_to_num(self.weight[counts]))

    def protect(self, target: int, width: int) -> None:
        """Make the target uncertain by `width`, hiding what must move for it."""
        if self.seen_high[target] - self.seen_low[target] >= width - EPSILON:
            return
        if not self.told[target] and math.isinf(self.seen_low[target]):
            found = self.program.solve()
            if found is None:
                raise UnprotectableError(str(self.system.keys[target]))
            self._take(found[1])
        best: tuple[float, np.ndarray] | None = None
        for value in (self.seen_low[target] + width, self.seen_high[target] - width):
            found = self._moved(target, value)
            if found is not None and (best is None or found[0] < best[0]):
                best = found
            if best is not None and best[0] < 1e-3:
                break
        if best is None:
            raise UnprotectableError(str(self.system.keys[target]))
        self._take(best[1])

    def excuse(self, target: int, beside: np.ndarray) -> None:
        """Make the target uncertain to who knows that something near it is small: something else may be."""
        threshold = self.rule.threshold
        here = self.exact[target] if self.told[target] else self.seen_low[target]
        usable = self.told & ~np.isnan(self.weight) & np.asarray(self.system.is_count)
        others = [int(j) for j in beside if j != target and usable[j] and self.exact[j] > 0]
        others.sort(key=lambda j: (self.exact[j], j))
        best: tuple[float, np.ndarray] | None = None
        for j in others[:EXCUSES]:
            shrink = int(self.shrinks[j])
            room = self.exact[j] - self.system.at_least[j]
            self.program.bound(j, 0.0, max(0.0, threshold - 1 - self.exact[j]))
            self.program.bound(shrink, max(0.0, self.exact[j] - threshold + 1), min(room, self.exact[j] - 1))
            for value in (here + self.rule.width, here - self.rule.width):
                found = self._moved(target, value)
                if found is not None and (best is None or found[0] < best[0]):
                    best = found
            self.program.bound(j, 0.0, float(MANY))
            self.program.bound(shrink, 0.0, room)
        if best is not None:
            self._take(best[1])

    def _moved(self, target: int, value: float) -> tuple[float, np.ndarray] | None:
        """The cheapest table in which the target has this value."""
        least = self.system.at_least[target]
        if value < least - EPSILON:
            return None
        if not self.told[target]:
            self.program.bound(target, value, value)
            found = self.program.solve()
            self.program.bound(target, least, float(MANY))
            return found
        shrink, by = int(self.shrinks[target]), value - self.exact[target]
        self.program.bound(target, max(by, 0.0), max(by, 0.0))
        self.program.bound(shrink, max(-by, 0.0), max(-by, 0.0))
        found = self.program.solve()
        self.program.bound(target, 0.0, float(MANY))
        self.program.bound(shrink, 0.0, self.exact[target] - least)
        return found

    def _take(self, answer: np.ndarray) -> None:
        moved = answer[: self.size].copy()
        moved[self.told] -= answer[self.size :]
        table = np.where(self.told, np.nan_to_num(self.exact) + moved, moved)
        self.tables.append(table)
        self._see(table)
        new = np.flatnonzero(self.told & (np.abs(moved) > EPSILON) & np.isfinite(self.weight))
        new = np.array([i for i in new if i not in self.hidden], dtype=int)
        if new.size:
            self.hidden.update(new.tolist())
            columns = np.concatenate([new, self.shrinks[new]])
            self.program.costs(columns, np.full(len(columns), NEXT_TO_NOTHING))

    def _see(self, table: np.ndarray) -> None:
        np.minimum(self.seen_low, table, out=self.seen_low)
        np.maximum(self.seen_high, table, out=self.seen_high)

    def forget(self, targets: set[int]) -> None:
        """What was seen of these was not whole."""
        for target in targets:
            self.seen_low[target] = self.exact[target] if self.told[target] else math.inf
            self.seen_high[target] = self.exact[target] if self.told[target] else -math.inf

    def known(self) -> np.ndarray:
        """What an outsider knows: NaN for what is hidden, and for what only follows from it."""
        known = self.exact.copy()
        known[list(self.hidden)] = math.nan
        known[np.isinf(self.weight)] = math.nan
        return known

    def public(self) -> System:
        """What an outsider sees."""
        return replace(self.system, value=self.known().tolist())

    def unknown(self) -> set[int]:
        """Counts, small or not, that an outsider is not told."""
        return {i for i in np.flatnonzero(np.isnan(self.known())).tolist() if self.system.is_count[i]}

    def without_needless(self, bounds: Bounds, targets: set[int]) -> set[int]:
        """The hidden counts without those that protect nothing, the most worth shown first."""
        needed = set(self.hidden)
        for search in bounds.searches:
            place = {int(i): k for k, i in enumerate(search.part.counts)}
            extra = sorted((self.hidden - self.primary) & place.keys(), key=lambda i: (-self.weight[i], i))
            inside = [place[i] for i in sorted(targets & place.keys())]
            needed -= {i for i in extra if search.show(place[i], self.exact[i], inside)}
        return needed


def _beside(matrix: csr_array, told: np.ndarray) -> csr_array:
    return hstack([matrix, -matrix[:, np.flatnonzero(told)]], format="csr")
