"""The flow of one degree: parts and totals, each measure out of the one before, shares, windows, mobility."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

from dagster_project.disclosure.relations.mobility import relate_mobility
from dagster_project.disclosure.relations.periods import Window, pieces
from dagster_project.disclosure.relations.places import Cell, relate_places
from dagster_project.disclosure.relations.shares import relate_share, usual_decimals
from dagster_project.disclosure.system import System

Row = Mapping[str, Any]
# Breakdowns by two attributes, and the two that they are within.
NESTED = {"institution_sex": ("institution", "sex"), "study_county_sex": ("study_county", "sex")}
TOTAL = ("total", "total")
# A degree of which no row tells this leads to none.
LICENCE = "licensed"
GRADUATES = "graduates"
# What holds where every year was delivered, as `Flow.observed` names it after the measure.
WHOLE, AFTER, SAME, TIMELY = "whole", "after", "same", "timely"
# How many values these have at most, unknown among them; of the others no outsider can be sure.
VALUES = {"sex": 3, "age_group": 6, "prior_degree": 2, "home_county": 22, "study_county": 22}


@dataclass(frozen=True)
class Measure:
    """What the denominator of a measure is made of: all (`whole`) or part of another's numerator.

    Where every year was delivered (`Knowledge.observed`) more holds. `whole_if_observed` is all of it too;
    the denominator is part of that of the look `after` which it comes. Of a degree without a licence, whose
    entry is the degree, it is that of `unlicensed_as`, in whose numerator this one's is; and those whom it
    lacks took their degree too late to be in the numerator of `unlicensed_timely`.
    """

    name: str
    of: tuple[str, ...] = ()
    whole: bool = False
    within: str = ""
    whole_if_observed: bool = False
    after: str = ""
    unlicensed_as: str = ""
    unlicensed_timely: str = ""


@dataclass
class Flow:
    """The rows of one degree, as published; `cells` by window, then breakdown and value, then measure."""

    degree: str
    measures: Sequence[Measure]
    observed: Collection[tuple[str, str]] = ()
    # Which institution teaches the degree in which counties: public, it stands in their catalogues.
    places: Sequence[tuple[str, str]] = ()
    has_licence: bool = True
    cells: dict[Window, dict[Cell, dict[str, Row | None]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(dict))
    )


def flow_system(
    degree: str,
    rows: Iterable[Row],
    mobility: Iterable[Row],
    measures: Sequence[Measure],
    places: Sequence[tuple[str, str]] = (),
    observed: Collection[tuple[str, str]] = (),
) -> System:
    """The counts of a degree and what is said of them.

    Args:
        degree: its code.
        rows: of `flow_measures`; numbers that are not told are None.
        mobility: rows of `mobility`.
        measures: what each measure is out of.
        places: pairs of institution and county of study.
        observed: what holds since every year was delivered: measure and WHOLE, AFTER, SAME or TIMELY.
    """
    rows = list(rows)
    flow = Flow(degree, measures, observed, places, any(row["measure"] == LICENCE for row in rows))
    for row in rows:
        window = (row["cohort_from"], row["cohort_to"])
        flow.cells[window][(row["breakdown"], row["breakdown_value"])][row["measure"]] = row
    moves: dict[Window, list[Row]] = defaultdict(list)
    for row in mobility:
        moves[(row["cohort_from"], row["cohort_to"])].append(row)
    system = System()
    made_of = pieces([*flow.cells, *moves])
    _add_pieces(flow, made_of)
    parts_of_moves = _mobility_pieces(moves, made_of)
    told = usual_decimals(r["share"] for r in _all_rows(flow) if r.get("share") is not None)
    for window in sorted(flow.cells):
        _relate_window(system, flow, window, told)
    for window in sorted(moves):
        relate_mobility(system, degree, window, moves[window])
    for piece in sorted(parts_of_moves):
        relate_mobility(system, degree, piece, parts_of_moves[piece], is_piece=True)
    _relate_pieces(system, made_of)
    return system


def _all_rows(flow: Flow) -> Iterable[Row]:
    for cells in flow.cells.values():
        for measures in cells.values():
            yield from (row for row in measures.values() if row is not None)


def _add_pieces(flow: Flow, made_of: Mapping[Window, Sequence[Window]]) -> None:
    """A piece that no row is for has the cells that every window over it has."""
    over = _over(made_of, set(flow.cells))
    for piece, windows in over.items():
        for window in windows:
            for cell, measures in flow.cells[window].items():
                for measure in measures:
                    if all(_may_hold(flow, other, cell, measure) for other in windows):
                        flow.cells[piece][cell].setdefault(measure, None)


def _over(made_of: Mapping[Window, Sequence[Window]], told: Set[Window]) -> dict[Window, list[Window]]:
    """For each piece that is not told itself the told windows that it is part of."""
    over: dict[Window, list[Window]] = defaultdict(list)
    for window in sorted(told):
        for piece in made_of[window]:
            if piece not in told:
                over[piece].append(window)
    return over


def _mobility_pieces(
    moves: Mapping[Window, Sequence[Row]], made_of: Mapping[Window, Sequence[Window]]
) -> dict[Window, list[Row]]:
    """Rows, not told, of pieces: the cells that every window over them has."""
    cells = {
        window: {(row["breakdown"], row["breakdown_value"]) for row in rows} for window, rows in moves.items()
    }
    return {
        piece: [
            {"breakdown": breakdown, "breakdown_value": value, "persons": None}
            for breakdown, value in sorted(set.intersection(*(cells[window] for window in windows)))
        ]
        for piece, windows in _over(made_of, set(moves)).items()
    }


def _may_hold(flow: Flow, window: Window, cell: Cell, measure: str) -> bool:
    """A window that tells the measure by this attribute and has no row for the value says that it is zero."""
    cells = flow.cells[window]
    tells = any(measure in measures for (breakdown, _), measures in cells.items() if breakdown == cell[0])
    return measure in cells.get(cell, {}) or not tells


def _relate_pieces(system: System, made_of: Mapping[Window, Sequence[Window]]) -> None:
    """What a window counts is the sum of its pieces; a piece without the cell has nobody in it."""
    # Whether classes are told apart in a window: else a class that is missing there is not known to be empty.
    classes = {key[2] for key in system.keys if key[0] == "class"}
    for key in list(system.keys):
        kind, degree, window, *rest = key
        inside = made_of.get(window, [window])
        if inside == [window] or (kind == "class" and not classes.issuperset(inside)):
            continue
        parts = [(kind, degree, piece, *rest) for piece in inside]
        known = [system.index[part] for part in parts if part in system.index]
        says = f"{degree} {window[0]}-{window[1]} is made of shorter windows"
        system.relate(says, known, [system.index[key]], missing=(len(parts), 0))


def _relate_window(system: System, flow: Flow, window: Window, told: int) -> None:
    cells = flow.cells[window]
    # For each count its number in each cell; for each measure what its denominator is called in each cell.
    numbers: dict[str, dict[Cell, int]] = defaultdict(dict)
    below: dict[str, dict[Cell, str]] = defaultdict(dict)
    for cell in sorted(cells):
        for measure in flow.measures:
            if measure.name in cells[cell]:
                _relate_row(system, flow, window, cell, measure, numbers, below, told)
        _relate_looks(system, flow, window, cell, numbers, below)
    where = f"{flow.degree} {window[0]}-{window[1]}"
    for name, by_cell in numbers.items():
        _relate_sums(system, f"{where} {name}", by_cell)
        _relate_unknown(system, f"{where} {name}", by_cell)
    relate_places(system, flow.degree, window, numbers, below, flow.places)
    # Who had a degree before the start is also a value of the attribute with that name.
    before, yes = numbers["prior_degree"].get(TOTAL), numbers["beginners"].get(("prior_degree", "yes"))
    if before is not None and any(breakdown == "prior_degree" for breakdown, _ in cells):
        says = f"{where} prior_degree is beginners with prior_degree yes"
        parts = [] if yes is None else [yes]
        system.relate(says, parts, [before], missing=(1 - len(parts), 0))


def _relate_row(
    system: System,
    flow: Flow,
    window: Window,
    cell: Cell,
    measure: Measure,
    numbers: dict[str, dict[Cell, int]],
    below_is: dict[str, dict[Cell, str]],
    told: int,
) -> None:
    row = flow.cells[window][cell][measure.name]
    is_piece = row is None
    numerator, denominator, share = (
        (row["numerator"], row["denominator"], row.get("share")) if row else (None,) * 3
    )
    parent = next((name for name in measure.of if cell in numbers[name]), "")

    def count(name: str, value: int | None, at_least: int) -> int:
        key = ("flow", flow.degree, window, *cell, name)
        number = system.count(key, value, at_least, is_count=not is_piece)
        numbers[name][cell] = number
        return number

    # A row is there when its denominator is at least one.
    least = 0 if is_piece else 1
    place = ("flow_measures", flow.degree, *window, *cell, measure.name)
    if not measure.of:
        both = count(measure.name, numerator if numerator is not None else denominator, least)
        _stand(system, row, place, both, both)
        return
    whole = bool(parent) and _is_whole(measure, flow)
    below_is[measure.name][cell] = parent if whole else f"{measure.name} denominator"
    below = count(below_is[measure.name][cell], denominator, least)
    above = count(measure.name, numerator, 0)
    _stand(system, row, place, above, below)
    says = f"{flow.degree} {window[0]}-{window[1]} {cell[0]} {cell[1]} {measure.name}"
    rest_value = None if numerator is None or denominator is None else denominator - numerator
    rest = system.count(
        ("flow", flow.degree, window, *cell, f"not {measure.name}"), rest_value, is_count=not is_piece
    )
    # Their sums follow from the others', but a relation that is written out is soon seen through.
    numbers[f"not {measure.name}"][cell] = rest
    system.relate(f"{says}: those who do and those who do not are all", [above, rest], [below])
    if share is not None and (numerator is None or denominator is None):
        relate_share(system, f"{says}: its share", above, below, share, told)
    if parent and not whole:
        system.relate(f"{says}: out of {parent}", [numbers[parent][cell]], [below], 0, math.inf)
    if measure.within and cell in numbers[measure.within]:
        system.relate(
            f"{says}: within {measure.within}", [numbers[measure.within][cell]], [above], 0, math.inf
        )
    if cell[0] == "prior_degree" and measure.name == "prior_degree":
        system.relate(f"{says}: by definition", [above], [below] if cell[1] == "yes" else [])


def _relate_looks(
    system: System,
    flow: Flow,
    window: Window,
    cell: Cell,
    numbers: Mapping[str, Mapping[Cell, int]],
    below: Mapping[str, Mapping[Cell, str]],
) -> None:
    """Where every year was delivered: who is looked at later was looked at before, and of a degree without a
    licence those who are looked at a year after the degree are those looked at a year after the entry.
    """

    def denominator(name: str) -> int | None:
        return numbers[below[name][cell]][cell] if cell in below.get(name, {}) else None

    def numerator(name: str) -> int | None:
        return numbers.get(name, {}).get(cell)

    for measure in flow.measures:
        mine = denominator(measure.name)
        facts = {fact for name, fact in flow.observed if name == measure.name}
        if mine is None or not facts:
            continue
        says = f"{flow.degree} {window[0]}-{window[1]} {cell[0]} {cell[1]} {measure.name}"
        if AFTER in facts and (earlier := denominator(measure.after)) is not None:
            system.relate(f"{says}: after {measure.after}", [earlier], [mine], 0, math.inf)
        same, of_those = denominator(measure.unlicensed_as), numerator(measure.unlicensed_as)
        if SAME in facts and same is not None and of_those is not None and not flow.has_licence:
            system.relate(f"{says}: out of the same as {measure.unlicensed_as}", [same], [mine])
            inside = [of_those], [numbers[measure.name][cell]]
            system.relate(f"{says}: within {measure.unlicensed_as}", *inside, 0, math.inf)
        parent = next((found for name in measure.of if (found := numerator(name)) is not None), None)
        timely, graduates = numerator(measure.unlicensed_timely), numerator(GRADUATES)
        if parent is None or timely is None or graduates is None or flow.has_licence:
            continue
        if TIMELY in facts:
            late = [mine, graduates], [parent, timely]
            system.relate(f"{says}: lacks only late graduates", *late, 0, math.inf)


def _is_whole(measure: Measure, flow: Flow) -> bool:
    return measure.whole or (measure.name, WHOLE) in flow.observed


def _stand(system: System, row: Row | None, place: tuple[Any, ...], above: int, below: int) -> None:
    if row is not None:
        system.columns[(*place, "numerator")] = above
        system.columns[(*place, "denominator")] = below


def _relate_unknown(system: System, says: str, by_cell: Mapping[Cell, int]) -> None:
    """Whose sex is unknown has no row among the persons, and so no age."""
    told = {breakdown for breakdown, _ in by_cell}
    if {"sex", "age_group"} <= told:
        sex, age = (
            [by_cell[cell] for cell in [(b, "unknown")] if cell in by_cell] for b in ("sex", "age_group")
        )
        if sex or age:
            missing = (1 - len(sex), 1 - len(age))
            system.relate(f"{says}: sex unknown is age unknown", sex, age, missing=missing)


def _relate_sums(system: System, says: str, by_cell: Mapping[Cell, int]) -> None:
    """Parts and totals of each breakdown."""
    values: dict[str, list[str]] = defaultdict(list)
    for breakdown, value in by_cell:
        values[breakdown].append(value)
    for breakdown, inside in values.items():
        if breakdown not in ("total", *NESTED) and TOTAL in by_cell:
            parts = [by_cell[(breakdown, value)] for value in inside]
            missing = (VALUES.get(breakdown, math.inf) - len(parts), 0)
            system.relate(f"{says}: {breakdown} sums to all", parts, [by_cell[TOTAL]], missing=missing)
    for nested, outer in NESTED.items():
        if nested not in values:
            continue
        for side, attribute in enumerate(outer):
            sums: dict[str, list[int]] = {value: [] for value in values[attribute]}
            for value in values[nested]:
                sums.setdefault(value.rsplit(":", 1)[side], []).append(by_cell[(nested, value)])
            for value, inner in sums.items():
                if (attribute, value) in by_cell:
                    says_sum = f"{says}: {nested} sums to {attribute} {value}"
                    missing = (VALUES.get(outer[1 - side], math.inf) - len(inner), 0)
                    system.relate(says_sum, inner, [by_cell[(attribute, value)]], missing=missing)
