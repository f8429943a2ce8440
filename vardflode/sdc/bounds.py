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

from vardflode.sdc.model import OPEN, UNKNOWN, Model
from vardflode.sdc.program import Program
from vardflode.sdc.system import System
from vardflode.sdc.tuning import EPSILON, NEAR_NUMBERS, ROUNDS, SLACK

GOLDEN = 0.6180339887498949


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
        impossible. UNKNOWN: not known.

        Raises:
            ContradictionError: what is told cannot all be true.
        """
        self.model, self.system = model, model.system
        self.alone = Ends(self.system)
        self.least, self.most = self.alone.least, self.alone.most
        self._true = np.full(len(self.least), UNKNOWN)
        if true is not None:
            unknown = abs(model.derived) @ (true == UNKNOWN) > 0
            numbers = model.derived @ np.maximum(true, 0)
            fits = (numbers >= self.least - SLACK) & (numbers <= self.most + SLACK)
            self._true = np.where(fits & ~unknown, np.rint(numbers).astype(int), UNKNOWN)

    def told_alone(self, target: int) -> Proof:
        """What relations alone, in turn, say of a number."""
        return Proof(
            int(self.least[target]), int(self.most[target]), self._because(self.alone.because(target))
        )

    def near(self, targets: np.ndarray, width: int) -> dict[int, Proof]:
        """The ends of numbers that the relations near them prove; of one that is seen to be as uncertain as
        `width`, those that relations in turn prove.

        Raises:
            ContradictionError: what is told cannot all be true.
        """
        proofs: dict[int, Proof] = {}
        beside = self.system.beside
        is_left = np.zeros(len(self.least), dtype=bool)
        is_left[targets] = True
        for target in np.unique(targets):
            if not is_left[target]:
                continue
            # Neighbours are asked about in one programme, which is made once.
            near = beside(beside(np.array([target])))
            together = near[is_left[near]]
            around = beside(together)
            while len(beside(around)) > NEAR_NUMBERS and len(together) > 1:
                together = np.union1d([target], together[: len(together) // 2])
                around = beside(together)
            if len(together) == 1 and len(beside(around)) > NEAR_NUMBERS:
                around = together
            proofs |= self._near(together, around, width)
            is_left[together] = False
        return proofs

    def _near(self, targets: np.ndarray, around: np.ndarray, width: int) -> dict[int, Proof]:
        """`near` of numbers in one programme, that of the relations of those `around`."""
        program, free = self._program(around)
        places = np.searchsorted(free, targets)
        seen = _Seen(self.least[targets], self.most[targets], self._true[targets], width)
        before, sweep = len(targets) + 1, 0
        while 1 < (left := int((~seen.wide).sum())) < before:
            cost = np.zeros(program.size)
            cost[places] = seen.farther * ~seen.wide * _unequal(len(targets), sweep)
            seen.add(_minimum(program, cost)[places])
            before, sweep = left, sweep + 1
        proofs = {}
        for k in range(len(targets)):
            ends, causes = [seen.least[k], seen.most[k]], []
            farther = int(seen.farther[k] < 0)
            for end in (farther, 1 - farther):
                if seen.wide[k]:
                    break
                cost = np.zeros(program.size)
                cost[places[k]] = 1 - 2 * end
                answer = _minimum(program, cost)[places]
                # Relations in turn, rounded each time, may say more than the programme at one end.
                ends[end] = (max, min)[end](ends[end], _whole(answer[k], end))
                seen.add(answer)
                if not seen.wide[k]:
                    causes.append(self._because(free[program.at_ends()]))
            if seen.wide[k]:
                ends, causes = [seen.least[k], seen.most[k]], []
            because = np.unique(np.concatenate([np.empty(0, dtype=int), *causes]))
            proofs[int(targets[k])] = Proof(int(ends[0]), int(ends[1]), because)
        return proofs

    def exact(self, target: int) -> Proof:
        """The ends of a number by everything that is told, in whole numbers.

        Raises:
            ContradictionError: what is told cannot all be true.
        """
        ends, causes = [0, 0], []
        whole = self.system.is_whole
        for end in (0, 1):
            program, _ = self._relaxed
            cost = np.zeros(program.size)
            cost[target] = 1 - 2 * end
            answer = _minimum(program, cost)
            causes.append(self._because(np.flatnonzero(program.at_ends())))
            if (np.abs(answer - np.rint(answer))[whole] > EPSILON).any():
                answer = _minimum(self._in_whole_numbers[0], cost)
            ends[end] = _whole(answer[target], end)
        return Proof(ends[0], ends[1], np.unique(np.concatenate(causes)))

    @cached_property
    def _relaxed(self) -> tuple[Program, np.ndarray]:
        return self._program(np.arange(len(self.least)))

    @cached_property
    def _in_whole_numbers(self) -> tuple[Program, np.ndarray]:
        return self._program(np.arange(len(self.least)), self.system.is_whole)

    def _program(self, around: np.ndarray, whole: np.ndarray | None = None) -> tuple[Program, np.ndarray]:
        """The programme of all relations that some numbers are in; and the numbers in those."""
        relations = self.system.relations(around)
        begins, numbers, weights = self.system.terms(relations)
        free = np.unique(np.r_[numbers, around])
        rows = begins, np.searchsorted(free, numbers).astype(np.int32), weights
        least, most = self.system.least[free], self.system.most[free]
        side = np.zeros(len(relations))
        return Program(rows, side, least, most, None if whole is None else whole[free]), free

    def _because(self, numbers: np.ndarray) -> np.ndarray:
        """The told groups that decide the ends of these numbers."""
        groups = self.system.stated(numbers)
        return groups[self.model.told[groups] != UNKNOWN]


def _whole(value: float, end: int) -> int:
    """The whole number at an end that was found to be so."""
    return int(np.floor(value + EPSILON) if end else np.ceil(value - EPSILON))


def _minimum(program: Program, cost: np.ndarray) -> np.ndarray:
    """The numbers of a programme where their cost is least."""
    answer = program.minimise(cost)
    if answer is None:
        raise ContradictionError
    return answer


def _unequal(size: int, turn: int) -> np.ndarray:
    """Weights between a half and one, others each turn, so that of those that exclude each other another one
    moves.
    """
    return 0.5 + np.modf(np.arange(1, size + 1) * (turn + 1) * GOLDEN)[0] / 2


class _Seen:
    """The outermost values that some numbers are seen to be able to have, at first the true ones where they
    are known: each answer of a programme is one that all of them can have together.
    """

    def __init__(self, least: np.ndarray, most: np.ndarray, true: np.ndarray, width: int) -> None:
        self.least, self.most, self._width = least, most, width
        self.low, self.high = (np.where(true == UNKNOWN, end, true) for end in (OPEN, -OPEN))

    def add(self, found: np.ndarray) -> None:
        """These values are possible."""
        found = np.clip(found, self.least, self.most)
        self.low = np.minimum(self.low, np.ceil(found - EPSILON))
        self.high = np.maximum(self.high, np.floor(found + EPSILON))

    @property
    def wide(self) -> np.ndarray:
        """Which are seen to be uncertain enough."""
        return self.high - self.low >= self._width

    @property
    def farther(self) -> np.ndarray:
        """Which end is farther from what is seen: if it is far enough, that will do. 1: the least, −1: the
        most.
        """
        return np.where(self.most - self.low >= self.high - self.least, -1.0, 1.0)
