"""A chapter a degree: the flow, its breakdowns, where people work, who stays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from vardflode.publication.labels import dimension, label
from vardflode.publication.labels import metric as metric_words
from vardflode.publication.lookup import INAPPLICABLE, MISSING, Cell
from vardflode.publication.report import charts
from vardflode.publication.report.document import Block, Chapter, Figure, Heading, Paragraph
from vardflode.publication.report.flow import FLOW, flow_cell, shown_window
from vardflode.publication.report.material import Material
from vardflode.publication.report.opening import opening
from vardflode.publication.report.places import BREAKDOWNS, by, mobility
from vardflode.publication.texts import TEXTS, small, window

# The steps of the pilots' diagram: measure, and whose numerator it is a share of.
STEPS = (
    ("beginners", None),
    ("graduates", "beginners"),
    ("licensed", "graduates"),
    ("resident_1y", "entered"),
    ("employed_1y", "resident_1y"),
    ("in_profession_1y", "employed_1y"),
    ("retained_1y", "in_profession_1y"),
)


def degree_chapter(m: Material, degree: str) -> Chapter:
    """What is published of a degree."""
    return Chapter(
        f"degree-{degree.lower()}", label("degree_code", degree, m.language), list(_blocks(m, degree))
    )


def _blocks(m: Material, degree: str) -> Iterator[Block]:
    yield from m.opening(opening(m, degree))
    code = shown_window(m, degree)
    name = small(label("degree_code", degree, m.language))
    if code is None:
        yield Paragraph(m.say("none_shown"))
    else:
        yield from _flow(m, degree, name, code)
    yield from _over_time(m, degree, name)
    yield from _applicants(m, degree, name)
    if code is not None:
        for breakdown in BREAKDOWNS:
            yield from by(m, degree, name, code, breakdown)
        yield from mobility(m, degree, name)
    yield from _retention(m, degree, name)


def _steps(m: Material, degree: str, code: str) -> Iterator[tuple[str, str, Cell, Cell, str]]:
    """Of each step that is there: measure, name, number, share, and of whom."""
    if m.has("applicants_total"):
        cell = m.cubes["applicants_total"].cell("applicants", degree, code)
        if cell != MISSING:
            yield "applicants", m.say("applicants"), cell, MISSING, ""
    for measure, of in STEPS:
        cell = flow_cell(m, degree, code, measure, "numerator")
        if cell == MISSING or cell.status == "not_applicable":
            continue
        share = flow_cell(m, degree, code, measure, "share") if of else MISSING
        whom = TEXTS["denominator_of"][of][m.language] if of else ""
        yield measure, label("measure", measure, m.language), cell, share, whom


def _flow(m: Material, degree: str, name: str, code: str) -> Iterator[Block]:
    steps = list(_steps(m, degree, code))
    drawn = [
        charts.Step(
            text,
            cell.value,
            cell.number(m.language),
            f"{share.percent(m.language, 0)} {m.say('flow_of', of=of)}" if share.is_shown else "",
        )
        for _, text, cell, share, of in steps
    ]
    caption = m.say("flow_caption", degree=name, window=window(code))
    figure = f"flow-{degree.lower()}.{m.language}"
    m.draw(figure, charts.flow(drawn))
    told = "; ".join(
        f"{step.name} {step.number}" + (f" ({step.share})" if step.share else "") for step in drawn
    )
    yield Heading(m.say("flow"))
    yield Figure(figure, caption, m.say("flow_alt", steps=told))
    rows, nothing = [], INAPPLICABLE.number(m.language)
    for measure, text, cell, share, _ in steps:
        of = flow_cell(m, degree, code, measure, "denominator") if measure != "applicants" else MISSING
        numbers = [cell.number(m.language), of.number(m.language), share.percent(m.language)]
        rows.append(
            [text, *numbers]
            if measure not in ("applicants", "beginners")
            else [text, numbers[0], nothing, nothing]
        )
    head = [m.say("measure"), m.say("number"), m.say("of"), m.say("share")]
    caption = m.say("flow_table", degree=name, window=window(code))
    yield m.table("flow_measures", caption, head, rows, whole=True)


def _over_time(m: Material, degree: str, name: str) -> Iterator[Block]:
    measures = [m_ for m_, _ in STEPS if not m_.startswith("retained") or 1 in m.edition.horizons]
    rows = []
    for code in m.cubes[FLOW].codes("cohort"):
        cells = [flow_cell(m, degree, code, measure, "share") for measure in measures[1:]]
        beginners = flow_cell(m, degree, code, "beginners", "numerator")
        if beginners != MISSING:
            rows.append(
                [window(code), beginners.number(m.language), *(cell.percent(m.language) for cell in cells)]
            )
    if rows:
        yield Heading(m.say("over_time"))
        head = [
            dimension("cohort")[m.language],
            *(label("measure", measure, m.language) for measure in measures),
        ]
        note = _breaks(m, degree, measures)
        yield m.table("flow_measures", m.say("over_time_table", degree=name), head, rows, note=note)


def _breaks(m: Material, degree: str, measures: Sequence[str]) -> str:
    """Which shares that are shown have follow-ups on both sides of a break in a register."""
    told = []
    for measure in measures:
        windows = [
            window(code)
            for code in m.cubes[FLOW].codes("cohort")
            if flow_cell(m, degree, code, measure, "share").is_shown
            and flow_cell(m, degree, code, measure, "series_break").value
        ]
        if windows:
            told.append(f"{label('measure', measure, m.language)} ({', '.join(windows)})")
    return m.say("breaks_note", told="; ".join(told)) if told else ""


def _retention(m: Material, degree: str, name: str) -> Iterator[Block]:
    measures = [f"retained_{years}y" for years in m.edition.horizons]
    names = {measure: label("measure", measure, m.language) for measure in measures}
    cohort, share, series = dimension("cohort")[m.language], m.say("share_axis"), m.say("measure")
    points: list[dict[str, Any]] = []
    rows: list[Sequence[str]] = []
    for code in m.cubes[FLOW].codes("cohort"):
        cells = [flow_cell(m, degree, code, measure, "share") for measure in measures]
        if any(cell != MISSING for cell in cells):
            rows.append([window(code), *(cell.percent(m.language) for cell in cells)])
        points += [
            {cohort: window(code), share: cell.value, series: names[measure]}
            for measure, cell in zip(measures, cells, strict=True)
        ]
    if all(point[share] is None for point in points):
        return
    shown = [window(code) for code in m.cubes[FLOW].codes("cohort") if window(code) in {r[0] for r in rows}]
    told = {point[series] for point in points if point[share] is not None}
    points = [point for point in points if point[cohort] in shown and point[series] in told]
    points.sort(key=lambda point: list(names.values()).index(point[series]))
    figure = f"retention-{degree.lower()}.{m.language}"
    m.draw(figure, charts.lines(points, cohort, share, series, m.language, order=shown, whole=True))
    caption = m.say("retention_caption", degree=name)
    yield Heading(m.say("retention"))
    yield Figure(figure, caption, m.say("retention_alt", told=m.ends(points, cohort, share, series)))
    note = _breaks(m, degree, measures)
    yield m.table("flow_measures", caption, [cohort, *names.values()], rows, note=note)


def _applicants(m: Material, degree: str, name: str) -> Iterator[Block]:
    cube = m.cubes.get("applicants_total")
    if cube is None:
        return
    rows = []
    for code in cube.codes("cohort"):
        cells = [cube.cell(metric, degree, code) for metric in cube.cube.metrics]
        if any(cell != MISSING for cell in cells):
            rows.append([window(code), *(cell.number(m.language) for cell in cells)])
    if rows:
        yield Heading(m.say("applicants"))
        head = [m.say("academic_years"), *(metric_words(metric)[m.language] for metric in cube.cube.metrics)]
        yield m.table("applicants", m.say("applicants_table", degree=name), head, rows)
