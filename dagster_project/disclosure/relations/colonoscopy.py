"""Colonoscopies of one year: regions in health-care regions in the nation, and what is out of what."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dagster_project.disclosure.relations.shares import half_a_unit, relate_share, usual_decimals
from dagster_project.disclosure.system import System

Row = Mapping[str, Any]
# What each count is part of, and the column with its share (and what that is times).
OUT_OF = {
    "private": ("colonoscopies", "private_share", 1),
    "screening": ("colonoscopies", "screening_share", 1),
    "caecum": ("colonoscopies", "caecal_intubation_pct", 100),
    "adenoma": ("colonoscopies", "adenoma_detection_pct", 100),
    "covered": ("colonoscopies", "register_coverage_pct", 100),
    "over_60": ("endoscopists", "over_60_share", 1),
    "trainees": ("endoscopists", None, 1),
}
# Ratio to something that is no secret: it says the same as the number of examinations.
SAME_AS = ("per_endoscopist", "incidence_pct", "gap")
EXAMINATIONS = ("colonoscopies", "private", "screening", "caecum", "adenoma", "covered")
PERSONS = ("endoscopists", "over_60", "trainees")
COUNTS = (*EXAMINATIONS, *PERSONS)
# A person who works in several areas counts once in each, so these sum to all or more. Who is over 60, or no
# trainee, in a larger area is so in one of its parts, but need not be so in each.
ONCE_IN_EACH = ("endoscopists", "trainees")
ONCE_IN_SOME = ("over_60", "not over_60", "not trainees")


def colonoscopy_system(rows: Iterable[Row], lies_in: Sequence[tuple[str, str]]) -> System:
    """The counts of a year and what is said of them.

    Args:
        rows: of one year; numbers that are not told are None.
        lies_in: pairs of county and health-care region; a county in two of them is divided.
    """
    rows = list(rows)
    system = System()
    told = {
        column: usual_decimals(row[column] for row in rows if row.get(column) is not None)
        for column in (*(column for _, column, _ in OUT_OF.values() if column), *SAME_AS)
    }
    cells: dict[tuple[str, str], dict[str, int]] = {}
    for row in rows:
        area = (row["level"], row["area"])
        cells[area] = {
            name: system.count(("colonoscopy", row["year"], *area, name), row[name]) for name in COUNTS
        }
        for name, number in cells[area].items():
            system.columns[("colonoscopy", row["year"], *area, name)] = number
        _relate_row(system, row, cells[area], told)
    divided: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for name in (*COUNTS, *ONCE_IN_SOME):
        _relate_areas(
            system, name, {area: numbers[name] for area, numbers in cells.items()}, lies_in, divided
        )
    for place, numbers in divided.items():
        for name in ("over_60", "trainees"):
            says = f"{name}: those who are and are not, {' in '.join(place)}"
            system.relate(says, [numbers[name], numbers[f"not {name}"]], [numbers["endoscopists"]])
    return system


def _relate_row(system: System, row: Row, numbers: dict[str, int], told: Mapping[str, int]) -> None:
    where = f"{row['year']} {row['level']} {row['area']}"
    for name, (of, column, times) in OUT_OF.items():
        untold = row[name] is None or row[of] is None
        key = ("colonoscopy", row["year"], row["level"], row["area"], f"not {name}")
        rest = system.count(key, None if untold else row[of] - row[name])
        numbers[f"not {name}"] = rest
        system.relate(f"{where}: {of} that are {name} and that are not", [numbers[name], rest], [numbers[of]])
        share = row.get(column) if column else None
        if untold and share is not None:
            says = f"{where}: {column}"
            relate_share(system, says, numbers[name], numbers[of], share, told[str(column)], times)
    ratio = row.get("per_endoscopist")
    if ratio is not None and None in (row["endoscopists"], row["colonoscopies"]):
        above, below = numbers["colonoscopies"], numbers["endoscopists"]
        relate_share(system, f"{where}: per_endoscopist", above, below, ratio, told["per_endoscopist"])
    if row["colonoscopies"] is None and row.get("population"):
        people = row["population"]
        for column, unit, none in (("incidence_pct", people / 100, 0.0), ("gap", -1.0, 0.015 * people)):
            value = row.get(column)
            if value is not None:
                near = none + value * unit
                off = abs(half_a_unit(value, told[column]) * unit) + 1e-6
                system.weigh(f"{where}: {column}", [numbers["colonoscopies"]], [1.0], near - off, near + off)


def _relate_areas(
    system: System,
    name: str,
    by_area: Mapping[tuple[str, str], int],
    lies_in: Sequence[tuple[str, str]],
    divided_in: dict[tuple[str, str], dict[str, int]],
) -> None:
    in_level: dict[str, dict[str, int]] = defaultdict(dict)
    for (level, area), number in by_area.items():
        in_level[level][area] = number
    nation = in_level["nation"].get("00")
    regions, health = in_level["region"], in_level["health_region"]
    once = name in ONCE_IN_EACH
    high = math.inf if once or name in ONCE_IN_SOME else 0.0
    if nation is not None:
        for level, areas in (("region", regions), ("health_region", health)):
            if areas:
                system.relate(f"{name}: {level} sums to the nation", areas.values(), [nation], 0, high)
        if once:
            for area, number in [*regions.items(), *health.items()]:
                system.relate(f"{name}: {area} is at most the nation", [nation], [number], 0, math.inf)
    pieces: dict[str, list[int]] = defaultdict(list)
    for county, number in regions.items():
        of = sorted(region for c, region in lies_in if c == county and region in health)
        if len(of) == 1:
            pieces[of[0]].append(number)
            if once:
                says = f"{name}: {county} is at most {of[0]}"
                system.relate(says, [health[of[0]]], [number], 0, math.inf)
        elif of:
            # Divided between health-care regions: how, no table says.
            divided = [system.count(("divided", name, county, region), is_count=False) for region in of]
            system.relate(f"{name}: {county} is divided", divided, [number], 0, high)
            for region, piece in zip(of, divided, strict=True):
                divided_in[(county, region)][name] = piece
                pieces[region].append(piece)
                if once:
                    system.relate(f"{name}: {county}", [number], [piece], 0, math.inf)
                    system.relate(f"{name}: {county}", [health[region]], [piece], 0, math.inf)
    for region, parts in pieces.items():
        system.relate(f"{name}: regions sum to {region}", parts, [health[region]], 0, high)
