"""The flow of one degree: parts and totals, each measure out of the one before, shares, windows, mobility."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
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
BEGINNERS, PRIOR, GRADUATES = "beginners", "prior_degree", "graduates"
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
    # Which of its persons, where not all.
    those: tuple[str, ...] = ()
    # Whether steps are told of those who had and had not a degree before the start, a measure in other cells.
    is_joint: bool = False


@dataclass
class Counts:
    """`numbers`: of each count its number by cell; `below`: of each measure by cell what its denominator is
    called there.
    """

    numbers: dict[str, dict[Cell, int]] = field(default_factory=lambda: defaultdict(dict))
    below: dict[str, dict[Cell, str]] = field(default_factory=lambda: defaultdict(dict))


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
    by_prior = {row["measure"] for row in rows if row["breakdown"] == PRIOR} - {BEGINNERS, PRIOR}
    told_in = {row["breakdown"] for row in rows if row["measure"] == PRIOR} - {"total", PRIOR}
    flow.is_joint = bool(by_prior and told_in)
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
    for window in sorted({*moves, *parts_of_moves}):
        here = [*moves.get(window, ()), *parts_of_moves.get(window, ())]
        relate_mobility(system, degree, window, here)
    _relate_pieces(system, made_of)
    return system


def _all_rows(flow: Flow) -> Iterable[Row]:
    for cells in flow.cells.values():
        for measures in cells.values():
            yield from (row for row in measures.values() if row is not None)


def _add_pieces(flow: Flow, made_of: Mapping[Window, Sequence[Window]]) -> None:
    """Of a piece what no row tells, and every window over it has: rows, not told."""
    told = {window: {cell: set(rows) for cell, rows in cells.items()} for window, cells in flow.cells.items()}
    tells = {
        window: {(cell[0], measure) for cell, measures in cells.items() for measure in measures}
        for window, cells in told.items()
    }

    def may_hold(window: Window, cell: Cell, measure: str) -> bool:
        """A window that tells the measure by this attribute and has no such row says that it is zero."""
        return measure in told[window].get(cell, ()) or (cell[0], measure) not in tells[window]

    for piece, windows in _over(made_of, told.keys()).items():
        for window in windows:
            for cell, measures in told[window].items():
                for measure in sorted(measures):
                    if all(may_hold(other, cell, measure) for other in windows):
                        flow.cells[piece][cell].setdefault(measure, None)


def _over(made_of: Mapping[Window, Sequence[Window]], told: Set[Window]) -> dict[Window, list[Window]]:
    """For each piece of others the told windows that it is part of, itself among them where it is told."""
    over: dict[Window, list[Window]] = defaultdict(list)
    for window in sorted(told):
        for piece in made_of[window]:
            over[piece].append(window)
    return {piece: windows for piece, windows in over.items() if windows != [piece]}


def _mobility_pieces(
    moves: Mapping[Window, Sequence[Row]], made_of: Mapping[Window, Sequence[Window]]
) -> dict[Window, list[Row]]:
    """Cells of pieces that are not told: those that every window over them has, of those that tell such."""
    cells = {
        window: {(row["breakdown"], row["breakdown_value"]) for row in rows} for window, rows in moves.items()
    }
    tells = {window: {breakdown for breakdown, _ in inside} for window, inside in cells.items()}
    found: dict[Window, list[Row]] = defaultdict(list)
    for piece, windows in _over(made_of, set(moves)).items():
        for breakdown, value in sorted(set[Cell]().union(*(cells[window] for window in windows))):
            asked = [window for window in windows if breakdown in tells[window]]
            if piece not in asked and all((breakdown, value) in cells[window] for window in asked):
                found[piece].append({"breakdown": breakdown, "breakdown_value": value})
    return found


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
    counts = Counts()
    for cell in sorted(flow.cells[window]):
        _relate_cell(system, flow, window, cell, counts, told)
    _relate_cells(system, flow, window, counts)
    # Who had a degree before the start is also a value of the attribute with that name.
    before, yes = counts.numbers[PRIOR].get(TOTAL), counts.numbers[BEGINNERS].get((PRIOR, "yes"))
    if before is not None and any(breakdown == PRIOR for breakdown, _ in flow.cells[window]):
        says = _says(flow, window, "prior_degree is beginners with prior_degree yes")
        parts = [] if yes is None else [yes]
        system.relate(says, parts, [before], missing=(1 - len(parts), 0))
    _relate_joint(system, flow, window, counts)


def _says(flow: Flow, window: Window, *what: str) -> str:
    return " ".join([f"{flow.degree} {window[0]}-{window[1]}", *what])


def _relate_cell(system: System, flow: Flow, window: Window, cell: Cell, counts: Counts, told: int) -> None:
    """What is said of the measures of one cell."""
    for measure in flow.measures:
        if measure.name in flow.cells[window][cell]:
            _relate_row(system, flow, window, cell, measure, counts.numbers, counts.below, told)
    _relate_looks(system, flow, window, cell, counts.numbers, counts.below)


def _relate_cells(system: System, flow: Flow, window: Window, counts: Counts) -> None:
    """What is said of each count from cell to cell."""
    where = _says(flow, window, *flow.those)
    for name, by_cell in counts.numbers.items():
        _relate_sums(system, f"{where} {name}", by_cell)
        _relate_unknown(system, f"{where} {name}", by_cell)
    relate_places(system, (flow.degree, window, *flow.those), counts.numbers, counts.below, flow.places)


def _relate_joint(system: System, flow: Flow, window: Window, counts: Counts) -> None:
    """A degree before the start is a measure in every cell, and a breakdown. Where later steps are told by
    the breakdown too, those who had one and those who had none are flows of their own: their totals are the
    rows of the breakdown, the beginners in a cell are told by the measure, and together they are the cell's.
    """
    if not flow.is_joint:
        return
    cells, split = flow.cells[window], defaultdict[tuple[str, Cell], list[int]](list)
    for value, beginners in (("yes", PRIOR), ("no", f"not {PRIOR}")):
        steps = cells.get((PRIOR, value), {}).keys() - {PRIOR}
        inside = {
            cell: dict.fromkeys(measures.keys() & steps)
            for cell, measures in cells.items()
            if cell[0] not in ("total", PRIOR)
        }
        those = replace(flow, those=(f"{PRIOR} {value}",), cells={window: inside})
        joint = Counts()
        for name, by_cell in counts.numbers.items():
            if (PRIOR, value) in by_cell:
                joint.numbers[name][TOTAL] = by_cell[(PRIOR, value)]
        for cell in sorted(inside):
            _relate_cell(system, those, window, cell, joint, 0)
        _relate_cells(system, those, window, joint)
        for name, by_cell in joint.numbers.items():
            for cell, number in by_cell.items():
                if cell != TOTAL:
                    split[(name, cell)].append(number)
                if cell != TOTAL and name == BEGINNERS and cell in counts.numbers[beginners]:
                    says = _says(flow, window, *cell, f"{beginners} is beginners with prior_degree {value}")
                    system.relate(says, [number], [counts.numbers[beginners][cell]])
    for (name, cell), parts in split.items():
        if cell in counts.numbers[name]:
            says = _says(flow, window, *cell, f"{name}: {PRIOR} sums to all")
            system.relate(says, parts, [counts.numbers[name][cell]], missing=(2 - len(parts), 0))


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
        key = ("flow", flow.degree, window, *cell, *flow.those, name)
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
    says = _says(flow, window, *cell, *flow.those, measure.name)
    rest_value = None if numerator is None or denominator is None else denominator - numerator
    rest = system.count(
        ("flow", flow.degree, window, *cell, *flow.those, f"not {measure.name}"),
        rest_value,
        is_count=not is_piece,
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
    if cell[0] == PRIOR and measure.name == PRIOR:
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
        says = _says(flow, window, *cell, *flow.those, measure.name)
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
