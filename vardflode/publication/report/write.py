"""Write the report: a web page and a tagged PDF a language, and every figure as SVG and PNG."""

from __future__ import annotations

import json
import math
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import typst
from markupsafe import Markup, escape

from vardflode.disclosure.declared import why
from vardflode.publication.cubes import Cube
from vardflode.publication.edition import REPORTS, Edition
from vardflode.publication.layout import FIGURES, PAGES, workbook_name
from vardflode.publication.report import about, themes
from vardflode.publication.report.across import across
from vardflode.publication.report.charts import FONTS, png
from vardflode.publication.report.degrees import degree_chapter
from vardflode.publication.report.document import Block, Chapter, Document
from vardflode.publication.report.few import comparison
from vardflode.publication.report.flow import is_few
from vardflode.publication.report.forecasts import forecasts
from vardflode.publication.report.material import Material, material
from vardflode.publication.report.resources import resources
from vardflode.publication.report.tagged_pdf import with_row_headers
from vardflode.publication.report.template import page_template
from vardflode.publication.report.workforce import workforce
from vardflode.publication.texts import say

HERE = Path(__file__).parent
# The smallest letters of a figure on a screen, in pixels.
READABLE = 11.5


def write_report(
    folder: Path, cubes: list[Cube], edition: Edition, certificate: Mapping[str, Any], language: str
) -> Document:
    """Write `rapport.html` and `rapport.pdf` (`report.html`, `report.pdf`) and their part of `figures/`.

    Args:
        folder: the edition's.
        cubes: all that is published.
        certificate: of the published set.
        language: sv or en.

    Returns:
        The document that was written, for those who check it.
    """
    (folder / FIGURES).mkdir(parents=True, exist_ok=True)
    m = material(cubes, edition, certificate, language)
    document = report_document(m)
    for figure in document.figures:
        svg = m.figures[figure.name]
        titled = _titled(svg, figure.caption, figure.alt)
        (folder / FIGURES / f"{figure.name}.svg").write_text(titled, encoding="utf-8")
        (folder / FIGURES / f"{figure.name}.png").write_bytes(png(svg))
    _page(folder, document, m, edition)
    _pdf(folder, document, m, edition)
    return document


def report_document(m: Material) -> Document:
    """The report in one language; its figures are drawn in the material."""
    edition, language = m.edition, m.language
    return Document(
        language=language,
        title=say("title", language, edition=edition.name),
        subtitle=say("subtitle", language),
        released=f"{say('released', language)} {edition.release_date.isoformat()}",
        made_up=say("made_up", language) if m.certificate["made_up_persons"] else "",
        chapters=_chapters(m),
    )


def _chapters(m: Material) -> list[Chapter]:
    return [
        about.summary(m),
        *(degree_chapter(m, degree) for degree in m.edition.degrees if not is_few(m, degree)),
        *comparison(m),
        *across(m),
        *themes.nurses(m),
        *themes.colonoscopies(m),
        *themes.density(m),
        *workforce(m),
        *forecasts(m),
        *resources(m),
        *about.behind(m),
    ]


def _page(folder: Path, document: Document, m: Material, edition: Edition) -> None:
    html = page_template(m.language).render(
        doc=document,
        # Drawn by this package: no text of others is in them that has not been escaped.
        figures={name: Markup(_inline(svg, name)) for name, svg in m.figures.items()},
        numbers=_Numbers(document),
        others=[{"language": o, "file": f"{REPORTS[o]}.html"} for o in edition.languages if o != m.language],
        links=list(_links(edition, m.language)),
    )
    (folder / f"{REPORTS[m.language]}.html").write_text(html + "\n", encoding="utf-8")


def _links(edition: Edition, language: str) -> Iterator[tuple[str, str]]:
    """What lies beside the report: what it is called, and its file."""
    yield say("as_pdf", language), f"{REPORTS[language]}.pdf"
    yield say("as_workbook", language), f"xlsx/{workbook_name(edition, language)}"
    yield say("as_csv", language), "csv/datapackage.json"
    for kind, names in PAGES.items():
        yield say(kind, language), f"{names[language]}.html"
    yield say("provenance", language), "manifest.json"


def _titled(svg: str, caption: str, alt: str) -> str:
    """An SVG that says itself what it shows, wherever it is used."""
    words = f"<title>{escape(caption)}</title><desc>{escape(alt)}</desc>"
    return re.sub(r"(<svg[^>]*>)", lambda found: found[1] + words, svg, count=1)


def _inline(svg: str, name: str) -> str:
    """An SVG within a page: what it says is told by the element around it, its ids are its own, and on a
    small screen it is scrolled rather than made so small that its letters cannot be read.
    """
    width = float(re.findall(r'viewBox="0 0 ([0-9.]+)', svg)[0])
    smallest = min(float(size) for size in re.findall(r'font-size="([0-9.]+)', svg))
    least = f"min-width: {math.ceil(width * READABLE / smallest)}px"
    svg = svg.replace("<svg ", f'<svg aria-hidden="true" style="{least}" ', 1)
    mark = name.replace(".", "-")
    for before in ('id="', "url(#", 'href="#'):
        svg = svg.replace(before, f"{before}{mark}-")
    return svg


class _Numbers:
    """The number of each figure and of each table."""

    def __init__(self, document: Document) -> None:
        self._numbers: dict[int, int] = {}
        counts: dict[str, int] = {}
        for chapter in document.chapters:
            for block in chapter.blocks:
                counts[block.kind] = counts.get(block.kind, 0) + 1
                self._numbers[id(block)] = counts[block.kind]

    def __getitem__(self, block: Block) -> int:
        return self._numbers[id(block)]


def _pdf(folder: Path, document: Document, m: Material, edition: Edition) -> None:
    """Set the PDF; the setter refuses what PDF/UA-1 does, as a figure without a text."""
    body, language = asdict(document), document.language
    date = edition.release_date
    body |= {"date": [date.year, date.month, date.day]}
    named = ("contents", "table", "figure", "made_up_short", "behind")
    body |= {name: say(name, language) for name in named}
    body |= {
        "why_title": say("why", language),
        "why": why("flow_measures", language),
        "why_of": {chapter.anchor: said for chapter in document.chapters if (said := chapter.why)},
    }
    with tempfile.TemporaryDirectory() as work:
        root = Path(work)
        (root / FIGURES).mkdir()
        for name, svg in m.figures.items():
            (root / FIGURES / f"{name}.svg").write_text(svg, encoding="utf-8")
        shutil.copyfile(HERE / "report.typ", root / "report.typ")
        (root / "document.json").write_text(json.dumps(body, ensure_ascii=False), encoding="utf-8")
        pdf = typst.compile(
            root / "report.typ",
            root=root,
            font_paths=[FONTS],
            ignore_system_fonts=True,
            pdf_standards="ua-1",
        )
    (folder / f"{REPORTS[document.language]}.pdf").write_bytes(with_row_headers(pdf))
