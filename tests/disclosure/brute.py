"""The attack by brute force: every whole table that fits what is told, one after another. No solver."""

from __future__ import annotations

import math

import numpy as np

from dagster_project.disclosure.rule import Rule
from dagster_project.disclosure.system import System

# More tables than this are not enumerated; the test looks at another example.
TOO_MANY = 400_000
# A share's numbers are written in binary: what is meant to be equal may differ by this.
ROUNDING = 1e-7


class TooManyError(Exception):
    """The example has too many tables to write down."""


def worked_out(system: System) -> tuple[dict[int, float], list[set[int]]]:
    """What single relations tell of single counts, and the groups of other unknown counts that hang together."""
    known = {i: value for i, value in enumerate(system.value) if not math.isnan(value)}
    terms = []
    for counts, coefficients, low, high, _ in system.relations:
        sums: dict[int, float] = {}
        for i, coefficient in zip(counts, coefficients, strict=True):
            sums[i] = sums.get(i, 0.0) + coefficient
        terms.append(({i: c for i, c in sums.items() if c}, low, high))
    found = True
    while found:
        found = False
        for inside, low, high in terms:
            unknown = [i for i in inside if i not in known]
            if len(unknown) == 1 and low == high:
                rest = low - sum(c * known[i] for i, c in inside.items() if i in known)
                known[unknown[0]] = rest / inside[unknown[0]]
                found = True
    known |= _squeezed(system, known)
    groups: list[set[int]] = [{i} for i in range(len(system.keys)) if i not in known]
    for inside, _, _ in terms:
        touched = [group for group in groups if group & inside.keys()]
        if len(touched) > 1:
            groups = [group for group in groups if group not in touched] + [set().union(*touched)]
    return known, groups


def _squeezed(system: System, known: dict[int, float]) -> dict[int, float]:
    """Counts whose ends meet when each relation on its own is used, again and again."""
    size = len(system.keys)
    least = np.array([known.get(i, float(system.at_least[i])) for i in range(size)])
    most = np.array([known.get(i, float(system.at_most[i])) for i in range(size)])
    matrix = np.zeros((len(system.relations), size))
    for r, (counts, coefficients, *_) in enumerate(system.relations):
        np.add.at(matrix[r], counts, coefficients)
    low = np.array([relation[2] for relation in system.relations])
    high = np.array([relation[3] for relation in system.relations])
    _narrow(matrix, low, high, least, most)
    return {i: float(least[i]) for i in range(size) if least[i] == most[i]}


def tables(system: System, group: set[int], known: dict[int, float]) -> tuple[list[int], np.ndarray]:
    """Every whole table of a group of unknown counts; shape (tables, counts of the group in order)."""
    order = sorted(group)
    place = {i: k for k, i in enumerate(order)}
    relations = []
    for counts, coefficients, low, high, _ in system.relations:
        row, fixed = np.zeros(len(order)), 0.0
        for i, coefficient in zip(counts, coefficients, strict=True):
            if i in place:
                row[place[i]] += coefficient
            else:
                fixed += coefficient * known.get(i, 0.0)
        if row.any():
            relations.append((row, low - fixed, high - fixed))
    least = np.array([float(system.at_least[i]) for i in order])
    most = np.array([float(system.at_most[i]) for i in order])
    matrix = np.array([row for row, _, _ in relations]).reshape(len(relations), len(order))
    low = np.array([low for _, low, _ in relations])
    high = np.array([high for _, _, high in relations])
    _narrow(matrix, low, high, least, most)
    if (least > most).any():
        return order, np.empty((0, len(order)))
    found = np.empty((1, 0))
    # What the counts that are still to come can add to each relation at least and at most.
    for k in range(len(order)):
        values = np.arange(least[k], most[k] + 1)
        if len(found) * len(values) > 4 * TOO_MANY:
            raise TooManyError
        found = np.hstack([np.repeat(found, len(values), axis=0), np.tile(values, len(found))[:, None]])
        later = matrix[:, k + 1 :]
        add_least = np.minimum(later * least[k + 1 :], later * most[k + 1 :]).sum(axis=1)
        add_most = np.maximum(later * least[k + 1 :], later * most[k + 1 :]).sum(axis=1)
        sums = found @ matrix[:, : k + 1].T
        fits = (sums + add_most >= low - ROUNDING) & (sums + add_least <= high + ROUNDING)
        found = found[fits.all(axis=1)]
        if len(found) > TOO_MANY:
            raise TooManyError
    return order, found


def _narrow(
    matrix: np.ndarray, low: np.ndarray, high: np.ndarray, least: np.ndarray, most: np.ndarray
) -> None:
    """Bring the ends of each count together as far as each relation on its own tells; so that few are tried."""
    for _ in range(20):
        before = least.copy(), most.copy()
        for row, below, above in zip(matrix, low, high, strict=True):
            ends = np.stack([row * least, row * most])
            floor, ceiling = ends.min(axis=0), ends.max(axis=0)
            for k in np.flatnonzero(row):
                up = (above - (floor.sum() - floor[k])) / row[k]
                down = (below - (ceiling.sum() - ceiling[k])) / row[k]
                lower, upper = (down, up) if row[k] > 0 else (up, down)
                if math.isfinite(lower):
                    least[k] = max(least[k], math.ceil(lower - ROUNDING))
                if math.isfinite(upper):
                    most[k] = min(most[k], math.floor(upper + ROUNDING))
        if ((least == before[0]).all() and (most == before[1]).all()) or (least > most).any():
            return


def ends(system: System, rule: Rule) -> dict[int, tuple[int, int]] | None:
    """The least and the greatest value of every count; None when no table fits.

    Who knows the rule leaves out the tables of a group in which no count is small, if there are others.
    """
    known, groups = worked_out(system)
    found = {i: (round(value), round(value)) for i, value in known.items()}
    for group in groups:
        order, all_tables = tables(system, group, known)
        if not len(all_tables):
            return None
        if system.hides:
            about = [k for k, i in enumerate(order) if system.is_count[i]]
            small = (all_tables[:, about] > 0) & (all_tables[:, about] < rule.threshold)
            if small.any():
                all_tables = all_tables[small.any(axis=1)]
        for k, i in enumerate(order):
            found[i] = (int(all_tables[:, k].min()), int(all_tables[:, k].max()))
    return found


def given_away(system: System, rule: Rule) -> set[int]:
    """Hidden counts that may be small and are known too well."""
    found = ends(system, rule)
    assert found is not None
    return {
        i
        for i, (low, high) in found.items()
        if math.isnan(system.value[i])
        and system.is_count[i]
        and high - low < rule.width
        and low < rule.threshold
        and high > 0
    }
