"""One chapter for all degrees with few persons: side by side, instead of a chapter each full of dots."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vardflode.publication.labels import dimension, label
from vardflode.publication.labels import metric as metric_words
from vardflode.publication.report.document import Block, Chapter, Paragraph
from vardflode.publication.report.flow import FLOW, flow_cell, is_few
from vardflode.publication.report.material import Material
from vardflode.publication.texts import listed, number, small, window

_MEASURES = ("beginners", "graduates", "licensed", "resident_1y", "employed_1y", "in_profession_1y")


def comparison(m: Material) -> Iterator[Chapter]:
    """The degrees that the edition calls few; nothing, where there are none."""
    degrees = [degree for degree in m.edition.degrees if is_few(m, degree)]
    if degrees:
        yield Chapter("comparison", m.say("few"), list(_blocks(m, degrees)))


def _blocks(m: Material, degrees: Sequence[str]) -> Iterator[Block]:
    names = listed([small(label("degree_code", degree, m.language)) for degree in degrees], m.language)
    few = number(m.edition.few, m.language)
    yield Paragraph(m.say("few_intro", few=few, names=names, base=m.certificate["least_base"]))
    measures = [*_MEASURES, *(f"retained_{years}y" for years in m.edition.horizons)]
    head = [dimension("degree_code")[m.language], *(label("measure", name, m.language) for name in measures)]
    followed = {degree: _followed(m, degree) for degree in degrees}
    # As far as each has been followed: its window stands beside its name.
    rows = {kind: list[list[str]]() for kind in ("numerator", "share")}
    for degree, code in followed.items():
        name = _named(m, degree, code)
        cells = {kind: [flow_cell(m, degree, code, one, kind) for one in measures] for kind in rows}
        rows["numerator"].append([name, *(cell.number(m.language) for cell in cells["numerator"])])
        rows["share"].append([name, *(cell.percent(m.language) for cell in cells["share"][1:])])
    yield m.table("flow_measures", m.say("few_numbers"), head, rows["numerator"])
    yield m.table("flow_measures", m.say("few_shares"), [head[0], *head[2:]], rows["share"])
    yield _over_time(m, degrees)
    yield from _applicants(m, degrees)


def _followed(m: Material, degree: str) -> str:
    """The newest window that is followed into the profession; else to the degree; else the newest."""
    codes = list(reversed(m.cubes[FLOW].codes("cohort")))
    for measure in ("in_profession_1y", "graduates"):
        for code in codes:
            if flow_cell(m, degree, code, measure, "numerator").is_shown:
                return code
    return codes[0]


def _named(m: Material, degree: str, code: str) -> str:
    return f"{label('degree_code', degree, m.language)} {window(code)}"


def _over_time(m: Material, degrees: Sequence[str]) -> Block:
    codes = m.cubes[FLOW].codes("cohort")
    rows = [
        [
            label("degree_code", degree, m.language),
            *(flow_cell(m, degree, code, "beginners", "numerator").number(m.language) for code in codes),
        ]
        for degree in degrees
    ]
    head = [dimension("degree_code")[m.language], *map(window, codes)]
    return m.table("flow_measures", m.say("few_over_time"), head, rows)


def _applicants(m: Material, degrees: Sequence[str]) -> Iterator[Block]:
    cube = m.cubes.get("applicants_total")
    if cube is None:
        return
    metrics, rows = cube.cube.metrics, []
    for degree in degrees:
        told = [c for c in cube.codes("cohort") if cube.cell(metrics[0], degree, c).is_shown]
        if told:
            cells = [cube.cell(name, degree, told[-1]).number(m.language) for name in metrics]
            rows.append([_named(m, degree, told[-1]), *cells])
    if rows:
        head = [dimension("degree_code")[m.language], *(metric_words(name)[m.language] for name in metrics)]
        yield m.table("applicants", m.say("few_applicants"), head, rows)
