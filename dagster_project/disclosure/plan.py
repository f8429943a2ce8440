"""What to hide of one problem's exact figures."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Set

import numpy as np

from dagster_project.disclosure.problems import Problem
from dagster_project.disclosure.rule import Rule
from dagster_project.disclosure.suppression import protect
from dagster_project.disclosure.system import Key, System
from dagster_project.disclosure.tables import BY_NAME

# What a reader loses with a figure, by what it is broken down by: totals last of all.
WORTH = {
    "total": 30.0,
    "nation": 30.0,
    "health_region": 10.0,
    "sex": 8.0,
    "prior_degree": 4.0,
    "mobility": 4.0,
    "specialisation": 4.0,
    "age_group": 3.0,
    "institution": 3.0,
    "study_county": 3.0,
    "region": 3.0,
    "upper_secondary": 2.0,
    "work_county": 2.0,
}


def hide(problem: Problem, system: System, rule: Rule) -> tuple[set[Key], set[Key], np.ndarray]:
    """Which published numbers to hide: for their own sake, and all.

    Args:
        problem: tells which numbers were told before, and are so still.
        system: its exact figures.
        rule: the frequency rule.

    Returns:
        Places (table, *key of the row, column) hidden for their own sake; all hidden places; and possible
        tables (tables × counts) that show how uncertain they are.

    Raises:
        UnprotectableError: nothing can protect a count.
    """
    old = set(problem.only_before)
    places = {place: i for place, i in system.columns.items() if place[:-1] not in old}
    fixed = {system.columns[place] for place in problem.told_before if place in system.columns}
    worth = _worth(system, places)
    worth[sorted(fixed)] = math.nan
    small = {
        i
        for i, count in enumerate(system.value)
        if system.is_count[i] and i not in fixed and not math.isnan(count) and rule.is_small(int(count))
    }
    own = {i for i in small if math.isfinite(worth[i])}
    # Where those who do not are few, those who do are not told either.
    for i in small - own:
        *cell, name = system.keys[i]
        numerator = system.index.get((*cell, str(name).removeprefix("not ")))
        if numerator is not None and math.isfinite(worth[numerator]):
            own.add(numerator)
    hidden, tables = set[int](), np.empty((0, len(worth)))
    if small:
        told_with = _told_with(system, places)
        hidden, tables = protect(system, own, small, _with_it(worth, told_with, own), rule, told_with)
    gone = {place: i for place, i in places.items() if i in hidden}
    return {place for place, i in gone.items() if i in own}, set(gone), tables


def _those_who_do(system: System, counts: Iterable[int]) -> set[int]:
    """The counts of those who do, for counts of those who do not."""
    keys = [(*cell, str(name).removeprefix("not ")) for *cell, name in (system.keys[i] for i in counts)]
    return {system.index[key] for key in keys if key in system.index}


def _told_with(system: System, places: Mapping[Key, int]) -> dict[int, set[int]]:
    """For each numerator that stands nowhere else, its denominators: where they are hidden, no row tells it
    (`Table.whole_row`).
    """
    bases: dict[int, set[int]] = defaultdict(set)
    elsewhere = set[int]()
    for place, i in places.items():
        table = BY_NAME[place[0]]
        base = system.columns[(*place[:-1], table.counts[-1])] if table.whole_row else i
        if base == i:
            elsewhere.add(i)
        else:
            bases[i].add(base)
    return {i: found for i, found in bases.items() if i not in elsewhere}


def _with_it(worth: np.ndarray, told_with: Mapping[int, Set[int]], own: Set[int]) -> np.ndarray:
    """What each count is worth with what is not told without it."""
    together = worth.copy()
    for i, bases in told_with.items():
        if i not in own:
            together[list(bases)] += worth[i] / len(bases)
    return together


def places_of(system: System, counts: Iterable[int]) -> set[Key]:
    """Where counts, or those of which they are the rest, are published."""
    counts = set(counts)
    wanted = counts | _those_who_do(system, counts)
    return {place for place, i in system.columns.items() if i in wanted}


def _worth(system: System, columns: dict[Key, int]) -> np.ndarray:
    """What each count is worth: by breakdown, size and the number of places that it stands in."""
    worth = np.full(len(system.keys), math.inf)
    places = np.zeros(len(system.keys))
    for place, i in columns.items():
        kinds = [WORTH[part] for part in place if isinstance(part, str) and part in WORTH]
        places[i] += 1
        value = kinds[0] if kinds else 1.0
        worth[i] = value if math.isinf(worth[i]) else max(worth[i], value)
    size = np.log10(1 + np.nan_to_num(np.asarray(system.value)))
    return worth * (1 + size) * (1 + 0.25 * (places - 1))
