"""The report: its pages, read by Python's own reader of HTML, its PDF by its tags, and its pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

from vardflode.publication.layout import CATALOGUE, CSV, FIGURES, PACKAGE, PX
from vardflode.publication.screening.check import Candidate, check
from vardflode.publication.screening.files import LATER, pages
from vardflode.publication.screening.pdf import read_tags

_SVG = "{http://www.w3.org/2000/svg}"


class Page(HTMLParser):
    """What a page says: its language, its tables (their cells, row by row), the texts of its figures and how
    many there are, what has an address within it, where it leads, and what it fetches.
    """

    def __init__(self, path: Path) -> None:
        """`path`: of the page; one that is not there says nothing."""
        super().__init__()
        self.language = ""
        self.tables: list[list[list[str]]] = []
        self.figures = 0
        self.texts: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.fetched: list[str] = []
        self._in_cell = False
        if path.is_file():
            self.feed(path.read_text(encoding="utf-8"))
            self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """What begins."""
        said = {name: value or "" for name, value in attrs}
        match tag:
            case "html":
                self.language = said.get("lang", "")
            case "table":
                self.tables.append([])
            case "tr":
                self.tables[-1].append([])
            case "td" | "th":
                self.tables[-1][-1].append("")
                self._in_cell = True
            case "figure":
                self.figures += 1
            case "a" if "href" in said:
                self.links.append(said["href"])
        if said.get("role") == "img":
            self.texts.append(said.get("aria-label", ""))
        self.ids += [said["id"]] if "id" in said else []
        asked = [said[name] for name in ("src", "href", "xlink:href") if name in said and tag != "a"]
        self.fetched += [address for address in asked if re.match(r"(https?:)?//", address)]

    def handle_endtag(self, tag: str) -> None:
        """What ends."""
        if tag in ("td", "th"):
            self._in_cell = False

    def handle_data(self, data: str) -> None:
        """The text of a cell."""
        if self._in_cell:
            self.tables[-1][-1][-1] += data


@check(
    "error",
    "Varje figur har en text för den som inte ser den.",
    "Each figure has a text for who cannot see it.",
)
def figures_have_a_text(c: Candidate) -> Iterator[str]:
    """In the pages, in the PDFs, and in the pictures as they are."""
    for path in sorted((c.folder / FIGURES).glob("*.svg")):
        picture = ElementTree.fromstring(path.read_text(encoding="utf-8"))
        if not all((picture.findtext(f"{_SVG}{name}") or "").strip() for name in ("title", "desc")):
            yield f"{FIGURES}/{path.name} does not say what it shows"
    for language in c.edition.languages:
        page, tags = c.read(Page, c.page(language)), c.read(read_tags, c.pdf(language))
        if len(page.texts) != page.figures or not all(text.strip() for text in page.texts):
            told = sum(bool(text.strip()) for text in page.texts)
            yield f"{c.page(language).name}: {page.figures} figures, {told} texts"
        if tags is not None and tags.figures != page.texts:
            yield f"{c.pdf(language).name}: its pictures have not the texts of the page"


@check("error", "Bilder och PDF går att läsa.", "Pictures and PDFs can be read.")
def pictures_can_be_read(c: Candidate) -> Iterator[str]:
    """SVG as XML, PNG by its signature and end, a PDF to its end with a header for each row of its tables."""
    for path in sorted((c.folder / FIGURES).glob("*.svg")):
        try:
            ElementTree.fromstring(path.read_text(encoding="utf-8"))
        except ElementTree.ParseError as error:
            yield f"{FIGURES}/{path.name}: {error}"
    for path in sorted((c.folder / FIGURES).glob("*.png")):
        body = path.read_bytes()
        if not body.startswith(b"\x89PNG\r\n\x1a\n") or b"IEND" not in body[-12:]:
            yield f"{FIGURES}/{path.name} is no whole PNG"
    for language in c.edition.languages:
        name, tags = c.pdf(language).name, c.read(read_tags, c.pdf(language))
        if tags is None:
            yield f"{name} is no whole PDF"
            continue
        for number, rows in enumerate(tags.tables, start=1):
            if [row.scope for row in rows] != ["Column", *["Row"] * (len(rows) - 1)]:
                yield f"{name}: table {number} has rows or columns without a header"


@check(
    "error",
    "Tabellerna i rapporten säger det som är publicerat, lika på sidan och i PDF.",
    "The tables of the report say what is published, on the page as in the PDF.",
)
def report_says_what_is_published(c: Candidate) -> Iterator[str]:
    """The page cell by cell as the report was made from the figures; the PDF as many cells a row."""
    for language in c.edition.languages:
        name, wanted = c.page(language).name, [list(map(list, table)) for table in c.report[language]]
        found = c.read(Page, c.page(language)).tables
        if len(found) != len(wanted):
            yield f"{name}: expected {len(wanted)} tables, found {len(found)}"
        for number, (cells, right) in enumerate(zip(found, wanted, strict=False), start=1):
            if cells != right:
                yield f"{name}: table {number} is not the one that was made from the figures"
        if (tags := c.read(read_tags, c.pdf(language))) is None:
            continue
        shapes = [[row.cells for row in table] for table in tags.tables]
        if shapes != [[len(row) for row in table] for table in wanted]:
            yield f"{c.pdf(language).name}: its tables have not the rows and cells of the page"


@check(
    "error",
    "Rapporten säger samma tal på alla språk.",
    "The report tells the same numbers in all languages.",
)
def languages_say_the_same(c: Candidate) -> Iterator[str]:
    """Table by table, digit by digit, in each row; rows of names may stand in another order."""
    first, *others = c.edition.languages
    told = _numbers(c.read(Page, c.page(first)))
    for language in others:
        for number, (one, other) in enumerate(
            zip(told, _numbers(c.read(Page, c.page(language))), strict=False), start=1
        ):
            if one != other:
                yield f"{c.page(language).name}: table {number} has not the numbers of {c.page(first).name}"


def _numbers(page: Page) -> list[list[str]]:
    """The digits of each row's numbers, without what languages write otherwise: signs between and after."""

    def digits(cell: str) -> str:
        return "" if re.search(r"[^\W\d]", cell) else re.sub(r"[^0-9−–]", "", cell) or cell

    return [sorted("|".join(map(digits, row[1:])) for row in table[1:]) for table in page.tables]


