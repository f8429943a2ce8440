"""What a page is written with: numbers, names, links and blocks, in one language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from posixpath import dirname, relpath
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from vardflode.disclosure.declared import NESTED, TOTAL
from vardflode.publication.labels import DIMENSIONS, decimals, dimension, is_share, label, metric
from vardflode.publication.lookup import Cell
from vardflode.publication.texts import number, percent, window
from vardflode.site import charts
from vardflode.site.figures import Figures, written
from vardflode.site.tables import Line, Table

HERE = Path(__file__).parent
# Where pages of a kind lie, in Swedish and English; {} is a code in small letters.
PATHS = {
    "start": ("index.html", "en/index.html"),
    "degrees": ("examen/index.html", "en/degrees/index.html"),
    "degree": ("examen/{}.html", "en/degrees/{}.html"),
    "professions": ("yrken/index.html", "en/professions/index.html"),
    "profession": ("yrken/{}.html", "en/professions/{}.html"),
    "places": ("omraden/index.html", "en/areas/index.html"),
    "county": ("omraden/lan-{}.html", "en/areas/county-{}.html"),
    "health_region": ("omraden/sjukvardsregion-{}.html", "en/areas/health-region-{}.html"),
    "institutions": ("larosaten/index.html", "en/institutions/index.html"),
    "institution": ("larosaten/{}.html", "en/institutions/{}.html"),
    "colonoscopy": ("koloskopi.html", "en/colonoscopy.html"),
    "plan": ("planen.html", "en/plan.html"),
    "scenario": ("scenario.html", "en/scenario.html"),
    "bank": ("kunskapsbank.html", "en/knowledge-bank.html"),
    "quality": ("kvalitet.html", "en/quality.html"),
    "dictionary": ("ordbok.html", "en/dictionary.html"),
    "analysts": ("analytiker.html", "en/analysts.html"),
    "accessibility": ("tillganglighet.html", "en/accessibility.html"),
}
LANGUAGES = ("sv", "en")
# The pages that every page leads to.
MENU = (
    "degrees",
    "professions",
    "places",
    "institutions",
    "colonoscopy",
    "plan",
    "scenario",
    "bank",
    "quality",
    "analysts",
)
Key = tuple[str, str]


def spans(name: str) -> str:
    """A name with the dash that years and ages have between them."""
    return re.sub(r"(?<=[0-9])-(?=[0-9])", "–", name)


def path_of(key: Key, language: str) -> str:
    """Where a page lies in the site."""
    return PATHS[key[0]][LANGUAGES.index(language)].format(key[1].lower())


@dataclass
class Page:
    """A page that is written: its title, what it says first, and its blocks."""

    key: Key
    title: str
    lead: str = ""
    blocks: list[str] = field(default_factory=list)
    above: Key | None = None
    has_map: bool = False


@dataclass(frozen=True)
class Material:
    """What a whole site is made of.

    `titles`: what each page is called, by key and language. `screening`: of the edition. `files`: those that
    are copied, by their path in the site.
    """

    figures: Figures
    certificate: Mapping[str, Any]
    manifest: Mapping[str, Any]
    titles: Mapping[Key, Mapping[str, str]]
    screening: Sequence[Mapping[str, Any]] = ()
    files: Mapping[str, Any] = field(default_factory=dict)

    @property
    def last_year(self) -> int:
        """The last year of the registers."""
        return int(self.certificate["last_year"])


@cache
def environment() -> Environment:
    """The templates."""
    return Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _blocks() -> Any:
    return environment().get_template("blocks.html.j2").module


class Context:
    """Writes one page in one language. `files`: the CSV files of its tables, by path."""

    def __init__(self, material: Material, key: Key, language: str) -> None:
        """`key`: of the page that is written."""
        self.material, self.key, self.language = material, key, language
        self.figures = material.figures
        self.path = path_of(key, language)
        self.files: dict[str, str] = {}
        self.tables_used: dict[str, None] = {}

    def say(self, sv: str, en: str, **values: object) -> str:
        """A text in the language of the page, with its values filled in."""
        text = sv if self.language == "sv" else en
        if any(isinstance(value, Markup) for value in values.values()):
            return escape(text).format(**values)
        return text.format(**values) if values else text

    def name(self, kind: str, code: str) -> str:
        """What a code is called."""
        return spans(label(kind, code, self.language))

    def metric(self, number: str) -> str:
        """What a number is called."""
        return str(metric(number)[self.language])

    def cell(self, cube: str, number: str, **at: str) -> Cell:
        """A number."""
        return self.figures.cell(cube, number, at)

    def num(self, cube: str, number: str, **at: str) -> Markup:
        """A number in running text, with its address."""
        text = written(self.cell(cube, number, **at), number, self.language)
        address = ";".join(f"{name}={code}" for name, code in {"cube": cube, "number": number, **at}.items())
        return Markup('<span class="n" data-n="{}">{}</span>').format(address, text)

    def write(self, number_name: str) -> Any:
        """How values of a number are written on an axis."""
        if is_share(number_name):
            return lambda value: percent(value, self.language)
        places = max(decimals(number_name), 1)

        def rounded(value: float) -> str:
            least = next((k for k in range(places) if round(value, k) == round(value, places or 2)), places)
            return number(value, self.language, least)

        return rounded

    def url(self, key: Key | str, fragment: str = "") -> str:
        """The address of a page, or of a file in the site, from here."""
        path = key if isinstance(key, str) else path_of(key, self.language)
        return relpath(path, dirname(self.path) or ".") + (f"#{fragment}" if fragment else "")

    def link(self, key: Key, text: str | None = None) -> Markup:
        """A link to a page, by its title; the text alone where there is no such page."""
        text = text or self.title(key)
        return Markup('<a href="{}">{}</a>').format(self.url(key), text) if self.has(key) else escape(text)

    def has(self, key: Key) -> bool:
        """Whether there is such a page."""
        return key in self.material.titles

    def href(self, key: Key) -> str:
        """The address of a page; empty where there is none."""
        return self.url(key) if self.has(key) else ""

    def title(self, key: Key) -> str:
        """What a page is called."""
        return self.material.titles.get(key, {}).get(self.language, key[1])

    # Blocks

    def p(self, *texts: object) -> Markup:
        """A paragraph."""
        return Markup("<p>{}</p>").format(Markup(" ").join(escape(t) for t in texts if t))

    def section(self, name: str, heading: str, *blocks: Markup | None) -> Markup:
        """A part of a page with a heading; nothing where there is nothing in it."""
        told = [b for b in blocks if b]
        return _blocks().section(name, heading, told) if told else Markup("")

    def cards(self, cards: Sequence[tuple[str, Markup, str]]) -> Markup:
        """Large numbers: what each is, the number, and what else to know."""
        return _blocks().cards(cards) if cards else Markup("")

    def table(self, table: Table, *, folded: bool = False, note: str | Markup = "") -> Markup:
        """A table with its source and file, if anything in it is observed. `folded`: a click opens it."""
        table = table.told(self.figures)
        if not table.rows or not table.columns:
            return Markup("")
        cubes = dict.fromkeys(table.address(r, c)["cube"] for r in table.rows[:1] for c in table.columns)
        names = list(dict.fromkeys(self.figures.cube(cube).table for cube in cubes if cube in self.figures))
        self.tables_used |= dict.fromkeys(names)
        file = f"{self.path.removesuffix('.html')}/{table.name}.csv"
        self.files[file] = table.csv(self.figures)
        return _blocks().table(
            table,
            table.view(self.figures),
            table.reasons(self.figures),
            self.url(file),
            [(name, self.url(("dictionary", ""), f"tabell-{name}")) for name in names],
            folded,
            note,
            self.say,
        )

    def lines_of(
        self, cube: str, dimension: str, page: str = "", codes: Sequence[str] | None = None
    ) -> list[Line]:
        """A line for each code of a dimension of a cube. `page`: the kind of page that each leads to."""
        return [
            Line(
                spans(self.figures.label(cube, dimension, code, self.language)),
                {dimension: code},
                self.href((page, code)) if page else "",
            )
            for code in (self.figures.codes(cube, dimension) if codes is None else codes)
            if code in self.figures.codes(cube, dimension)
        ]

    def numbers(self, *names: str) -> list[Line]:
        """A line for each number."""
        return [Line(self.metric(name), {"number": name}) for name in names]

    def by(
        self,
        name: str,
        caption: str,
        dimension: str,
        columns: Sequence[Line],
        *,
        page: str = "",
        folded: bool = False,
        bars: bool = True,
        but: Sequence[str] = (),
        note: str = "",
        more: Mapping[str, str] | None = None,
        **at: str,
    ) -> Markup:
        """A table with a row for each code of a dimension of the cube in `at` (and `more`), not of `but`."""
        at |= more or {}
        codes = [code for code in self.figures.codes(at["cube"], dimension) if code not in but]
        rows = self.lines_of(at["cube"], dimension, page, codes)
        corner = self.name_of_dimension(dimension)
        table = Table(name, caption, at, rows, columns, corner, self.language, bars)
        return self.table(table, folded=folded, note=note)

    def compare(self, table: Table) -> Markup:
        """A table of which a reader chooses rows to see beside each other."""
        return Markup("<div data-compare>{}</div>").format(self.table(table))

    def chart(self, heading: str, drawing: Markup, *blocks: Markup, note: str | Markup = "") -> Markup:
        """A chart with what it says above it, and its table below."""
        return _blocks().chart(heading, drawing, blocks, note) if drawing else Markup("").join(blocks)

    def beside(self, *blocks: Markup) -> Markup:
        """Blocks beside each other where there is room."""
        return _blocks().beside([b for b in blocks if b]) if any(blocks) else Markup("")

    def plain(
        self, name: str, caption: str, head: Sequence[str], rows: Sequence[Sequence[str]], note: str = ""
    ) -> Markup:
        """A table of texts; the first of each row is what it is about."""
        return _blocks().plain(name, caption, head, rows, note) if rows else Markup("")

    def folded(self, summary: str, block: Markup) -> Markup:
        """A block that opens on a click."""
        return _blocks().folded(summary, block) if block else Markup("")

    def unit(self, number_name: str) -> str:
        """What a number is counted in."""
        return str(metric(number_name)[f"unit_{self.language}"])

    def name_of_kind(self, kind: str | None) -> str:
        """What a breakdown is called, of one attribute or several; none is of all."""
        if kind is None or kind == TOTAL:
            return self.say("Totalt", "Total")
        of = NESTED.get(kind, (kind,))
        return ", ".join(self.name_of_dimension(name) if name in DIMENSIONS else name for name in of)

    def links(self, keys: Iterable[Key]) -> Markup:
        """Links to pages."""
        return _blocks().links([(self.url(k), self.title(k)) for k in keys if self.has(k)])

    def series(
        self, along: str, codes: Sequence[str], lines: Sequence[Line], at: Mapping[str, str]
    ) -> list[charts.Series]:
        """Lines of a chart: the number along the codes of a dimension, one for each line's address."""
        return [
            charts.Series(line.label, [self._at({**at, **line.at, along: code}).value for code in codes])
            for line in lines
        ]

    def _at(self, address: Mapping[str, str]) -> Cell:
        return self.figures.cell(address["cube"], address["number"], address)

    def lines_along(
        self,
        name: str,
        caption: str,
        along: str,
        codes: Sequence[str],
        lines: Sequence[Line],
        *,
        heading: str = "",
        most: float | None = None,
        zero: bool = True,
        rule: float | None = None,
        note: str | Markup = "",
        **at: str,
    ) -> Markup:
        """A chart of lines along a dimension of time, with its table: rows are times, columns the lines.

        `at` has `cube` and `number` where the lines do not have them.
        """
        lines = [line for line in lines if any(self._at({**at, **line.at, along: k}).is_shown for k in codes)]
        shown = [
            place
            for place, code in enumerate(codes)
            if any(self._at({**at, **line.at, along: code}).is_shown for line in lines)
        ]
        if not shown:
            return Markup("")
        codes = codes[shown[0] : shown[-1] + 1]
        table = Table(
            name,
            caption,
            at,
            [Line(self.name(along, code), {along: code}) for code in codes],
            lines,
            self.name_of_dimension(along),
            self.language,
        )
        number_name = {**at, **lines[0].at}["number"]
        svg = charts.lines(
            [window(code) for code in codes],
            self.series(along, codes, lines, at),
            self.write(number_name),
            caption,
            most=most,
            zero=zero,
            rule=rule,
        )
        if len(codes) < 2:
            return self.table(table, note=note)
        return self.chart(heading or caption, svg, self.table(table, folded=True), note=note)

    def name_of_dimension(self, name: str) -> str:
        """What a dimension is called."""
        return str(dimension(name)[self.language])

    def maps(self, maps: Sequence[tuple[str, Mapping[str, Cell]]], number_name: str, caption: str) -> Markup:
        """Maps of the counties beside each other on one scale; nothing where no county has a number."""
        shown = [c.value for _, cells in maps for c in cells.values() if c.value is not None]
        most = max(shown, default=0)
        if not most:
            return Markup("")
        write = self.write(number_name)
        names = {code: self.name("county", code) for code in charts.county_paths()}
        drawn = [
            (
                above,
                charts.county_map(
                    {code: c.value for code, c in cells.items()}, names, write, f"{caption}: {above}", most
                ),
            )
            for above, cells in maps
        ]
        missing = any(
            cells.get(code) is None or cells[code].value is None for _, cells in maps for code in names
        )
        hidden = (
            self.say("inget tal; skälet står i tabellen", "no number; the table tells why") if missing else ""
        )
        return _blocks().maps(drawn, charts.shades(most, write, hidden))
