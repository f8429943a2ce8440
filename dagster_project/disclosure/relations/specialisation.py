"""How nurses go on to specialise: one cohort, its steps, its specialisations and its counties."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

from dagster_project.disclosure.relations.periods import Window, pieces
from dagster_project.disclosure.relations.shares import relate_share, usual_decimals
from dagster_project.disclosure.system import ANY, System

Row = Mapping[str, Any]
COHORT = "cohort"
STARTED = "started"
WITHIN = re.compile(r"started_within_(\d+)")


def specialisation_system(rows: Iterable[Row], county_rows: Iterable[Row]) -> System:
    """The counts of `specialisation` and `specialisation_county` and what is said of them."""
    rows = list(rows)
    told = usual_decimals(row["share"] for row in rows if row.get("share") is not None)
    system = System()
    # (window, specialisation) → count → number
    by: dict[tuple[Window, str], dict[str, int]] = defaultdict(dict)
    for row in rows:
        _relate_row(system, row, by, told)
    for (window, specialisation), numbers in by.items():
        _relate_steps(system, f"{window[0]}-{window[1]} {specialisation}", numbers)
    for window in {window for window, _ in by}:
        total = by[(window, "total")]
        # The denominator of a measure is told by specialisation where the measure is.
        for name, measure in (
            ("graduates", "graduates"),
            (STARTED, "graduates"),
            ("established_1y", "established_1y"),
            ("established_1y denominator", "established_1y"),
        ):
            parts = [
                numbers[name]
                for (w, s), numbers in by.items()
                if w == window and s != "total" and name in numbers
            ]
            if measure in total:
                says = f"{window[0]}-{window[1]} {name}: specialisations sum to all"
                system.relate(says, parts, [total[name]], missing=ANY)
    _relate_counties(system, county_rows, by)
    _relate_windows(system)
    return system


def _relate_row(system: System, row: Row, by: dict[tuple[Window, str], dict[str, int]], told: int) -> None:
    window, specialisation, measure = (
        (row["cohort_from"], row["cohort_to"]),
        row["specialisation"],
        row["measure"],
    )
    numbers = by[(window, specialisation)]

    def count(name: str, value: int | None, at_least: int = 0) -> int:
        numbers[name] = system.count(("specialisation", window, specialisation, name), value, at_least)
        return numbers[name]

    out_of = {"graduates": STARTED, "established_1y": "established_1y denominator"}.get(measure, COHORT)
    below = count(out_of, row["denominator"], at_least=1)
    above = count(measure, row["numerator"])
    place = ("specialisation", *window, specialisation, measure)
    system.columns |= {(*place, "numerator"): above, (*place, "denominator"): below}
    untold = row["numerator"] is None or row["denominator"] is None
    rest = count(f"not {measure}", None if untold else row["denominator"] - row["numerator"])
    says = f"{window[0]}-{window[1]} {specialisation} {measure}"
    system.relate(f"{says}: those who do and those who do not are all", [above, rest], [below])
    if row.get("share") is not None and untold:
        relate_share(system, f"{says}: its share", above, below, row["share"], told)


def _relate_steps(system: System, says: str, numbers: Mapping[str, int]) -> None:
    """Each of these is part of the next."""
    within = sorted((int(m[1]), name) for name in numbers if (m := WITHIN.fullmatch(name)))
    curve = [name for _, name in within] + [STARTED]
    for small, large in [
        *pairwise(curve),
        ("admitted", "applied"),
        ("established_1y denominator", "graduates"),
    ]:
        if small in numbers and large in numbers:
            system.relate(
                f"{says}: {small} is part of {large}", [numbers[large]], [numbers[small]], 0, math.inf
            )


def _relate_counties(
    system: System, rows: Iterable[Row], by: Mapping[tuple[Window, str], Mapping[str, int]]
) -> None:
    event_is = {"licence": COHORT, "start": STARTED, "degree": "graduates"}
    cells: dict[tuple[Window, str, str], dict[str, int]] = defaultdict(dict)
    for row in rows:
        window = (row["cohort_from"], row["cohort_to"])
        key = ("county", window, row["specialisation"], row["event"], row["county"])
        number = system.count(key, row["persons"], at_least=1)
        place = ("specialisation_county", *window, row["specialisation"], row["event"], row["county"])
        system.columns[(*place, "persons")] = number
        cells[(window, row["event"], row["specialisation"])][row["county"]] = number
    for (window, event, specialisation), counties in cells.items():
        says = f"{window[0]}-{window[1]} {event} {specialisation}"
        whole = by.get((window, specialisation), {}).get(event_is[event])
        if whole is not None:
            system.relate(f"{says}: counties sum to all", counties.values(), [whole], missing=ANY)
        told = {s for w, e, s in cells if (w, e) == (window, event)}
        # Where specialisations are told by county at all.
        if specialisation == "total" and len(told) > 1:
            for county, number in counties.items():
                parts = [
                    c[county]
                    for (w, e, s), c in cells.items()
                    if (w, e) == (window, event) and s != "total" and county in c
                ]
                says_sum = f"{says} {county}: specialisations sum to all"
                system.relate(says_sum, parts, [number], missing=ANY)


def _relate_windows(system: System) -> None:
    """Windows that overlap are sums of the same pieces."""
    made_of = pieces(key[1] for key in system.keys)
    for key in list(system.keys):
        kind, window, *rest = key
        if made_of[window] != [window]:
            parts = [system.count((kind, piece, *rest), is_count=False) for piece in made_of[window]]
            says = f"{window[0]}-{window[1]} is made of shorter windows"
            system.relate(says, parts, [system.index[key]], missing=ANY)
