"""What noise by cell key leaves too well known is hidden as well.

The noise of a number is at most a few persons, so numbers that belong together can pin each other down: a
total with the least noise and a part with the most leave little for the other parts. Where the attack proves
a count that may be small to within less than the rule's width, its number is not told; where that is not
enough, neither are the numbers in the relations that gave it away.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from dagster_project.disclosure.bounds import Bounds, possible_table
from dagster_project.disclosure.cellkeys import loosen
from dagster_project.disclosure.knowledge import Knowledge
from dagster_project.disclosure.plan import places_of
from dagster_project.disclosure.problems import Problem
from dagster_project.disclosure.rule import Rule
from dagster_project.disclosure.suppression import UnprotectableError
from dagster_project.disclosure.system import Key, System


def hide_narrow(problem: Problem, rule: Rule, knowledge: Knowledge) -> tuple[set[Key], np.ndarray]:
    """Which numbers to hide of a problem whose figures carry noise.

    Args:
        problem: its figures with noise, and without: a table that fits what is told, to begin from.
        rule: the threshold and the width.
        knowledge: what is public.

    Returns:
        Places (table, *key of the row, column) to hide; and possible tables (tables × counts) that show how
        uncertain the counts are.

    Raises:
        UnprotectableError: a count is known too well though nothing near it is told.
    """
    exact = problem.without_noise
    assert exact is not None
    hidden: set[int] = set()
    tables = np.empty((0, 0))
    while True:
        system = problem.system(knowledge)
        published = set(system.columns.values())
        for i in hidden:
            system.value[i] = math.nan
        loosen(system, rule)
        targets = [i for i, is_count in enumerate(system.is_count) if is_count]
        if not len(tables):
            tables = _true_table(exact.system(knowledge), system)[None, :]
        bounds = Bounds(system, rule, rule.width, tables)
        found = bounds.intervals(targets)
        tables = bounds.tables(targets)
        narrow = {i: says.relations for i, says in found.items() if says.gives_away(rule)}
        if not narrow:
            gone = {place for place, i in system.columns.items() if i in hidden}
            return gone, tables
        more = {system.columns[place] for place in places_of(system, narrow)} - hidden
        hidden |= more or _beside(system, narrow, published - hidden)


def _beside(system: System, narrow: Mapping[int, tuple[str, ...]], told: set[int]) -> set[int]:
    """Counts that are told in the relations that gave these away; else the nearest ones that are told.

    Raises:
        UnprotectableError: nothing that hangs together with them is told.
    """
    named = {says for relations in narrow.values() for says in relations}
    if near := {i for counts, *_, says in system.relations if says in named for i in counts} & told:
        return near
    reached = set(narrow)
    while True:
        further = {i for counts, *_ in system.relations if not reached.isdisjoint(counts) for i in counts}
        if near := further & told:
            return near
        if further <= reached:
            raise UnprotectableError(narrow)
        reached |= further


def _true_table(exact: System, system: System) -> np.ndarray:
    """The exact figures in the order of another system's counts."""
    table = possible_table(exact)
    true = np.array([table[exact.index[key]] if key in exact.index else 0.0 for key in system.keys])
    # A denominator goes by another name where noise left out the row of which it is the numerator.
    for place, i in system.columns.items():
        true[i] = table[exact.columns[place]]
    return true
