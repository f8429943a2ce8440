"""The chapters of licensed persons: supply and density, signs of demand, physicians' way, careers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vardflode.disclosure.declared import BY_NAME
from vardflode.publication.labels import dimension, label, metric
from vardflode.publication.lookup import Lookup
from vardflode.publication.report import charts
from vardflode.publication.report.document import Block, Chapter, Figure, Paragraph
from vardflode.publication.report.findings import NATION, TOTAL
from vardflode.publication.report.material import Material
from vardflode.publication.texts import small, window

# Groups with a map, and those whose careers are drawn.
_MAPPED = ("SJ", "LK")
_FOLLOWED = ("SJ", "LK")
_STEPS = ("licence", "st_start", "specialist")
_INDICATORS = ("unemployed", "established", "left_country", "trained_abroad")
_FIVE = "5"


def workforce(m: Material) -> Iterator[Chapter]:
    """What the edition tells of licensed persons (the final report of 2019; NPS)."""
    if m.has("licensed_workforce_total") and m.has("workplace_total"):
        yield Chapter("supply", m.say("supply"), list(_supply(m)))
    if m.has("demand_indicators_total"):
        yield Chapter("demand", m.say("demand"), list(_demand(m, m.cubes["demand_indicators_total"])))
    if m.has("physician_path"):
        yield Chapter("physicians", m.say("physicians"), list(_physicians(m, m.cubes["physician_path"])))
    if m.has("career_moves"):
        yield Chapter("careers", m.say("careers"), list(_careers(m, m.cubes["career_moves"])))


def _supply(m: Material) -> Iterator[Block]:
    licensed, workplace = m.cubes["licensed_workforce_total"], m.cubes["workplace_total"]
    year, groups = licensed.codes("year")[-1], licensed.codes("group_code")
    yield Paragraph(m.say("supply_intro", year=year))
    counts = ("licensed", "employed", "in_health_care", "in_profession")
    rows = [
        [
            label("group_code", group, m.language),
            *(licensed.cell(name, year, group).number(m.language) for name in counts),
            licensed.cell("in_profession_share", year, group).percent(m.language),
            workplace.cell("per_100k", year, group).number(m.language, 1),
        ]
        for group in groups
    ]
    named = (*counts, "in_profession_share", "per_100k")
    head = [dimension("group_code")[m.language], *(metric(name)[m.language] for name in named)]
    yield m.table("licensed_workforce", m.say("supply_table", year=year), head, rows)
    rows = [
        [
            label("group_code", group, m.language),
            *(licensed.cell("in_profession", y, group).number(m.language) for y in licensed.codes("year")),
        ]
        for group in groups
    ]
    head = [dimension("group_code")[m.language], *licensed.codes("year")]
    yield m.table("licensed_workforce", m.say("supply_years"), head, rows)
    if m.has("workplace_county"):
        for group in [g for g in _MAPPED if g in groups]:
            yield from _map(m, m.cubes["workplace_county"], year, group)


def _map(m: Material, cube: Lookup, year: str, group: str) -> Iterator[Block]:
    """Those in the profession per 100 000 inhabitants by county of the workplace: a map and a table."""
    counties = [code for code in cube.codes("county") if code != NATION]
    cells = {county: cube.cell("per_100k", year, group, county) for county in counties}
    if not any(cell.is_shown for cell in cells.values()):
        return
    name, title = label("group_code", group, m.language), metric("per_100k")[m.language]
    figure = f"supply-{group.lower()}.{m.language}"
    values = {county: cell.value for county, cell in cells.items()}
    m.draw(figure, charts.county_maps([("", values)], title, m.say("map_hidden"), m.language))
    told = m.extremes([(label("county", c, m.language), cell) for c, cell in cells.items()])
    caption = m.say("supply_map", group=name, year=year)
    yield Figure(figure, caption, m.say("density_map_alt", told=told))
    rows = [
        [
            label("county", county, m.language),
            cube.cell("in_profession", year, group, county).number(m.language),
            cells[county].number(m.language, 1),
        ]
        for county in counties
    ]
    head = [dimension("county")[m.language], metric("in_profession")[m.language], title]
    yield m.table("workplace", caption, head, rows)


def _demand(m: Material, cube: Lookup) -> Iterator[Block]:
    year = cube.codes("year")[-1]
    indicators = [i for i in _INDICATORS if i in cube.codes("indicator")]
    yield Paragraph(m.say("demand_intro", year=year))
    rows = [
        [
            label("group_code", group, m.language),
            *(cube.cell("share", year, group, i).percent(m.language) for i in indicators),
            *(cube.cell("denominator", year, group, i).number(m.language) for i in indicators[:1]),
        ]
        for group in cube.codes("group_code")
    ]
    head = [dimension("group_code")[m.language], *(label("indicator", i, m.language) for i in indicators)]
    head += [m.say("demand_of", indicator=small(head[1]))]
    yield m.table("demand_indicators", m.say("demand_table", year=year), head, rows)


def _physicians(m: Material, cube: Lookup) -> Iterator[Block]:
    yield Paragraph(m.say("physicians_intro"))
    when, share, step_title = m.say("physicians_years"), m.say("share"), dimension("step")[m.language]
    after, points, rows = cube.codes("years_after"), list[dict[str, Any]](), list[list[str]]()
    for step in [s for s in _STEPS if s in cube.codes("step")]:
        code = _seen_longest(cube, step)
        name = f"{label('step', step, m.language)} ({window(code)})"
        cells = [cube.cell("share", code, step, years) for years in after]
        points += [
            {when: int(years), share: cell.value, step_title: name}
            for years, cell in zip(after, cells, strict=True)
            if cell.is_shown
        ]
        rows.append([name, *(cell.percent(m.language) for cell in cells)])
    if points:
        figure = f"physicians.{m.language}"
        m.draw(figure, charts.lines(points, when, share, step_title, m.language, whole=True))
        told = m.ends(points, when, share, step_title)
        yield Figure(figure, m.say("physicians_figure"), m.say("physicians_alt", told=told))
    half = (len(after) + 1) // 2
    for part in (slice(0, half), slice(half, None)):
        head = [step_title, *(m.say("physicians_after", years=years) for years in after[part])]
        told_rows = [[row[0], *row[1:][part]] for row in rows]
        yield m.table("physician_path", m.say("physicians_figure"), head, told_rows)
    if m.has("st_training_specialty"):
        yield _training(m, m.cubes["st_training_specialty"], m.cubes.get("st_training_total"))


def _seen_longest(cube: Lookup, step: str) -> str:
    """The newest window that has been seen for as many years as any."""
    seen = {
        code: sum(cube.cell("share", code, step, years).is_shown for years in cube.codes("years_after"))
        for code in cube.codes("degree_cohort")
    }
    return max(seen, key=lambda code: (seen[code], code))


def _training(m: Material, cube: Lookup, totals: Lookup | None) -> Block:
    """The newest year's training by specialty."""
    year = cube.codes("year")[-1]
    counts = ("in_training", "started", "completed", "stopped")
    rows = [
        [
            label("specialty", code, m.language),
            *(cube.cell(name, year, code).number(m.language) for name in counts),
            cube.cell("women_share", year, code).percent(m.language),
        ]
        for code in cube.codes("specialty")
    ]
    if totals:
        numbers = (totals.cell(name, year).number(m.language) for name in counts)
        rows.append(
            [
                label("specialty", TOTAL, m.language),
                *numbers,
                totals.cell("women_share", year).percent(m.language),
            ]
        )
    named = (*counts, "women_share")
    head = [dimension("specialty")[m.language], *(metric(name)[m.language] for name in named)]
    return m.table("st_training", m.say("training_table", year=year), head, rows)


