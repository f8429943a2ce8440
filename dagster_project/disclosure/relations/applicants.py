"""Applicants of one degree. A person counts once in each row, so institutions sum to all or more."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from dagster_project.disclosure.relations.periods import Window, pieces
from dagster_project.disclosure.system import ANY, System

COUNTS = ("applicants", "first_choice", "admitted")


def applicants_system(degree: str, rows: Iterable[Mapping[str, Any]]) -> System:
    """The counts of a degree's applicants and what is said of them; numbers that are not told are None."""
    system = System()
    by: dict[tuple[Window, str, str], list[int]] = defaultdict(list)
    for row in rows:
        window = (row["cohort_from"], row["cohort_to"])
        cell = (row["breakdown"], row["breakdown_value"])
        where = f"{degree} {window[0]}-{window[1]} {cell[0]} {cell[1]}"
        numbers = [
            system.count(("applicants", degree, window, *cell, name), row[name], int(name == "applicants"))
            for name in COUNTS
        ]
        for name, number in zip(COUNTS, numbers, strict=True):
            by[(window, cell[0], name)].append(number)
            system.columns[("applicants", degree, *window, *cell, name)] = number
        for name, number in zip(COUNTS[1:], numbers[1:], strict=True):
            told = row[name] is not None and row["applicants"] is not None
            value = row["applicants"] - row[name] if told else None
            rest = system.count(("applicants", degree, window, *cell, f"not {name}"), value)
            by[(window, cell[0], f"not {name}")].append(rest)
            system.relate(f"{where}: applicants who are {name} and who are not", [number, rest], [numbers[0]])
    for (window, breakdown, name), parts in by.items():
        total = by.get((window, "total", name))
        if breakdown == "total" or not total:
            continue
        says = f"{degree} {window[0]}-{window[1]} {name}: {breakdown}"
        if breakdown == "sex":
            system.relate(f"{says} sums to all", parts, total, missing=(3 - len(parts), 0))
        else:
            system.relate(f"{says} sums to all or more", parts, total, 0, math.inf, missing=ANY)
            # Who is not admitted at one institution may be so at another.
            for part in parts if not name.startswith("not ") else ():
                system.relate(f"{says} is at most all", total, [part], 0, math.inf)
    _relate_windows(system, degree)
    return system


def _relate_windows(system: System, degree: str) -> None:
    """Windows that overlap are sums of the same pieces."""
    made_of = pieces(key[2] for key in system.keys)
    for key in list(system.keys):
        kind, _, window, *rest = key
        if made_of[window] != [window]:
            parts = [system.count((kind, degree, piece, *rest), is_count=False) for piece in made_of[window]]
            says = f"{degree} {window[0]}-{window[1]} is made of shorter windows"
            system.relate(says, parts, [system.index[key]], missing=ANY)
