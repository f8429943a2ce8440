"""What an attacker can prove of a hidden count: the least and the greatest value that everything allows.

For each count two integer programmes (least, greatest) over all relations that its part of the tables is in.
Most are answered by their linear relaxation: when its optimum is whole it is exact. One answer shows a
possible table, hence possible values of every count in it, and most counts need no question of their own.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from dagster_project.disclosure.moves import Neighbourhood
from dagster_project.disclosure.rule import Rule
from dagster_project.disclosure.solver import EPSILON, Program, whole
from dagster_project.disclosure.system import ContradictionError, Part, System, follow, narrow, parts

# A part with at most this many counts is also searched for what the rule itself gives away; of a larger one
# only whether no more than one of its counts can be small.
SMALL_PART = 60
# In a larger part, a count on which small ones lean is tried only if these, times the counts of the part (on
# which the time to move one depends), are at most so many.
WORTH_TRYING = 15_000
# Tables for many counts at once are looked for while each pair of tables settles so many.
MANY_AT_ONCE = 8
# A small count for whose sake so many others could not be shown is not looked far for again.
VAIN = 3


@dataclass(frozen=True)
class Interval:
    """The possible values of a count. `is_exact`: no whole table lies outside it, and both ends have one."""

    low: int
    high: int
    is_exact: bool
    relations: tuple[str, ...] = ()

    @property
    def width(self) -> int:
        """Greatest − least."""
        return self.high - self.low

    def gives_away(self, rule: Rule) -> bool:
        """Whether it says too much of what may be a small count."""
        return self.width < rule.width and self.low < rule.threshold and self.high > 0


def intervals(
    system: System,
    targets: Sequence[int],
    rule: Rule,
    enough: int | None = None,
    tables: np.ndarray | None = None,
) -> dict[int, Interval]:
    """What can be proved of each target, a number in the system.

    Args:
        system: what is published; NaN values are the unknown ones.
        targets: counts to bound.
        rule: what an attacker knows of why counts are hidden.
        enough: stop looking further when a count is proved uncertain by so much; None: exact ends always.
        tables: possible values of all counts (tables × counts), as a help; what does not fit is left out.

    Raises:
        ContradictionError: the figures contradict each other.
    """
    return Bounds(system, rule, enough, tables).intervals(targets)


class Bounds:
    """What can be proved of the counts of a system, and the possible tables that were met on the way."""

    def __init__(
        self, system: System, rule: Rule, enough: int | None, tables: np.ndarray | None = None
    ) -> None:
        """See `intervals`."""
        self.system = system
        value = np.asarray(system.value, dtype=float)
        self.rule, self.enough = rule, enough
        self.lower, self.upper, self.told_by = follow(system, value)
        self.known = np.where(self.lower == self.upper, self.lower, value)
        is_count = np.asarray(system.is_count)
        self.searches: list[Search] = []
        self.place: dict[int, tuple[Search, int]] = {}
        helpful = np.empty((0, len(value))) if tables is None else tables[fits(system, self.known, tables)]
        for part in parts(system, self.known, self.lower, self.upper):
            search = Search(system, part, is_count[part.counts], rule, enough)
            search.learn(helpful[:, part.counts])
            self.searches.append(search)
            self.place |= {int(i): (search, k) for k, i in enumerate(part.counts)}

    def intervals(self, targets: Sequence[int]) -> dict[int, Interval]:
        """What can be proved of each target."""
        self.sweep(targets)
        return {i: self._interval(i) for i in targets}

    def _interval(self, i: int) -> Interval:
        if i in self.place:
            search, k = self.place[i]
            if self.enough is not None and self.lower[i] >= self.rule.threshold:
                return Interval(
                    int(self.lower[i]), int(self.upper[i]), False
                )  # whatever it is, it is not small
            return search.interval(k)
        if math.isnan(self.known[i]):  # no relation speaks of it
            return Interval(self.system.at_least[i], self.system.at_most[i], True)
        says = (self.system.relations[self.told_by[i]][4],) if i in self.told_by else ()
        return Interval(round(self.known[i]), round(self.known[i]), True, says)

    def together_with(self, i: int) -> np.ndarray:
        """The unknown counts that hang together with a count, itself among them."""
        return self.place[i][0].part.counts if i in self.place else np.array([i])

    def sweep(self, targets: Iterable[int]) -> None:
        """Look for tables that differ in many targets at once (`Search.sweep`)."""
        for search, counts in self._by_part(targets):
            search.sweep(counts)

    def _by_part(self, targets: Iterable[int]) -> list[tuple[Search, list[int]]]:
        """Every part with the numbers that the targets in it have there."""
        inside: dict[int, list[int]] = {id(search): [] for search in self.searches}
        for i in targets:
            if i in self.place:
                search, k = self.place[i]
                inside[id(search)].append(k)
        return [(search, inside[id(search)]) for search in self.searches]

    def tables(self, targets: Iterable[int]) -> np.ndarray:
        """Possible tables, few but enough to show how uncertain the targets are; shape (tables, counts)."""
        chosen = [search.telling(counts) for search, counts in self._by_part(targets)]
        rows = max((len(tables) for tables in chosen), default=0)
        whole_tables = np.tile(np.where(np.isnan(self.known), self.system.at_least, self.known), (rows, 1))
        for search, tables in zip(self.searches, chosen, strict=True):
            if len(tables):
                # Parts have nothing to do with each other: their tables go together as they come.
                whole_tables[:, search.part.counts] = tables[np.arange(rows) % len(tables)]
        return whole_tables


def possible_table(system: System) -> np.ndarray:
    """The table as far as it is known, with whole numbers for the rest; shape (counts,).

    Raises:
        ContradictionError: nothing fits what is known.
    """
    value = np.asarray(system.value, dtype=float)
    table = np.where(np.isnan(value), np.asarray(system.at_least, dtype=float), value)
    lower, upper, _ = follow(system, value)
    table[lower == upper] = lower[lower == upper]
    for part in parts(system, np.where(lower == upper, lower, math.nan), lower, upper):
        table[part.counts] = _some_table(system, part)
    return table


def _some_table(system: System, part: Part) -> np.ndarray:
    for in_whole in (False, True):
        program = Program(part.matrix, part.low, part.high, part.at_least, part.at_most, whole=in_whole)
        answer = program.solve()
        if answer is None:
            says = "; ".join(system.relations[r][4] for r in part.relations[:3])
            raise ContradictionError(says)
        if (table := whole(answer[1])) is not None:
            return table
    raise ContradictionError("no whole table fits the published figures")


def fits(system: System, known: np.ndarray, tables: np.ndarray) -> np.ndarray:
    """Which tables (tables × counts) are whole, agree with what is known and keep every relation."""
    if not len(tables) or not system.relations:
        return np.zeros(len(tables), dtype=bool)
    matrix, low, high = system.matrix()
    told = ~np.isnan(known)
    sums = (matrix @ tables.T).T
    agrees = np.all(np.abs(tables[:, told] - known[told]) < EPSILON, axis=1)
    keeps = np.all((sums >= low - EPSILON) & (sums <= high + EPSILON), axis=1)
    least, most = np.asarray(system.at_least) - EPSILON, np.asarray(system.at_most) + EPSILON
    inside = np.all((tables >= least) & (tables <= most), axis=1)
    return agrees & keeps & inside & np.all(np.abs(tables - np.rint(tables)) < EPSILON, axis=1)


class Met:
    """Possible tables that were met, and the least and the greatest value of each count in them."""

    def __init__(self, size: int) -> None:
        """`size`: the counts of a table."""
        self._tables = np.empty((0, size))
        self._new: list[np.ndarray] = []
        self.least, self.most = np.full(size, math.inf), np.full(size, -math.inf)

    @property
    def tables(self) -> np.ndarray:
        """All of them, in the order in which they were met; shape (tables, counts)."""
        if self._new:
            self._tables = np.vstack([self._tables, *self._new])
            self._new = []
        return self._tables

    def add(self, table: np.ndarray) -> None:
        """Remember a table; shape (counts,)."""
        self._new.append(table)
        np.minimum(self.least, table, out=self.least)
        np.maximum(self.most, table, out=self.most)

    def where(self, k: int, value: float) -> Met:
        """Those with a value in a count."""
        tables = self.tables
        some = Met(tables.shape[1])
        some._tables = tables[tables[:, k] == value]
        if len(some._tables):
            some.least, some.most = some._tables.min(axis=0), some._tables.max(axis=0)
        return some

    def width(self, k: int) -> float:
        """How much the tables differ in a count."""
        return max(0.0, float(self.most[k] - self.least[k]))


class Search:
    """One part of the tables, searched for the ends of its counts; remembers every possible table it met."""

    def __init__(
        self, system: System, part: Part, is_count: np.ndarray, rule: Rule, enough: int | None
    ) -> None:
        """`is_count`: which of the part's counts the rule is about; `enough`: see `intervals`."""
        self.system, self.part, self.rule, self.enough = system, part, rule, enough
        self.is_count = is_count
        size = len(part.counts)
        self.lower, self.upper = part.at_least.copy(), part.at_most.copy()
        self.program = Program(part.matrix, part.low, part.high, self.lower, self.upper)
        self.exact_program: Program | None = None
        self.met = Met(size)
        self.knows_rule = system.hides and size <= SMALL_PART
        may_be_small = np.flatnonzero(is_count & (self.lower < rule.threshold) & (self.upper > 0))
        is_known = system.hides and size > SMALL_PART and len(may_be_small) == 1
        self.only_small = int(may_be_small[0]) if is_known else None
        self.near: Neighbourhood | None = None
        self.leant_on: Counter[int] = Counter()
        self._entries = part.matrix.tocoo()

    def sweep(self, targets: Sequence[int]) -> None:
        """Tables as far apart in many targets at once as everything allows, each time by other weights, while
        that is quicker than to ask for one count after the other.
        """
        left = self._not_uncertain(targets)
        settled, random = len(left), np.random.default_rng(0)  # always the same numbers
        while self.enough is not None and settled >= MANY_AT_ONCE and len(left) >= MANY_AT_ONCE:
            places = np.array(left, dtype=np.int32)
            weights = random.uniform(0.5, 1.5, len(left)) * random.choice([-1.0, 1.0], len(left))
            for sign in (1.0, -1.0):
                self.program.costs(places, sign * weights)
                answer = self.program.solve()
                if answer is not None and whole(answer[1]) is None:
                    near = self.program.whole_near(answer[1])
                    answer = None if near is None else (0.0, near)
                self._look(answer)
            self.program.costs(places, np.zeros(len(left)))
            left = self._not_uncertain(left)
            settled = len(places) - len(left)

    def _look(self, answer: tuple[float, np.ndarray] | None) -> bool:
        """Take in a possible table; False when it is not one."""
        table = None if answer is None else whole(answer[1])
        if table is None or not self._is_possible(table):
            return False
        self.met.add(table)
        return True

    def telling(self, targets: Sequence[int]) -> np.ndarray:
        """Few of the tables that were met, which show of each target as much as all of them."""
        tables = self.met.tables
        if not len(tables):
            return tables
        least, most = tables[0].copy(), tables[0].copy()
        chosen = {0}
        for k in targets:
            if most[k] - least[k] < min(self.rule.width, self.met.width(k)):
                for row in (int(tables[:, k].argmin()), int(tables[:, k].argmax())):
                    chosen.add(row)
                    np.minimum(least, tables[row], out=least)
                    np.maximum(most, tables[row], out=most)
        return tables[sorted(chosen)]

    def learn(self, tables: np.ndarray) -> None:
        """Take in tables that someone else found; shape (tables, counts of the part)."""
        seen = set[bytes]()
        for table in np.rint(tables) + 0.0:
            if (key := table.tobytes()) not in seen and self._is_possible(table):
                seen.add(key)
                self.met.add(table)

    def _is_possible(self, table: np.ndarray) -> bool:
        """Who knows the rule knows that something in the part is small: else nothing would be hidden."""
        if not self.knows_rule:
            return True
        counts = table[self.is_count]
        return bool(np.any((counts > 0) & (counts < self.rule.threshold)))

    def interval(self, k: int) -> Interval:
        """The proved interval of the part's count number k."""
        if k == self.only_small:
            low, high = max(1.0, self.lower[k]), min(self.upper[k], self.rule.threshold - 1.0)
            return Interval(
                int(low), int(high), False, ("of all that is hidden here only this can be small",)
            )
        if self.enough is not None and (known := self._enough(k, self.enough)) is not None:
            return known
        low, down = self._end(k, 1.0)
        if self.is_uncertain(k):
            return self._seen(k)
        high, up = self._end(k, -1.0)
        if self.is_uncertain(k):
            return self._seen(k)
        return Interval(low, high, True, self._says({*down, *up}))

    def _enough(self, k: int, enough: int) -> Interval | None:
        """The interval as far as it must be known: wide enough, of no small count, or too narrow; None when
        only whole tables can tell.
        """
        self._move(k)
        if self.is_uncertain(k):
            return self._seen(k)
        ends, told = [], set[int]()
        for sign in (1.0, -1.0):
            answer = self._relaxed(k, sign)
            told |= set(self.program.tight().tolist())
            ends.append(sign * math.ceil(sign * answer[0] - EPSILON))
            self._look(answer)
        if self.is_uncertain(k):
            return self._seen(k)
        # Beyond these ends there is no table, whole or not.
        outer = Interval(int(ends[0]), int(ends[1]), False, self._says(told))
        is_told = outer.low >= self.rule.threshold or outer.high <= 0 or outer.width < enough
        return outer if is_told else None

    def _says(self, relations: Iterable[int]) -> tuple[str, ...]:
        return tuple(self.system.relations[self.part.relations[r]][4] for r in sorted(relations))

    def _seen(self, k: int) -> Interval:
        return Interval(int(self.met.least[k]), int(self.met.most[k]), False)

    def _begin(self) -> bool:
        """Find a possible table to move from, if there is none; False when the rule allows none so soon."""
        if self.near is None:
            if not len(self.met.tables):
                table = _some_table(self.system, self.part)
                if not self._is_possible(table):
                    return False
                self.met.add(table)
            part, price = self.part, np.ones(len(self.lower))
            keys = [self.system.keys[i] for i in part.counts]
            self.near = Neighbourhood(
                keys, part.matrix, part.low, part.high, self.met.tables[0], self.lower, self.upper, price
            )
        return True

    def _move(self, k: int, *, far: bool = True) -> None:
        """Short moves from a possible table, as far as shows that the count is uncertain enough."""
        if not self._begin():
            return
        assert self.near is not None
        for sign in (1.0, -1.0):
            short = (self.enough or 0) - self.met.width(k)
            if short <= 0:
                return
            # So large that what is within `enough` of it is not small is far enough, too.
            far_enough = (self.enough or 0) + self.rule.threshold - 1
            end = min(self.met.most[k] + short, far_enough) if sign > 0 else self.met.least[k] - short
            found = self.near.reach(k, (end,), math.inf, far=far)
            self._look(found)

    def is_uncertain(self, k: int) -> bool:
        """Whether the tables that were met already differ by enough in this count; or whether it can be so
        large that what is within `enough` of it is not small.
        """
        if self.enough is None:
            return False
        return bool(
            self.met.width(k) >= self.enough or self.met.most[k] - self.enough >= self.rule.threshold - 1
        )

    def _not_uncertain(self, targets: Sequence[int]) -> list[int]:
        """Those of which `is_uncertain` says no."""
        if self.enough is None or not len(self.met.tables):
            return list(targets)
        chosen = np.asarray(targets, dtype=int)
        least, most = self.met.least[chosen], self.met.most[chosen]
        far = (most - least >= self.enough) | (most - self.enough >= self.rule.threshold - 1)
        return chosen[~far].tolist()

    def show(self, k: int, value: float, targets: Sequence[int]) -> bool:
        """Show a count if every target stays uncertain without it; False leaves all as it was."""
        targets = [target for target in targets if target != k]
        before, bounds = self.met, (self.lower[k], self.upper[k])
        self.met = before.where(k, value)
        kept = len(self.met.tables)
        leaning = self._not_uncertain(targets)
        room = self._room_beside(k, value) if self._is_worth_trying(leaning) else None
        if room is not None and all(room[target] >= self.rule.width for target in targets):
            # First those for whose sake others could not be shown, and that have least room.
            leaning.sort(key=lambda target: (-self.leant_on[target], room[target]))
            self._fix(k, value, value)
            stopped_by = next((target for target in leaning if not self._stays_uncertain(target)), None)
            if stopped_by is None:
                return True
            self.leant_on[stopped_by] += 1
            self._fix(k, *bounds)
        # What was met with the count fixed is possible without, too.
        for table in self.met.tables[kept:]:
            before.add(table)
        self.met = before
        return False

    def _is_worth_trying(self, leaning: Sequence[int]) -> bool:
        size = len(self.part.counts)
        return size <= SMALL_PART or len(leaning) * size <= WORTH_TRYING

    def _room_beside(self, k: int, value: float) -> np.ndarray:
        """How wide each relation alone leaves each count when this one is told: at least as wide as it is."""
        lower, upper = self.lower.copy(), self.upper.copy()
        lower[k] = upper[k] = value
        narrow(self._entries, self.part.low, self.part.high, lower, upper)
        return upper - lower

    def _stays_uncertain(self, k: int) -> bool:
        """Whether a small count is uncertain enough; in a larger part, whether a short move says so."""
        if len(self.part.counts) <= SMALL_PART:
            return not self.interval(k).gives_away(self.rule)
        self._move(k, far=self.leant_on[k] < VAIN)
        return self.is_uncertain(k)

    def _fix(self, k: int, lower: float, upper: float) -> None:
        self.lower[k], self.upper[k] = lower, upper
        self.program.bound(k, lower, upper)
        if self.near is not None:
            if lower <= self.near.table[k] <= upper:
                self.near.limit(k, lower, upper)
            else:  # from a table that has another value there, no move keeps to it
                self.near = None
        if self.exact_program is not None:
            self.exact_program.bound(k, lower, upper)

    def _end(self, k: int, sign: float) -> tuple[int, list[int]]:
        """The least (sign 1) or greatest (−1) whole value, and the relations that hold it there."""
        answer = self._relaxed(k, sign)
        tight = self.program.tight().tolist()
        if self._look(answer):
            return round(answer[0]), tight
        if whole(answer[1]) is None:
            end = math.ceil(sign * answer[0] - EPSILON)
            near = self.program.whole_near(answer[1])
            if (
                near is not None
                and self._look((0.0, near))
                and (sign * near[k] == end or self.is_uncertain(k))
            ):
                return round(near[k]), tight
            exact = self._exact().extreme(k, sign)
            if exact is None:
                raise ContradictionError("no whole table fits the published figures")
            answer = exact
            if self._look(answer):
                return round(answer[0]), tight
        return self._end_by_rule(k, sign, round(answer[0])), tight

    def _relaxed(self, k: int, sign: float) -> tuple[float, np.ndarray]:
        answer = self.program.extreme(k, sign)
        if answer is None:
            raise ContradictionError("no table fits the published figures")
        return answer

    def _exact(self) -> Program:
        if self.exact_program is None:
            part = self.part
            self.exact_program = Program(part.matrix, part.low, part.high, self.lower, self.upper, whole=True)
        return self.exact_program

    def _end_by_rule(self, k: int, sign: float, otherwise: int) -> int:
        """The end when at least one count of the part is small: the furthest over which one that is."""
        program, best = self._exact(), math.inf
        for j in np.flatnonzero(self.is_count):
            program.bound(int(j), max(1.0, self.lower[j]), min(self.upper[j], self.rule.threshold - 1.0))
            answer = (
                program.extreme(k, sign)
                if self.upper[j] >= 1 and self.lower[j] < self.rule.threshold
                else None
            )
            program.bound(int(j), self.lower[j], self.upper[j])
            if answer is not None:
                self._look(answer)
                best = min(best, sign * answer[0])
        if best is math.inf:  # hidden for a reason that is not this rule's
            self.knows_rule = False
            return otherwise
        return round(sign * best)
