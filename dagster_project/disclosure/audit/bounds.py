"""The least and the greatest value of each number that everything told allows.

First each relation narrows the ends of its numbers on its own, in turn, until nothing is new. Then linear
programmes bound a number by all relations near it at once, or, where exact ends are asked for, by everything,
in whole numbers. What they prove is certain; what they leave open may be less open than it looks, unless it
is exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from dagster_project.disclosure.audit.model import Model, System
from dagster_project.disclosure.audit.program import EPSILON, Program

# Room for the rounding of sums, and how often relations are asked in turn.
SLACK, ROUNDS = 1e-6, 100
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
    """What can be proved of a model."""

    def __init__(self, model: Model, true: np.ndarray | None = None) -> None:
        """`true` (groups,): the true counts, as a help: what they show to be possible need not be proved
        impossible. NaN: not known.

        Raises:
            ContradictionError: what is told cannot all be true.
        """
        self.model, self.system = model, model.system
        self.alone = Ends(self.system)
        self.least, self.most = self.alone.least, self.alone.most
        self._true = np.full(len(self.least), np.nan)
        if true is not None:
            unknown = abs(model.derived) @ np.isnan(true) > 0
            numbers = model.solution(np.nan_to_num(true))
            fits = (numbers >= self.least - SLACK) & (numbers <= self.most + SLACK)
            self._true = np.where(fits & ~unknown, numbers, np.nan)

    def told_alone(self, target: int) -> Proof:
        """What relations alone, in turn, say of a number."""
        return Proof(int(self.least[target]), int(self.most[target]), self._told(self.alone.because(target)))

    def near(self, target: int, width: int) -> Proof:
        """The ends of a number that the relations near it prove; where it is seen to be as uncertain as
        `width`, ends so far apart that lie between those.

        Raises:
            ContradictionError: what is told cannot all be true.
        """
        program, free = self._program(self._around(target))
        ends, causes = [int(self.least[target]), int(self.most[target])], []
        true, place = self._true[target], int(np.searchsorted(free, target))
        # First the end that is farther from the truth: if it is far enough, that will do.
        farther = int(ends[1] - true >= true - ends[0])
        for end in (farther, 1 - farther):
            answer = self._end(program, place, end)
            # Relations in turn, rounded each time, may say more than the programme at one end.
            ends[end] = (max, min)[end](ends[end], _whole(answer[place], end))
            if abs(ends[end] - true) >= width:
                return Proof(ends[end] - end * width, ends[end] + (1 - end) * width, np.empty(0, dtype=int))
            causes.append(self._told(free[program.at_ends()]))
        return Proof(ends[0], ends[1], np.unique(np.concatenate(causes)))

    def exact(self, target: int) -> Proof:
        """The ends of a number by everything that is told, in whole numbers.

        Raises:
            ContradictionError: what is told cannot all be true.
        """
        ends, causes = [0, 0], []
        whole = self.system.is_whole
        for end in (0, 1):
            program, _ = self._relaxed
            answer = self._end(program, target, end)
            causes.append(self._told(np.flatnonzero(program.at_ends())))
            if (np.abs(answer - np.rint(answer))[whole] > EPSILON).any():
                answer = self._end(self._in_whole_numbers[0], target, end)
            ends[end] = _whole(answer[target], end)
        return Proof(ends[0], ends[1], np.unique(np.concatenate(causes)))

    @cached_property
    def _relaxed(self) -> tuple[Program, np.ndarray]:
        return self._program(np.arange(len(self.least)))

    @cached_property
    def _in_whole_numbers(self) -> tuple[Program, np.ndarray]:
        return self._program(np.arange(len(self.least)), self.system.is_whole)

    def _end(self, program: Program, place: int, end: int) -> np.ndarray:
        """Where the number at a place is least (0) or greatest (1)."""
        cost = np.zeros(program.size)
        cost[place] = 1 - 2 * end
        answer = program.minimise(cost)
        if answer is None:
            raise ContradictionError
        return answer

    def _around(self, target: int) -> np.ndarray:
        """The numbers a few relations away, as far as they are not too many."""
        reached = around = np.array([target])
        for _ in range(NEAR):
            reached = around
            around = self.system.beside(reached)
            if len(around) > NEAR_NUMBERS:
                break
        return reached

    def _program(self, around: np.ndarray, whole: np.ndarray | None = None) -> tuple[Program, np.ndarray]:
        """The programme of all relations that some numbers are in; and the numbers in those."""
        relations = self.system.relations(around)
        begins, numbers, weights = self.system.terms(relations)
        free = np.unique(np.r_[numbers, around])
        rows = begins, np.searchsorted(free, numbers).astype(np.int32), weights
        least, most = self.system.least[free], self.system.most[free]
        side = np.zeros(len(relations))
        return Program(rows, side, least, most, None if whole is None else whole[free]), free

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


def _whole(value: float, end: int) -> int:
    """The whole number at an end that was found to be so."""
    return int(np.floor(value + EPSILON) if end else np.ceil(value - EPSILON))
