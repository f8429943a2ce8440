"""The least and the greatest value of each number that everything told allows.

What is certain is narrowed from outside: each relation on its own, in turn, then linear programmes over a
number's neighbourhood and, last, over everything. What is possible is met from inside: each answer in whole
numbers that keeps every relation is a table that may be the true one. A number is uncertain enough when two
tables that were met lie far enough apart in it; most are seen to be from tables that differ in many numbers
at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dagster_project.disclosure.audit.model import Model, System
from dagster_project.disclosure.audit.program import EPSILON, Program

# Room for the rounding of sums, and how often relations are asked in turn.
SLACK, ROUNDS = 1e-6, 100
# Tables that differ in many numbers of a family at once are looked for so often, while they settle more than
# nothing and more than a few are left.
SWEEPS, VAIN, FEW = 12, 2, 0.05
# How many relations away a proof is looked for, unless exact ends are asked for, and among how many numbers
# at most.
NEAR, NEAR_NUMBERS = 2, 1500


class ContradictionError(Exception):
    """What is told cannot all be true."""


@dataclass(frozen=True)
class Proof:
    """The ends of a number, and the groups without whose told numbers they would not be proved."""

    least: int
    most: int
    because: np.ndarray


class Ends:
    """The ends of each number as near as relations alone, in turn, bring them, until nothing is new."""

    def __init__(self, system: System) -> None:
        """Raises:
        ContradictionError: a relation cannot hold.
        """
        self.system = system
        terms = system.matrix.tocoo()
        rows, columns, weights = terms.row, terms.col, terms.data
        # ends[0]: least, ends[1]: −most, so that both only grow; and who said so: number → [(round,
        # relation)].
        self.ends = np.array([system.least, -system.most])
        self.said: list[dict[int, list[tuple[int, int]]]] = [{}, {}]
        positive = weights > 0
        for step in range(ROUNDS):
            least, most = self.least, self.most
            low = weights * np.where(positive, least[columns], most[columns])
            high = weights * np.where(positive, most[columns], least[columns])
            row_low, row_high = (np.bincount(rows, side, system.matrix.shape[0]) for side in (low, high))
            if ((row_low > SLACK) | (row_high < -SLACK)).any():
                raise ContradictionError
            # What the others leave to each term.
            to_high, to_low = -(row_low[rows] - low) / weights, -(row_high[rows] - high) / weights
            is_new = False
            for end, told in enumerate(
                (np.where(positive, to_low, to_high), -np.where(positive, to_high, to_low))
            ):
                told = np.where(system.is_whole[columns], np.ceil(told - SLACK), told)
                before = self.ends[end].copy()
                np.maximum.at(self.ends[end], columns, told)
                grown = (told > before[columns] + SLACK) & (told >= self.ends[end][columns] - SLACK)
                is_new = is_new or bool(grown.any())
                for number, relation in dict(
                    zip(columns[grown].tolist(), rows[grown].tolist(), strict=True)
                ).items():
                    self.said[end].setdefault(number, []).append((step, relation))
            if not is_new:
                break

    @property
    def least(self) -> np.ndarray:
        """The least value of each number."""
        return self.ends[0]

    @property
    def most(self) -> np.ndarray:
        """The greatest value of each number."""
        return -self.ends[1]

    def because(self, target: int) -> np.ndarray:
        """The numbers whose own ends, as the system has them, lead to those of a target."""
        found: set[int] = set()
        waiting = [(target, end, ROUNDS) for end in (0, 1)]
        seen = set()
        while waiting:
            number, end, before = waiting.pop()
            said = [event for event in self.said[end].get(number, ()) if event[0] < before]
            if not said:
                found.add(number)
            elif (number, end, said[-1]) not in seen:
                seen.add((number, end, said[-1]))
                step, relation = said[-1]
                inside = slice(*self.system.matrix.indptr[relation : relation + 2])
                columns, weights = self.system.matrix.indices[inside], self.system.matrix.data[inside]
                mine = weights[columns == number][0]
                for other, weight in zip(columns.tolist(), weights.tolist(), strict=True):
                    if other != number:
                        waiting.append((other, end if mine * weight < 0 else 1 - end, step))
        return np.array(sorted(found))


class Bounds:
    """What can be proved of a model, and the tables that were met."""

    def __init__(self, model: Model, tables: np.ndarray | None = None) -> None:
        """`tables` (tables, groups): counts that may be the true ones (NaN: any); those that do not fit are
        left out.

        Raises:
            ContradictionError: what is told cannot all be true.
        """
        self.model, self.system = model, model.system
        system = self.system
        self.alone = Ends(system)
        self.least, self.most = self.alone.least, self.alone.most
        self.tables: list[np.ndarray] = []
        self.seen_least, self.seen_most = np.full(len(self.least), np.inf), np.full(len(self.least), -np.inf)
        for table in () if tables is None else tables:
            numbers = self._filled(table)
            if ((numbers >= system.least - SLACK) & (numbers <= system.most + SLACK)).all():
                self._meet(numbers)
        self._random = np.random.default_rng(0)

    def _filled(self, table: np.ndarray) -> np.ndarray:
        """The numbers of the system when the groups have these counts, the missing ones worked out."""
        unknown = np.flatnonzero(np.isnan(table))
        numbers = self.model.solution(np.nan_to_num(table))
        if not len(unknown):
            return numbers
        beside = self.system.beside(unknown)
        free = np.union1d(unknown, beside[self.system.family[beside] < 0])
        program, _ = self._program(free, numbers, self.system.is_whole)
        answer = program.minimise(np.zeros(len(free)))
        if answer is not None:
            numbers[free] = np.where(self.system.is_whole[free], np.rint(answer), answer)
        return numbers

    def _meet(self, numbers: np.ndarray) -> None:
        self.tables.append(numbers[: len(self.model.told)])
        np.minimum(self.seen_least, numbers, out=self.seen_least)
        np.maximum(self.seen_most, numbers, out=self.seen_most)

    def unsettled(self, targets: np.ndarray, width: int) -> np.ndarray:
        """The targets that no two tables met show to be so uncertain."""
        return targets[self.seen_most[targets] - self.seen_least[targets] < width]

    def settled(self, targets: np.ndarray, width: int) -> np.ndarray:
        """The others."""
        return np.setdiff1d(targets, self.unsettled(targets, width))

    def begin(self) -> None:
        """Meet a first table, if none was.

        Raises:
            ContradictionError: there is none.
        """
        if not self.tables:
            everything = np.arange(len(self.least))
            for whole in (None, self.system.is_whole):
                program, _ = self._program(everything, None, whole)
                answer = program.minimise(np.zeros(len(everything)))
                if answer is None:
                    raise ContradictionError
                if self._answered(everything, answer, np.zeros(len(everything))):
                    return
            raise ContradictionError

    def sweep(self, targets: np.ndarray, width: int) -> None:
        """Look for tables that differ in many targets at once: a family at a time, the others as in the first
        table that was met.
        """
        first, family = self.model.solution(self.tables[0]), self.system.family
        for name in np.unique(family[family >= 0]):
            mine = np.flatnonzero(family == name)
            beside = self.system.beside(mine)
            free = np.union1d(mine, beside[family[beside] < 0])
            self._sweep(free, first, np.intersect1d(targets, free, assume_unique=True), width)

    def _sweep(self, free: np.ndarray, first: np.ndarray, targets: np.ndarray, width: int) -> None:
        vain, few = 0, FEW * len(targets)
        left = self.unsettled(targets, width)
        if len(left) <= few:
            return
        program, _ = self._program(free, first)
        for turn in range(SWEEPS):
            left = self.unsettled(targets, width)
            if len(left) <= few or vain == VAIN:
                return
            cost = np.zeros(len(free))
            cost[np.searchsorted(free, left)] = self._costs(left, turn)
            for sign in (1.0, -1.0):
                answer = program.minimise(sign * cost)
                if answer is not None:
                    self._answered(free, answer, first)
            vain = vain + 1 if len(self.unsettled(left, width)) > 0.95 * len(left) else 0

    def _costs(self, targets: np.ndarray, turn: int) -> np.ndarray:
        """Signs at random: of groups one for each cell, so that what lies in it moves alike, or one for each
        number.
        """
        random, groups = self._random, len(self.model.told)
        is_group = targets < groups
        # A difference is moved with the part.
        inner = np.r_[np.arange(groups), self.model.child]
        cell = self.model.cell[inner[np.minimum(targets, len(inner) - 1)]]
        by_cell = random.choice([-1.0, 1.0], int(self.model.cell.max()) + 1)[cell]
        by_number = random.choice([-1.0, 1.0], len(targets))
        weight = random.uniform(0.5, 1.0, len(targets))
        match turn % 3:
            case 0:
                return weight * by_cell * np.where(is_group, 1.0, 0.01)
            case 1:
                return weight * by_number * np.where(is_group, 0.3, 1.0)
            case _:
                return weight * by_cell * np.where(is_group, 0.01, 1.0)

    def _answered(self, free: np.ndarray, answer: np.ndarray, others: np.ndarray) -> bool:
        """Meet the table of an answer, if its numbers are whole."""
        rounded = np.where(self.system.is_whole[free], np.rint(answer), answer)
        if (np.abs(rounded - answer) > EPSILON).any():
            return False
        numbers = others.copy()
        numbers[free] = rounded
        self._meet(numbers)
        return True

    def _program(
        self, free: np.ndarray, first: np.ndarray | None, whole: np.ndarray | None = None
    ) -> tuple[Program, np.ndarray]:
        """The programme of some numbers; the others as in `first`, or, without it, whatever they may be."""
        relations = self.system.relations(free)
        begins, numbers, weights = self.system.terms(relations)
        side: np.ndarray = np.zeros(len(relations))
        if first is None:
            free, least, most = np.unique(numbers), self.system.least, self.system.most
        else:
            least, most = self.least, self.most
            place = np.searchsorted(free, numbers).clip(0, len(free) - 1)
            is_free = free[place] == numbers
            row = np.repeat(np.arange(len(relations)), np.diff(begins))
            side = -np.bincount(row[~is_free], (weights * first[numbers])[~is_free], len(relations))
            ends = np.cumsum(np.bincount(row[is_free], minlength=len(relations)))
            begins, numbers, weights = np.r_[0, ends], numbers[is_free], weights[is_free]
        rows = begins, np.searchsorted(free, numbers).astype(np.int32), weights
        return Program(rows, side, least[free], most[free], None if whole is None else whole[free]), free

    def told_alone(self, target: int) -> Proof:
        """What relations alone, in turn, say of a number."""
        return Proof(int(self.least[target]), int(self.most[target]), self._told(self.alone.because(target)))

    def prove(self, target: int, exact: bool = False) -> Proof:
        """The ends of a number: exact, or as far as the relations near it prove them.

        Args:
            target: its number in the system.
            exact: by everything that is told, in whole numbers.

        Raises:
            ContradictionError: what is told cannot all be true.
        """
        if not exact:
            return self._ends(target, self._around(target))
        everything = np.arange(len(self.least))
        proof = self._ends(target, everything)
        if (proof.least, proof.most) == (self.seen_least[target], self.seen_most[target]):
            return proof
        return self._ends(target, everything, self.system.is_whole, proof.because)

    def _around(self, target: int) -> np.ndarray:
        """The numbers a few relations away, as far as they are not too many."""
        reached = around = np.array([target])
        for _ in range(NEAR):
            reached = around
            around = self.system.beside(reached)
            if len(around) > NEAR_NUMBERS:
                break
        return reached

    def _ends(
        self,
        target: int,
        around: np.ndarray,
        whole: np.ndarray | None = None,
        because: np.ndarray | None = None,
    ) -> Proof:
        """By two programmes over the relations of some numbers."""
        program, free = self._program(around, None, whole)
        ends, causes = [], [] if because is None else [because]
        for sign in (1.0, -1.0):
            cost = np.zeros(len(free))
            cost[np.searchsorted(free, target)] = sign
            answer = program.minimise(cost)
            if answer is None:
                raise ContradictionError
            ends.append(answer[np.searchsorted(free, target)])
            if len(free) == len(self.least):
                self._answered(free, answer, np.zeros(len(free)))
            if whole is None:
                causes.append(self._told(free[program.at_ends()]))
        least, most = int(np.ceil(ends[0] - EPSILON)), int(np.floor(ends[1] + EPSILON))
        return Proof(least, most, np.unique(np.concatenate(causes)))

    def _told(self, numbers: np.ndarray) -> np.ndarray:
        """The told groups that decide the ends of these numbers: themselves, or the two that are told
        differently.
        """
        n, pairs, sums = (len(a) for a in (self.model.told, self.model.child, self.model.whole))
        inner, outer = self.model.apart
        rest = numbers[(numbers >= n) & (numbers < n + pairs)] - n
        rest = rest[self.system.least[n + rest] > 0]
        strict = (
            numbers[(numbers >= n + pairs + sums) & (numbers < n + pairs + sums + len(inner))]
            - n
            - pairs
            - sums
        )
        groups = np.r_[
            numbers[numbers < n],
            self.model.child[rest],
            self.model.parent[rest],
            inner[strict],
            outer[strict],
        ]
        return np.unique(groups[~np.isnan(self.model.told[groups])])
