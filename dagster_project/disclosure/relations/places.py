"""Institutions lie in counties: what one counts by institution another counts by county of study."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from dagster_project.disclosure.system import System

Cell = tuple[str, str]
# Breakdowns by institution and by county, and what ends the values of both that belong together.
KINDS = {
    "": ("institution", "study_county"),
    **{f":{sex}": ("institution_sex", "study_county_sex") for sex in ("1", "2", "unknown")},
}


def relate_places(
    system: System,
    whose: tuple[Any, ...],
    numbers: Mapping[str, Mapping[Cell, int]],
    below: Mapping[str, Mapping[Cell, str]],
    places: Sequence[tuple[str, str]],
) -> None:
    """Tie the counts of institutions to those of the counties that they teach in.

    Args:
        system: gets the relations, and a count for each county of an institution that teaches in several.
        whose: degree, window, and which persons where not all.
        numbers: by what is counted, then cell, the number of the count.
        below: for each measure, then cell, what its denominator is called in `numbers`.
        places: pairs of institution and county of study; none: they are not known.
    """
    degree, window, *those = whose
    whom = " ".join([f"{degree} {window[0]}-{window[1]}", *those])
    counties: dict[str, list[str]] = defaultdict(list)
    for institution, county in places:
        counties[institution].append(county)
    for suffix, (inner, outer) in KINDS.items():
        taught: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
        for name, by_cell in numbers.items():
            here, there = _values(by_cell, inner, suffix), _values(by_cell, outer, suffix)
            if not here or not counties.keys() >= here.keys():
                continue
            if not any(breakdown == outer for breakdown, _ in by_cell):
                continue
            says = f"{whom} {name}{suffix}"
            in_county: dict[str, list[int]] = defaultdict(list)
            for institution, number in here.items():
                where = counties[institution]
                if len(where) == 1:
                    in_county[where[0]].append(number)
                    continue
                parts = []
                for county in where:
                    if county in there:
                        key = ("taught", *whose, institution, county, suffix, name)
                        parts.append(system.count(key, is_count=False))
                        taught[(institution, county)][name] = parts[-1]
                        in_county[county].append(parts[-1])
                gone = (len(where) - len(parts), 0)
                system.relate(f"{says}: institution {institution} by county", parts, [number], missing=gone)
            for county in sorted(in_county.keys() | there.keys()):
                parts, whole = in_county[county], [there[county]] if county in there else []
                absent = sum(county in where and i not in here for i, where in counties.items())
                gone = (absent, 1 - len(whole))
                system.relate(f"{says}: county {county} by institution", parts, whole, missing=gone)
        for (institution, county), counts in taught.items():
            for measure, names in below.items():
                parts_of = [measure, f"not {measure}", names.get((inner, institution + suffix), "")]
                if all(name in counts for name in parts_of):
                    does, does_not, all_ = (counts[name] for name in parts_of)
                    says = f"{whom} {measure}{suffix}: {institution} in {county}"
                    system.relate(says, [does, does_not], [all_])


def _values(by_cell: Mapping[Cell, int], breakdown: str, suffix: str) -> dict[str, int]:
    """The counts of a breakdown by value, of those that end so."""
    return {
        value.removesuffix(suffix): number
        for (kind, value), number in sorted(by_cell.items())
        if kind == breakdown and value.endswith(suffix)
    }