def _careers(m: Material, cube: Lookup) -> Iterator[Block]:
    year, states = (
        cube.codes("year")[-1],
        [s for s in BY_NAME["career_moves"].parts["state"].codes if s in cube.codes("state")],
    )
    before = str(int(year) - int(_FIVE))
    yield Paragraph(m.say("careers_intro", before=before, year=year))
    for group in [g for g in _FOLLOWED if g in cube.codes("group_code")]:
        whole = cube.cell("persons", year, group, _FIVE, TOTAL, TOTAL)
        if not whole.value:
            continue
        name = label("group_code", group, m.language)
        steps = [charts.Step(m.say("careers_all", year=before), whole.value, whole.number(m.language), "")]
        for state in states:
            cell = cube.cell("persons", year, group, _FIVE, TOTAL, state)
            steps.append(
                charts.Step(label("state", state, m.language), cell.value, cell.number(m.language), "")
            )
        figure = f"careers-{group.lower()}.{m.language}"
        m.draw(figure, charts.flow(steps))
        caption = m.say("careers_figure", group=name, before=before, year=year)
        told = "; ".join(f"{step.name}: {step.number}" for step in steps)
        yield Figure(figure, caption, m.say("careers_alt", told=told))
        sectors = [s for s in cube.codes("from_sector") if s != TOTAL]
        rows = [
            [
                label("state", state, m.language),
                *(
                    cube.cell("persons", year, group, _FIVE, s, state).number(m.language)
                    for s in (TOTAL, *sectors)
                ),
            ]
            for state in [TOTAL, *states]
        ]
        head = [dimension("state")[m.language]]
        head += [label("from_sector", s, m.language) for s in (TOTAL, *sectors)]
        yield m.table(
            "career_moves", m.say("careers_table", group=name, before=before, year=year), head, rows
        )
