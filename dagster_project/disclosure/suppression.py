"""Which counts to hide so that no small one can be worked out: as few and as unimportant as can be.

For each small count in turn a linear programme asks for another table, at least `width` away in that count,
that agrees with everything that is still shown; each count that must move for it costs what it is worth to a
reader, and is then hidden (Kelly, Golden and Assad 1992; Fischetti and Salazar 2000; the same heuristic is in
Statistics Canada's G-Confid). Hidden ones move for nothing, so later questions lean on earlier answers. At
the end, what is hidden without need is shown again.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Set
from dataclasses import replace

import numpy as np

from dagster_project.disclosure.bounds import MANY_AT_ONCE, Bounds, possible_table
from dagster_project.disclosure.moves import Neighbourhood
from dagster_project.disclosure.rule import Rule
from dagster_project.disclosure.solver import EPSILON
from dagster_project.disclosure.system import MANY, System

# A move that costs no more than this hides nothing new.
CHEAP = 0.9
# Of no more counts than these, each that is hidden for others is tried to do without.
SMALL = 100


class UnprotectableError(Exception):
    """No pattern protects some counts: not even hiding everything in their part of the tables."""

    def __init__(self, counts: Iterable[int]) -> None:
        """`counts`: their numbers in the system."""
        super().__init__("no pattern protects a count")
        self.counts = sorted(counts)


def protect(
    system: System,
    hidden: set[int],
    targets: set[int],
    weight: np.ndarray,
    rule: Rule,
    told_with: Mapping[int, Set[int]] | None = None,
) -> tuple[set[int], np.ndarray]:
    """Hide more until every target is uncertain by the rule's width, then show what need not be hidden.

    Args:
        system: the exact tables; every published count has its value.
        hidden: numbers of counts hidden for their own sake.
        targets: small counts, published or not.
        weight: what each published count is worth; infinite for what is not published, NaN for what is told
            already and cannot be hidden.
        rule: the threshold and the width.
        told_with: counts that are not told where all of some others are hidden.

    Returns:
        Numbers of all published counts that are hidden, `hidden` included; and possible tables (tables ×
        counts) that show how uncertain they are.

    Raises:
        UnprotectableError: a target cannot be protected.
    """
    told_with, full = told_with or {}, weight
    best = _protected(system, hidden, targets, weight, rule, told_with)
    tried = set(told_with) | set(hidden)
    while len(system.keys) <= SMALL and (left := best[0] - tried):
        # What was hidden for the first questions may not be best for all: do without it from the beginning.
        tried.add(most := max(sorted(left), key=lambda i: weight[i]))
        told = weight.copy()
        told[most] = math.nan
        try:
            other = _protected(system, hidden, targets, told, rule, told_with)
        except UnprotectableError:
            continue
        if _cost(other[0], full) <= _cost(best[0], full):
            best, weight = other, told
    return best


def _cost(hidden: Set[int], weight: np.ndarray) -> tuple[int, float]:
    """Fewer first, then what is worth less."""
    return len(hidden), round(float(sum(weight[i] for i in sorted(hidden))), 6)


def _protected(
    system: System,
    hidden: set[int],
    targets: set[int],
    weight: np.ndarray,
    rule: Rule,
    told_with: Mapping[int, Set[int]],
) -> tuple[set[int], np.ndarray]:
    """As `protect`, one question after the other."""
    pattern = Pattern(system, hidden, weight, rule, told_with)
    pattern.protect_all(dict.fromkeys(targets, rule.width))
    bounds, kept, new = pattern.attacked(), targets, pattern.hidden
    best: tuple[set[int], np.ndarray] | None = None
    while best is None or new:
        needed = pattern.without_needless(bounds, kept, new)
        # Only the small counts were looked at, each in its part; and parts that fell apart tell more to who
        # knows the rule: attack it all, and hide more where that finds something.
        seen = list(bounds.tables(pattern.doubtful()))
        pattern, bounds = _grow(pattern, needed, targets, seen)
        if best is not None and len(best[0]) <= len(pattern.hidden):
            break
        best = pattern.hidden - pattern.told_anyway(bounds), bounds.tables(pattern.doubtful())
        # What was hidden in answer to that may leave others without need; this time nothing may be lost.
        new, kept = pattern.hidden - needed, targets | set(pattern.doubtful())
    return best


def _grow(
    before: Pattern, hidden: set[int], targets: set[int], tables: list[np.ndarray]
) -> tuple[Pattern, Bounds]:
    """From so much of a pattern hide more until the attack proves nothing of any hidden count."""
    rule = before.rule
    pattern = Pattern(before.system, before.primary, before.weight, rule, before.told_with, hidden, tables)
    wanted = dict.fromkeys(targets, rule.width)
    while True:
        size = len(pattern.hidden)
        pattern.protect_all(wanted)
        bounds = pattern.attacked()
        found = bounds.intervals(pattern.doubtful())
        provable = {i for i, interval in found.items() if interval.gives_away(rule)}
        if not provable:
            return pattern, bounds
        # Whole tables, or what the rule gives away, leave less than the linear programme sees: ask for more.
        wanted = {target: wanted.get(target, rule.width - 1) + 1 for target in provable}
        if len(pattern.hidden) == size:
            # More of the same does not help who is known to be the only small one: hide something beside it.
            for target in sorted(provable):
                pattern.hide_beside(bounds.together_with(target))
            if len(pattern.hidden) == size:
                break
        pattern.forget(provable)
    raise UnprotectableError(provable)


class Pattern:
    """A set of hidden counts that grows, with the moves that say what must be added to it."""

    def __init__(
        self,
        system: System,
        primary: Set[int],
        weight: np.ndarray,
        rule: Rule,
        told_with: Mapping[int, Set[int]],
        hidden: Set[int] = frozenset(),
        tables: Iterable[np.ndarray] = (),
    ) -> None:
        """`primary`: hidden for their own sake; `hidden`: these too. `tables`: possible ones from before,
        which agree with what was shown then, so also with less.
        """
        self.system, self.weight, self.rule, self.tables = system, weight, rule, list(tables)
        self.primary = frozenset(primary)
        self.told_with = told_with
        self.tells: dict[int, set[int]] = defaultdict(set)
        for i, others in told_with.items():
            for other in others:
                self.tells[other].add(i)
        self.hidden = set(primary | hidden)
        self.hidden |= self._untold(self.hidden)
        self.exact = possible_table(system)
        at_least = np.asarray(system.at_least, dtype=float)
        stays = np.isnan(weight)
        free = np.isinf(weight)
        free[list(self.hidden)] = True
        self.near = Neighbourhood(
            system.keys,
            *system.matrix(),
            self.exact,
            np.where(stays, self.exact, at_least),
            np.where(stays, self.exact, float(MANY)),
            np.where(free, 0.0, np.nan_to_num(weight, posinf=0.0)),
        )
        self.seen_low, self.seen_high = self.exact.copy(), self.exact.copy()
        for table in tables:
            self._see(table)

    def attacked(self) -> Bounds:
        """What an outsider can prove."""
        tables = np.array([self.exact, *self.tables])
        return Bounds(self.public(), self.rule, self.rule.width, tables)

    def protect_all(self, wanted: Mapping[int, int]) -> None:
        """Make each target uncertain by its width."""
        self._sweep([target for target in wanted if self._short(target) > EPSILON])
        for target in sorted(wanted, key=lambda t: (-self.exact[t], t)):
            self.protect(target, wanted[target])

    def protect(self, target: int, width: int) -> None:
        """Make the target uncertain by `width`, hiding what must move for it."""
        if self.seen_high[target] - self.seen_low[target] >= width - EPSILON:
            return
        ends = (self.seen_low[target] + width, self.seen_high[target] - width)
        found = self.near.reach(target, ends, CHEAP)
        if found is not None:
            self._take(found[1])
        elif not self._both_ways(target, width):
            raise UnprotectableError([target])

    def _both_ways(self, target: int, width: int) -> bool:
        """Make the target uncertain by going some of the way up and the rest down; False if nothing can."""
        for down in range(1, width):
            low = self.near.reach(target, (self.exact[target] - down,), CHEAP)
            high = self.near.reach(target, (self.exact[target] + width - down,), CHEAP)
            if low is not None and high is not None:
                self._take(low[1])
                self._take(high[1])
                return True
        return False

    def hide_beside(self, part: np.ndarray) -> None:
        """Hide the count of least worth among those shown nearest to a part of the tables."""
        matrix, _, _ = self.system.matrix()
        while True:
            relations = np.flatnonzero(abs(matrix[:, part]).sum(axis=1))
            beside = np.unique(matrix[relations].indices)
            shown = [i for i in beside.tolist() if np.isfinite(self.weight[i]) and i not in self.hidden]
            if shown:
                self._hide([min(shown, key=lambda i: (self.weight[i], i))])
            if shown or len(beside) == len(part):
                return
            part = beside

    def _sweep(self, targets: Collection[int]) -> None:
        """See how uncertain many targets are already."""
        if len(targets) >= MANY_AT_ONCE:
            bounds = self.attacked()
            bounds.sweep(targets)
            for table in bounds.tables(targets):
                self._keep(table)

    def _short(self, target: int) -> float:
        return float(self.rule.width - (self.seen_high[target] - self.seen_low[target]))

    def _take(self, table: np.ndarray) -> None:
        self._keep(table)
        self._hide(self._moved(table))

    def _keep(self, table: np.ndarray) -> None:
        self.tables.append(table)
        self._see(table)

    def _moved(self, table: np.ndarray) -> list[int]:
        """Counts that are still shown and that the table has otherwise."""
        moved = np.flatnonzero((np.abs(table - self.exact) > EPSILON) & np.isfinite(self.weight))
        return [i for i in moved.tolist() if i not in self.hidden]

    def _hide(self, counts: list[int]) -> None:
        new = set(counts) - self.hidden
        self.hidden |= new
        new |= (untold := self._untold(new) - self.hidden)
        self.hidden |= untold
        for i in sorted(new):
            self.near.free(i)

    def _untold(self, new: Set[int]) -> set[int]:
        """What is told nowhere any more, now that these are hidden too."""
        beside = set[int]().union(*(self.tells[i] for i in new if i in self.tells))
        return {i for i in beside if self.told_with[i] <= self.hidden and math.isfinite(self.weight[i])}

    def _see(self, table: np.ndarray) -> None:
        np.minimum(self.seen_low, table, out=self.seen_low)
        np.maximum(self.seen_high, table, out=self.seen_high)

    def forget(self, targets: set[int]) -> None:
        """What was seen of these was not whole."""
        for target in targets:
            self.seen_low[target] = self.seen_high[target] = self.exact[target]

    def known(self) -> np.ndarray:
        """What an outsider knows: NaN for what is hidden, and for what only follows from it."""
        known = self.exact.copy()
        known[list(self.hidden)] = math.nan
        known[np.isinf(self.weight)] = math.nan
        return known

    def doubtful(self) -> list[int]:
        """Hidden counts that may be small for all that an outsider knows: larger ones are far off."""
        near = self.exact < self.rule.threshold + self.rule.width - 1
        return [i for i in np.flatnonzero(np.isnan(self.known()) & near).tolist() if self.system.is_count[i]]

    def public(self) -> System:
        """What an outsider sees."""
        return replace(self.system, value=self.known().tolist())

    def told_anyway(self, bounds: Bounds) -> set[int]:
        """Counts hidden for others that follow from what is shown: to hide them hides nothing."""
        follows = {i for i in self.hidden - self.primary if bounds.lower[i] == bounds.upper[i]}
        hidden = self.hidden - follows
        # Unless no row tells them.
        while untold := {i for i in follows - hidden if i in self.told_with and self.told_with[i] <= hidden}:
            hidden |= untold
        return self.hidden - hidden

    def without_needless(self, bounds: Bounds, targets: set[int], among: Set[int]) -> set[int]:
        """The hidden counts without those that protect nothing, the most worth shown first; of the parts of
        the tables that have some `among` them.
        """
        needed = set(self.hidden)
        for search in bounds.searches:
            place = {int(i): k for k, i in enumerate(search.part.counts)}
            if among.isdisjoint(place):
                continue
            extra = sorted(
                (self.hidden - self.primary) & place.keys(),
                key=lambda i: (i in self.told_with, -self.weight[i], i),
            )
            inside = [place[i] for i in sorted(targets & place.keys())]
            for i in extra:
                told = i not in self.told_with or not self.told_with[i] <= needed
                if told and search.show(place[i], self.exact[i], inside):
                    needed.discard(i)
        return needed
