"""Mobility: the same persons by home, study and work county and by class, each out of those employed."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from dagster_project.disclosure.relations.periods import Window
from dagster_project.disclosure.system import ANY, System

SIDES = ("home_county", "study_county", "work_county")
# For each class the sides that are the same county; sides apart are different ones.
CLASSES = {
    "stayed": (SIDES,),
    "returned": (("home_county", "work_county"), ("study_county",)),
    "retained": (("study_county", "work_county"), ("home_county",)),
    "left": (("home_county", "study_county"), ("work_county",)),
    "moved_on": (("home_county",), ("study_county",), ("work_county",)),
}


def relate_mobility(system: System, degree: str, window: Window, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add the counts of a window, and what ties its margins; a row without `persons` is not told."""
    where = f"{degree} {window[0]}-{window[1]} mobility"
    by: dict[str, dict[str, int]] = defaultdict(dict)
    for row in rows:
        cell = (row["breakdown"], row["breakdown_value"])
        key = ("mobility", degree, window, *cell)
        if "persons" in row:
            number = system.count(key, row["persons"], at_least=1)
            system.columns[("mobility", degree, *window, *cell, "persons")] = number
        else:
            number = system.count(key, is_count=False)
        by[row["breakdown"]][row["breakdown_value"]] = number
        above = system.index.get(("flow", degree, window, *cell, "employed_1y"))
        if above is not None:
            system.relate(f"{where} {cell[1]}: out of employed_1y", [above], [number], 0, math.inf)
    total = by["total"].get("total")
    if total is None:
        return
    for breakdown, values in by.items():
        if breakdown != "total":
            system.relate(f"{where}: {breakdown} sums to all", values.values(), [total], missing=ANY)
    if all(by[side] for side in SIDES) and by["mobility"]:
        _relate_classes(system, where, window, degree, by)


def _relate_classes(
    system: System, where: str, window: Window, degree: str, by: Mapping[str, Mapping[str, int]]
) -> None:
    """Each county's persons are the sum of its classes; sides apart in a class are never the same county."""
    of_side: dict[tuple[str, str], list[int]] = defaultdict(list)
    for kind, groups in CLASSES.items():
        if kind not in by["mobility"]:
            continue
        whole = by["mobility"][kind]
        by_county: dict[str, list[int]] = defaultdict(list)
        for group in groups:
            shared = sorted(set.intersection(*(set(by[side]) for side in group)))
            numbers = []
            for county in shared:
                key = ("class", degree, window, kind, group, county)
                number = system.count(key, is_count=False)
                numbers.append(number)
                by_county[county].append(number)
                for side in group:
                    of_side[(side, county)].append(number)
            system.relate(f"{where}: {kind} by county", numbers, [whole], missing=ANY)
        if len(groups) > 1:
            for county, apart in by_county.items():
                system.relate(f"{where}: {kind} is between counties ({county})", [whole], apart, 0, math.inf)
    for side in SIDES:
        for county, number in by[side].items():
            says = f"{where}: {side} {county} by class"
            system.relate(says, of_side[(side, county)], [number], missing=ANY)