@check(
    "error",
    "Alla länkar i webbsidorna leder till något, och ingenting hämtas utifrån.",
    "All links of the pages lead somewhere, and nothing is fetched from outside.",
)
def links_lead_somewhere(c: Candidate) -> Iterator[str]:
    """Anchors, files, and addresses of other places."""
    later = {*LATER, *pages(c, "screening")}
    for path in sorted(c.folder.glob("*.html")):
        page = c.read(Page, path)
        for target in sorted(set(page.links)):
            file, _, anchor = target.partition("#")
            if (anchor and not file and anchor not in page.ids) or (
                file and file not in later and not (c.folder / file).is_file()
            ):
                yield f"{path.name}: {target} leads nowhere"
        for source in page.fetched:
            yield f"{path.name}: fetches {source}"
        if len(page.ids) != len(set(page.ids)):
            twice = sorted({i for i in page.ids if page.ids.count(i) > 1})[:3]
            yield f"{path.name}: ids that are there twice: {', '.join(twice)}"


@check("error", "Språket är angivet i sidor och PDF.", "The language is given in pages and PDF.")
def language_is_given(c: Candidate) -> Iterator[str]:
    """`lang` of the page; PDF/UA and its language."""
    for language in c.edition.languages:
        if c.read(Page, c.page(language)).language != language:
            yield f"{c.page(language).name} gives no language"
        tags = c.read(read_tags, c.pdf(language))
        if tags is None or tags.language != language or not tags.is_ua:
            yield f"{c.pdf(language).name} gives no language, or is no PDF/UA"


@check(
    "error",
    "Där personerna är påhittade står det i varje fil som läses av människor.",
    "Where the persons are made up, each file that people read says so.",
)
def made_up_persons_are_said_to_be(c: Candidate) -> Iterator[str]:
    """In pages, figures, PX, the data package and the catalogue."""
    if not c.certificate["made_up_persons"]:
        return
    names = [path.name for path in c.folder.glob("*.html")] + [CATALOGUE, f"{CSV}/{PACKAGE}"]
    names += [f"{PX}/{cube.name}.px" for cube in c.cubes]
    # The maps of staff show real open data.
    figures = (c.folder / FIGURES).glob("*.svg")
    names += [f"{FIGURES}/{path.name}" for path in sorted(figures) if not path.name.startswith("density")]
    for name in names:
        path = c.folder / name
        if path.is_file() and not re.search(
            "[Pp]åhittade personer|made up|Made-up", path.read_text(encoding="utf-8")
        ):
            yield f"{name} does not say that the persons are made up"
