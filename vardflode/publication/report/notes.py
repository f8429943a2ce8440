"""Pages beside the report: what changed since the last edition, and what the screening found."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from vardflode.publication.changes import (
    CAUSES,
    COMPARED,
    KINDS,
    Changes,
    Comparison,
    comparisons,
    key_text,
)
from vardflode.publication.cubes import Cube
from vardflode.publication.edition import REPORTS, Edition
from vardflode.publication.labels import dimension, label, metric, register, table_title
from vardflode.publication.layout import PAGES
from vardflode.publication.lookup import Lookup
from vardflode.publication.report.document import Block, Chapter, Document, Heading, Paragraph, Table
from vardflode.publication.report.flow import FLOW
from vardflode.publication.report.template import page_template
from vardflode.publication.screening import Screened
from vardflode.publication.texts import listed, number, percent, say, window

_MOST = 50


def write_changes_pages(
    folder: Path, edition: Edition, cubes: list[Cube], changes: Changes | None, made_up: bool
) -> None:
    """Write `andringar.html` and `changes.html`."""
    flow = next((Lookup(cube) for cube in cubes if cube.name == FLOW), None)
    compared = list(comparisons(flow, edition.degrees, COMPARED)) if flow else []
    for language in edition.languages:
        mark = say("made_up", language) if made_up else ""
        _write(folder, edition, language, "changes", list(_changes(changes, compared, language)), mark)


def write_screening_pages(folder: Path, edition: Edition, screened: list[Screened], made_up: bool) -> None:
    """Write `granskning.html` and `screening.html`."""
    for language in edition.languages:
        mark = say("made_up", language) if made_up else ""
        _write(folder, edition, language, "screening", list(_screening(screened, language)), mark)


def _write(
    folder: Path, edition: Edition, language: str, kind: str, blocks: list[Block], made_up: str
) -> None:
    title = say(kind, language)
    document = Document(
        language=language,
        title=title,
        subtitle=say("title", language, edition=edition.name),
        released=f"{say('released', language)} {edition.release_date.isoformat()}",
        made_up=made_up,
        chapters=[Chapter(kind, title, blocks)],
    )
    tables = [block for block in blocks if block.kind == "table"]
    html = page_template(language).render(
        doc=document,
        figures={},
        numbers=_Places(tables),
        others=[
            {"language": other, "file": f"{PAGES[kind][other]}.html"}
            for other in edition.languages
            if other != language
        ],
        links=[(say("to_report", language), f"{REPORTS[language]}.html")],
    )
    (folder / f"{PAGES[kind][language]}.html").write_text(html + "\n", encoding="utf-8")


class _Places:
    """The number of each table."""

    def __init__(self, tables: list[Block]) -> None:
        self._places = {id(table): place for place, table in enumerate(tables, start=1)}

    def __getitem__(self, block: Block) -> int:
        return self._places[id(block)]


def _changes(changes: Changes | None, compared: list[Comparison], language: str) -> Iterator[Block]:
    if changes is None:
        yield Paragraph(say("changes_none", language))
    else:
        counts = {kind: changes.count(kind) for kind in KINDS}
        counts |= {"same": changes.same, "new": changes.new, "gone": changes.gone}
        told = {kind: number(count, language) for kind, count in counts.items()}
        yield Paragraph(say("changes_intro", language, previous=changes.previous, **told))
        causes = [say(f"cause_{cause}", language) for cause in CAUSES if cause in changes.causes]
        causes = causes or [say("cause_nothing", language)]
        yield Paragraph(say("changes_causes", language, causes=listed(causes, language)))
        if changes.deliveries:
            rows = [[f"{register(r, language)} ({r})", then, now] for r, then, now in changes.deliveries]
            head = [say(name, language) for name in ("register", "before", "now")]
            yield Table(say("changed_deliveries", language), head, rows, texts=3)
        rows = [
            [
                table_title(table)[language],
                say(f"cause_{cause}", language),
                *(number(k, language) for k in of_kinds),
            ]
            for table, cause, of_kinds in changes.counts()
        ]
        if rows:
            head = [say(name, language) for name in ("table", "cause", *KINDS)]
            yield Table(say("changed_counts", language), head, rows, texts=2)
        revised = sorted(
            (c for c in changes.changed if c.difference is not None), key=lambda c: -abs(c.difference or 0)
        )
        rows = [
            [
                table_title(c.table)[language],
                f"{key_text(c.key, language)}: {metric(c.metric)[language]}",
                say(f"cause_{c.cause}", language),
                number(float(c.before), language, _decimals(c.before)),
                number(float(c.now), language, _decimals(c.now)),
                number(c.difference or 0, language, max(_decimals(c.before), _decimals(c.now))),
            ]
            for c in revised[:_MOST]
        ]
        if rows:
            head = [
                say(n, language) for n in ("table", "revised_cell", "cause", "before", "now", "difference")
            ]
            yield Table(say("revised_table", language), head, rows, texts=3)
    yield Heading(say("new_cohort", language))
    yield Paragraph(say("new_cohort_judged", language))
    rows = [
        [
            label("degree_code", c.degree, language),
            label("measure", c.measure, language),
            say("ordinary" if c.is_ordinary else "extraordinary", language),
            f"{window(c.window_before)}: {percent(c.share_before, language, 1)}",
            f"{window(c.window)}: {percent(c.share, language, 1)}",
            number(100 * (c.share - c.share_before), language, 1),
            number(100 * c.limit, language, 1),
        ]
        for c in compared
    ]
    if rows:
        names = (
            "measure",
            "judgement",
            "window_before",
            "window_newest",
            "difference_points",
            "limit_points",
        )
        head = [dimension("degree_code")[language], *(say(name, language) for name in names)]
        yield Table(say("new_cohort", language), head, rows, texts=3)


def _decimals(text: str) -> int:
    return min(len(text.partition(".")[2]), 4)


def _screening(screened: list[Screened], language: str) -> Iterator[Block]:
    yield Paragraph(say("screening_intro", language))
    rows = [
        [
            s.check.sv if language == "sv" else s.check.en,
            say(s.check.severity, language),
            "; ".join(s.findings) or say("ok", language),
        ]
        for s in screened
    ]
    head = [say(name, language) for name in ("check", "severity", "outcome")]
    yield Table(say("screening", language), head, rows, texts=3)
