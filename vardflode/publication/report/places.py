"""A degree by sex, age, institution and county, and where those who work came from, studied and work."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from vardflode.deliveries.contract import read_code_list
from vardflode.disclosure.declared import BY_NAME
from vardflode.publication.cubes import NOT_OBSERVED, SHOWN
from vardflode.publication.labels import dimension, label
from vardflode.publication.lookup import Cell
from vardflode.publication.report import charts
from vardflode.publication.report.document import Block, Figure, Heading
from vardflode.publication.report.flow import beginners
from vardflode.publication.report.material import PERCENT, Material
from vardflode.publication.texts import listed, small, window

# Of groups as large as a sex: shares.
_SHARES = ("graduates", "licensed", "employed_1y", "in_profession_1y")
# Of places, many of which are too small for shares: how many, and the share of the first.
_COUNTS = ("beginners", "graduates", "licensed", "employed_1y", "in_profession_1y")
BREAKDOWNS = ("sex", "age_group", "institution", "home_county", "study_county")
_PLACES = BREAKDOWNS[2:]


def by(m: Material, degree: str, name: str, code: str, breakdown: str) -> Iterator[Block]:
    """The flow of a window by an attribute; of places also the newest beginners."""
    cube = m.cubes.get(f"flow_measures_{breakdown}")
    if cube is None:
        return
    is_place, title = breakdown in _PLACES, dimension(breakdown)[m.language]
    newest = beginners(m, degree)
    if newest is None or newest[0] == code or not is_place:
        newest = None
    rows, nobody = [], list[str]()
    for value in cube.codes(breakdown):
        told = {measure: cube.cell("numerator", degree, code, value, measure) for measure in _COUNTS}
        counts = [told[measure] for measure in (_COUNTS if is_place else _COUNTS[:1])]
        if newest:
            counts.insert(0, cube.cell("numerator", degree, newest[0], value, "beginners"))
        if all(not cell.value and cell.status in (SHOWN, NOT_OBSERVED) for cell in counts):
            nobody += [label(breakdown, value, m.language)] * (breakdown != "institution")
            continue
        measures = _SHARES[:1] if is_place else _SHARES
        shares = [cube.cell("share", degree, code, value, measure) for measure in measures]
        rows.append(
            [
                label(breakdown, value, m.language),
                *(cell.number(m.language) for cell in counts),
                *(share.percent(m.language) for share in shares),
            ]
        )
    if not rows:
        return
    called = {measure: label("measure", measure, m.language) for measure in _COUNTS}
    head = [title, *called.values()]
    if is_place:
        head.append(m.say("share_of", measure=called["graduates"]))
    if newest:
        head.insert(1, f"{called['beginners']} {window(newest[0])}")
        head[2] = f"{called['beginners']} {window(code)}"
    yield Heading(m.say("by", dimension=small(title)))
    caption = m.say("by_table", dimension=small(title), degree=name, window=window(code))
    note = m.say("rows_zero", names=listed(nobody, m.language)) if nobody else ""
    yield m.table("flow_measures", caption, head, rows, note=note)


def mobility(m: Material, degree: str, name: str) -> Iterator[Block]:
    """The newest window of which it is told: maps, counties, and how many stayed or moved."""
    kinds = ("home_county", "study_county", "work_county")
    if not all(m.has(f"mobility_{kind}") for kind in kinds):
        return
    work = m.cubes["mobility_work_county"]
    counties = [code for code in work.codes("work_county") if code != "unknown"]
    windows = [
        code
        for code in work.codes("cohort")
        if any(work.cell("persons", degree, code, county).is_shown for county in counties)
    ]
    if not windows:
        return
    code = windows[-1]
    figure = f"mobility-{degree.lower()}.{m.language}"
    caption = m.say("mobility_caption", degree=name, window=window(code))
    found = {
        kind: {c: m.cubes[f"mobility_{kind}"].cell("persons", degree, code, c) for c in _all_counties()}
        for kind in kinds
    }
    yield Heading(m.say("mobility"))
    whole = m.cubes["mobility_total"].cell("persons", degree, code).value if m.has("mobility_total") else None
    if whole:
        shares = {
            kind: {c: replace(cell, value=_of(cell, whole)) for c, cell in cells.items()}
            for kind, cells in found.items()
        }
        maps = [
            (dimension(kind)[m.language], {county: cell.value for county, cell in cells.items()})
            for kind, cells in shares.items()
        ]
        drawn = charts.county_maps(maps, m.say("share"), m.say("map_hidden"), m.language, ".0%")
        m.draw(figure, drawn)
        told = []
        for (above, _), cells in zip(maps, shares.values(), strict=True):
            named = [(label("county", c, m.language), cell) for c, cell in cells.items()]
            told.append(f"{above}: {m.extremes(named, PERCENT)}")
        yield Figure(figure, caption, m.say("mobility_alt", told=" ".join(told)))
    rows = [
        [label("county", county, m.language), *(cells[county].number(m.language) for cells in found.values())]
        for county in _all_counties()
    ]
    head = [dimension("county")[m.language], *(dimension(kind)[m.language] for kind in found)]
    caption = m.say("mobility_table", degree=name, window=window(code))
    yield m.table("mobility", caption, head, rows)
    classes = m.cubes.get("mobility_mobility")
    if classes:
        told_kinds = [
            name.removeprefix("mobility ") for name in BY_NAME["mobility"].rules
        ]  # as rules tell them
        rows = [
            [
                label("mobility", kind, m.language),
                classes.cell("persons", degree, code, kind).number(m.language),
            ]
            for kind in told_kinds
            if kind in classes.codes("mobility")
        ]
        head = [dimension("mobility")[m.language], m.say("number")]
        caption = m.say("mobility_classes", degree=name, window=window(code))
        yield m.table("mobility", caption, head, rows)


def _of(cell: Cell, whole: float) -> float | None:
    """The share of all; noise may put a part above its whole."""
    return None if cell.value is None else min(cell.value / whole, 1.0)


def _all_counties() -> list[str]:
    return [row["lan"] for row in read_code_list("lan.csv")]
