"""Screening before release: named checks of the emitted files.

Each check reads the files as they lie on disk, and tells every fault that it finds. An error stops the
release. In the way of the UK's explore-education-statistics.
"""

from __future__ import annotations

import csv
import json
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import unescape
from itertools import islice
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import polars as pl
from rdflib import Graph
from rdflib.namespace import DCAT, RDF

from vardflode.common.parquet import read_parquet
from vardflode.disclosure.audit import DifferentError, ReadingError, Report, audit
from vardflode.disclosure.declared import BY_NAME
from vardflode.publication.changes import CHANGES
from vardflode.publication.cubes import NUMBERS, SHOWN, Cube, plain, with_statuses
from vardflode.publication.edition import Edition
from vardflode.publication.files.dcat import VCARD
from vardflode.publication.files.jsonstat import JSONSTAT
from vardflode.publication.files.px import PX, SYMBOLS, matrix, px_cell, px_text, value_names
from vardflode.publication.files.tables import CSV, PARQUET, described
from vardflode.publication.files.workbook import BEFORE_TABLES, columns, header_row, workbook_name
from vardflode.publication.labels import DIMENSIONS, WORDS, dimension, metric, symbol
from vardflode.publication.manifest import MANIFEST
from vardflode.publication.reading import column_name, px_keywords, shared_texts, sheet_cells
from vardflode.publication.report.document import Document, Table
from vardflode.publication.report.tagged_pdf import read_tags
from vardflode.publication.report.write import FIGURES, NAMES, PAGES
from vardflode.publication.texts import TEXTS

# A cell that a spreadsheet would take for a formula; so is a minus before anything but a number or an age.
_FORMULA = re.compile(r"^([=+@\t\r]|-(?![0-9]))")
_MOST_TOLD = 20
# Addresses that are set aside for examples (RFC 2606): nobody reads them.
_PLACEHOLDER = re.compile(r"@(.*\.)?example(\.(org|com|net))?$")
# What stands for the edition's own address where the catalogue has none.
_RELATIVE = "edition:/"
# What is made of the others when they have been screened.
_LATER = (MANIFEST, "screening.json")


@dataclass(frozen=True)
class Candidate:
    """What is screened: the folder of the edition that may be released, and what it should hold."""

    folder: Path
    edition: Edition
    tables: Mapping[str, pl.DataFrame]
    cubes: Sequence[Cube]
    documents: Sequence[Document]
    certificate: Mapping[str, Any]
    # Tables of the editions before.
    earlier: Sequence[Path]
    cores: int = 1
    # The data folder, whose gate knows these very figures from its own attack.
    data: Path | None = None

    @cached_property
    def attacked(self) -> Report:
        """The attack on the files, together with the editions before."""
        return audit(self.folder / PARQUET, self.earlier, self.certificate, data=self.data, cores=self.cores)


@dataclass(frozen=True)
class Check:
    """A check: its name, how grave it is when it finds something, what it is about, and itself."""

    name: str
    severity: str
    sv: str
    en: str
    find: Callable[[Candidate], Iterator[str]]


@dataclass(frozen=True)
class Screened:
    """What a check found; nothing, when all is well."""

    check: Check
    findings: Sequence[str]


CHECKS: list[Check] = []


def screen(candidate: Candidate, tell: Callable[[str], None] = lambda name: None) -> list[Screened]:
    """Make every check, in order."""
    found = []
    for check in CHECKS:
        tell(check.name)
        found.append(Screened(check, judged(check, candidate)))
    return found


def judged(check: Check, candidate: Candidate) -> list[str]:
    """What a check finds."""
    try:
        return list(islice(check.find(candidate), _MOST_TOLD))
    except Exception as error:  # whatever a broken file does to its reader is a finding, and no crash
        return [f"could not be judged: {type(error).__name__}: {str(error)[:200]}"]


def _check(severity: str, sv: str, en: str) -> Callable[[Callable[[Candidate], Iterator[str]]], Callable]:
    def add(find: Callable[[Candidate], Iterator[str]]) -> Callable:
        CHECKS.append(Check(find.__name__, severity, sv, en, find))
        return find

    return add


# --- The files -------------------------------------------------------------------------------------


@_check("error", "Alla filer finns och har innehåll.", "Every file is there and holds something.")
def files_are_there(c: Candidate) -> Iterator[str]:
    """Every format has every table or cube."""
    for name in _expected(c):
        path = c.folder / name
        if not path.is_file() or not path.stat().st_size:
            yield f"{name} is missing or empty"


@_check("error", "Ingenting annat än utgåvans filer finns.", "There is nothing but the files of the edition.")
def nothing_else_is_there(c: Candidate) -> Iterator[str]:
    """What nobody asked for nobody has judged."""
    expected = {*_expected(c), *_LATER, CHANGES, *_pages(c, "changes"), *_pages(c, "screening")}
    for path in sorted(c.folder.rglob("*")):
        name = path.relative_to(c.folder).as_posix()
        if path.is_file() and name not in expected:
            yield f"{name} is no file of the edition"


def _expected(c: Candidate) -> list[str]:
    """The files that are judged."""
    languages = c.edition.languages
    names = [f"{CSV}/{t}.csv" for t in c.tables] + [f"{PARQUET}/{t}.parquet" for t in c.tables]
    names += [f"{CSV}/{t}.csv-metadata.json" for t in c.tables]
    names += [f"{PX}/{cube.name}.px" for cube in c.cubes]
    names += [f"{JSONSTAT}/{cube.name}.{language}.json" for cube in c.cubes for language in languages]
    names += [f"xlsx/{workbook_name(c.edition, language)}" for language in languages]
    names += [f"{NAMES[language]}.{kind}" for language in languages for kind in ("html", "pdf")]
    names += [f"{CSV}/datapackage.json", "dcat.ttl"]
    for document in c.documents:
        for figure in _figures(document):
            names += [f"{FIGURES}/{figure}.svg", f"{FIGURES}/{figure}.png"]
    return names


def _pages(c: Candidate, kind: str) -> list[str]:
    return [f"{PAGES[kind][language]}.html" for language in c.edition.languages]


@_check(
    "error",
    "CSV-filerna är lika med de publicerade tabellerna, cell för cell, även skälen till det som saknas.",
    "The CSV files equal the published tables cell by cell, with the reasons of what is missing.",
)
def csv_equals_the_published(c: Candidate) -> Iterator[str]:
    """Nothing is added, lost or changed."""
    for name, frame in c.tables.items():
        expected = with_statuses(name, frame) if name in NUMBERS else frame
        path = c.folder / CSV / f"{name}.csv"
        if path.is_file() and _csv(c, name).columns == expected.columns:
            found = pl.read_csv(path, schema=expected.schema, glob=False)
            yield from _differences(f"{CSV}/{name}.csv", expected, found)
        else:
            yield f"{CSV}/{name}.csv: its columns are not those published"


@_check(
    "error",
    "Parquet-filerna är lika med de publicerade tabellerna, cell för cell.",
    "The Parquet files equal the published tables cell by cell.",
)
def parquet_equals_the_published(c: Candidate) -> Iterator[str]:
    """Nothing is added, lost or changed."""
    for name, frame in c.tables.items():
        path = c.folder / PARQUET / f"{name}.parquet"
        if path.is_file():
            expected = with_statuses(name, frame) if name in NUMBERS else frame
            yield from _differences(
                f"{PARQUET}/{name}.parquet",
                expected,
                read_parquet(path),
            )


@_check(
    "error",
    "PX-filerna är lika med kuberna, cell för cell, även tecknen för det som saknas.",
    "The PX files equal the cubes cell by cell, with the symbols of what is missing.",
)
def px_equals_the_cubes(c: Candidate) -> Iterator[str]:
    """As many values as codes, each the cube's."""
    for cube in c.cubes:
        path = c.folder / PX / f"{cube.name}.px"
        if not path.is_file():
            continue
        data = path.read_text(encoding="utf-8").partition("\nDATA=")[2].rstrip().removesuffix(";").split()
        yield from _dense(f"{PX}/{cube.name}.px", cube, data, px_cell)


@_check(
    "error",
    "PX-filerna har titel, enheter, förklaringar, tecken, koder och namn på varje språk.",
    "The PX files have title, units, notes, symbols, codes and names in each language.",
)
def px_says_what_it_holds(c: Candidate) -> Iterator[str]:
    """Each keyword is there with what the cube has."""
    reasons = [symbol(status) for status in SYMBOLS]
    for cube in c.cubes:
        path = c.folder / PX / f"{cube.name}.px"
        if not path.is_file():
            continue
        head = px_keywords(path.read_text(encoding="utf-8").partition("\nDATA=")[0])
        expected = {f"DATASYMBOL{place}": [text] for place, text in enumerate(reasons, start=1)}
        expected["MATRIX"] = [matrix(cube)]
        for language in c.edition.languages:
            mark = "" if language == c.edition.languages[0] else f"[{language}]"
            numbers = dimension("metric")[language]
            expected[f"TITLE{mark}"] = [cube.title[language]]
            expected[f"STUB{mark}"] = [d.title(language) for d in cube.dimensions]
            expected[f"HEADING{mark}"] = [numbers]
            for d in cube.dimensions:
                name = f'{mark}("{d.title(language)}")'
                expected[f"CODES{name}"] = list(d.codes)
                expected[f"VALUES{name}"] = value_names(d, language)
            expected[f'CODES{mark}("{numbers}")'] = list(cube.metrics)
            expected[f'VALUES{mark}("{numbers}")'] = [metric(m)[language] for m in cube.metrics]
            for m in cube.metrics:
                name = f'UNITS{mark}("{metric(m)[language]}")'
                expected[name] = [metric(m)[f"unit_{language}"]]
            for name in (f"NOTE{mark}", f"SOURCE{mark}", f"UNITS{mark}", f"CONTENTS{mark}"):
                if not "".join(head.get(name, [])).strip():
                    yield f"{PX}/{cube.name}.px: {name} is missing"
        for name, texts in expected.items():
            told = list(map(px_text, texts))
            found = head.get(name, [])
            if found != told and ["".join(found)] != told:  # a long text is on several lines
                yield f"{PX}/{cube.name}.px: {name} is not that of the cube"


@_check(
    "error",
    "JSON-stat-filerna är lika med kuberna, cell för cell, även skälen till det som saknas.",
    "The JSON-stat files equal the cubes cell by cell, with the reasons of what is missing.",
)
def jsonstat_equals_the_cubes(c: Candidate) -> Iterator[str]:
    """As many values as codes, each the cube's."""
    for cube in c.cubes:
        for language in c.edition.languages:
            name = f"{JSONSTAT}/{cube.name}.{language}.json"
            if (c.folder / name).is_file():
                body = json.loads((c.folder / name).read_text(encoding="utf-8"))
                texts = [
                    body["status"].get(str(place), "") if value is None else _plain(value)
                    for place, value in enumerate(body["value"])
                ]
                yield from _dense(name, cube, texts)
                for d in cube.dimensions:
                    told = body["dimension"][d.name]
                    labels = {code: d.label(code, language) for code in d.codes}
                    if told["label"] != d.title(language) or told["category"]["label"] != labels:
                        yield f"{name}, {d.name}: its names are not those of the cube"


@_check(
    "error",
    "Arbetsböckerna är lika med kuberna, cell för cell, även tecknen för det som saknas.",
    "The workbooks equal the cubes cell by cell, with the symbols of what is missing.",
)
def workbooks_equal_the_cubes(c: Candidate) -> Iterator[str]:
    """Headers, codes, names and numbers of every sheet, read from the workbook's own XML."""
    for name, language, book in _workbooks(c):
        shared = shared_texts(book)
        for number, cube in enumerate(c.cubes, start=BEFORE_TABLES + 1):
            cells = sheet_cells(book.read(f"xl/worksheets/sheet{number}.xml").decode(), shared)
            sheet = f"{name}, {TEXTS['table'][language]} {number - BEFORE_TABLES}"
            if cells.pop("A1", None) != cube.title[language]:
                yield f"{sheet}: its title is not that of the table"
            top = header_row(cube.table, language)
            rows = range(top, top + cube.frame.height + 1)
            for place, held in enumerate(columns(cube, language)):
                found = [cells.get(f"{column_name(place)}{row}", "") for row in rows]
                expected = _column(cube, *held, language)
                if wrong := sum(a != b for a, b in zip(found, expected, strict=True)):
                    yield f"{sheet}, {held[0]}: {wrong} cells are not those published"


def _workbooks(c: Candidate) -> Iterator[tuple[str, str, zipfile.ZipFile]]:
    """The workbooks that are there (another check tells of those that are not): name, language, parts."""
    for language in c.edition.languages:
        name = f"xlsx/{workbook_name(c.edition, language)}"
        if (c.folder / name).is_file():
            with zipfile.ZipFile(c.folder / name) as book:
                yield name, language, book


def _column(cube: Cube, header: str, kind: str, what: str, language: str) -> list[str]:
    """What a column of a cube's sheet must hold."""
    if kind == "number":
        pairs = zip(cube.frame[what].to_list(), cube.frame[f"{what}_status"].to_list(), strict=True)
        # Workbooks hold 16 digits.
        return [header, *(f"{v:.16G}" if s == SHOWN else symbol(s) for v, s in pairs)]
    (d,) = [d for d in cube.dimensions if d.name == what]
    names = {code: d.label(code, language) if kind == "label" else code for code in d.codes}
    return [header, *(names[code] for code in cube.frame[what].to_list())]


@_check(
    "error",
    "Arbetsböckerna har ett blad för varje tabell, inga dolda blad och inga sammanslagna celler.",
    "The workbooks have a sheet for each table, no hidden sheets and no merged cells.",
)
def workbooks_are_accessible(c: Candidate) -> Iterator[str]:
    """Looks into the workbook's own XML."""
    for name, _, book in _workbooks(c):
        parts = book.namelist()
        workbook = book.read("xl/workbook.xml").decode()
        if "state=" in re.sub(r"<workbookView[^>]*>", "", workbook):
            yield f"{name}: a sheet is hidden"
        sheets = [part for part in parts if re.fullmatch(r"xl/worksheets/sheet[0-9]+\.xml", part)]
        if len(sheets) != len(c.cubes) + BEFORE_TABLES:
            yield f"{name}: expected {len(c.cubes) + BEFORE_TABLES} sheets, found {len(sheets)}"
        if sum("xl/tables/" in part for part in parts) != len(c.cubes):
            yield f"{name}: expected one marked table a cube"
        for part in sheets:
            if b"<mergeCell" in book.read(part):
                yield f"{name}: {part} has merged cells"


@_check(
    "error",
    "Ingen cell i CSV tolkas som en formel av ett kalkylprogram.",
    "No cell of a CSV file is taken for a formula by a spreadsheet.",
)
def no_formula_is_injected(c: Candidate) -> Iterator[str]:
    """Cells that begin as formulas do."""
    for name in c.tables:
        path = c.folder / CSV / f"{name}.csv"
        if not path.is_file():
            continue
        with path.open(encoding="utf-8", newline="") as file:
            for line, row in enumerate(csv.reader(file), start=1):
                for cell in row:
                    if _FORMULA.match(cell):
                        yield f"{CSV}/{name}.csv, line {line}: {cell[:30]!r}"


@_check(
    "warning",
    "Metadata för dataportalen säger vem som svarar på frågor.",
    "The metadata for the data portal say who answers questions.",
)
def catalogue_has_a_contact(c: Candidate) -> Iterator[str]:
    """DCAT-AP-SE asks for a contact point of every data set."""
    path = c.folder / "dcat.ttl"
    if not path.is_file():
        return
    told = {str(address) for address in _catalogue(path).objects(None, VCARD.hasEmail)}
    if not told or any(_PLACEHOLDER.search(address) for address in told):
        yield f"dcat.ttl has no contact: name one in editions/{c.edition.name}.yml"


@_check(
    "warning",
    "Metadata för dataportalen har hela adresser.",
    "The metadata for the data portal have whole addresses.",
)
def catalogue_has_whole_addresses(c: Candidate) -> Iterator[str]:
    """A portal cannot follow an address that is relative to the edition."""
    path = c.folder / "dcat.ttl"
    if path.is_file() and any(
        str(address).startswith(_RELATIVE) for address in _catalogue(path).objects(None, DCAT.downloadURL)
    ):
        yield "dcat.ttl has addresses relative to the edition: set address in vardflode.toml"


# --- Numbers ---------------------------------------------------------------------------------------


@_check("error", "Ingen rad finns två gånger.", "No row is there twice.")
def no_row_is_there_twice(c: Candidate) -> Iterator[str]:
    """The key tells all rows of a table apart."""
    for name in [n for n in c.tables if n in NUMBERS]:
        frame = _csv(c, name)
        no_keys = {"status", *NUMBERS[name], *(f"{number}_status" for number in NUMBERS[name])}
        keys = [column for column in frame.columns if column not in no_keys]
        if twice := frame.height - frame.select(keys).n_unique():
            yield f"{CSV}/{name}.csv: {twice} rows are there more than once"


@_check(
    "error",
    "Det som saknas har alltid ett av de tre skälen, och en kolumn av tal har inget annat än tal.",
    "What is missing always has one of the three reasons, and a column of numbers has nothing but numbers.",
)
def what_is_missing_has_a_reason(c: Candidate) -> Iterator[str]:
    """A number and `shown`, or an empty cell and a reason."""
    for name in [n for n in c.tables if n in NUMBERS]:
        frame = _csv(c, name)
        for number in NUMBERS[name]:
            told, status = frame[number], frame[f"{number}_status"]
            missing = told.is_null()
            unknown = ~status.is_in([SHOWN, *WORDS["reasons"]])
            if wrong := (((status == SHOWN) == missing) | unknown).sum():
                yield f"{CSV}/{name}.csv, {number}: {wrong} numbers without a status, or the reverse"
            if len(texts := told.filter(told.cast(pl.Float64, strict=False).is_null() & ~missing)):
                yield f"{CSV}/{name}.csv, {number}: {texts[0]!r} is no number"


@_check(
    "error",
    "Andelar är täljare genom nämnare och ligger mellan 0 och 1.",
    "Shares are the number of the denominator, between 0 and 1.",
)
def shares_are_right(c: Candidate) -> Iterator[str]:
    """To the last decimals."""
    for name in ("flow_measures", "specialisation"):
        path = c.folder / PARQUET / f"{name}.parquet"
        if not path.is_file():
            continue
        shown = read_parquet(path).filter(pl.col("share_status") == SHOWN)
        # Noise may put a part above its whole: the gate says 1.
        exact = pl.min_horizontal(pl.col("numerator") / pl.col("denominator"), 1.0)
        # A double holds 15 digits: what differs more was not worked out of these two.
        wrong = shown.filter((pl.col("share") - exact).abs() > 1e-12)
        outside = shown.filter(~pl.col("share").is_between(0, 1))
        if len(wrong) or len(outside):
            yield f"{PARQUET}/{name}.parquet: {len(wrong)} shares are wrong, {len(outside)} outside 0 to 1"


@_check("error", "Varje kod har ett namn på båda språken.", "Each code has a name in both languages.")
def codes_are_known(c: Candidate) -> Iterator[str]:
    """A code that no list knows shows itself."""
    own = ("cohort", "nurse_cohort", "year")
    for cube in c.cubes:
        for d in cube.dimensions:
            for code in d.codes:
                if d.name not in own and any(
                    d.label(code, language) == code for language in c.edition.languages
                ):
                    yield f"{cube.name}, {d.name}: no name for {code!r}"


@_check("error", "Varje uppgift har en enhet på båda språken.", "Each number has a unit in both languages.")
def numbers_have_units(c: Candidate) -> Iterator[str]:
    """Name and unit of each number."""
    for cube in c.cubes:
        for name in cube.metrics:
            if not all(metric(name).get(key) for key in ("sv", "en", "unit_sv", "unit_en")):
                yield f"{cube.name}: {name} lacks a name or a unit"


@_check(
    "error",
    "Varje kolumn i CSV finns i metadata, och tvärtom.",
    "Each column of a CSV file is in the metadata, and the reverse.",
)
def columns_have_metadata(c: Candidate) -> Iterator[str]:
    """The data package and CSVW."""
    path = c.folder / CSV / "datapackage.json"
    if not path.is_file():
        return
    resources = {r["name"]: r for r in json.loads(path.read_text(encoding="utf-8"))["resources"]}
    for name in c.tables:
        header = _csv(c, name).columns
        fields = [
            field["name"] for field in resources.get(name, {"schema": {"fields": []}})["schema"]["fields"]
        ]
        csvw = c.folder / CSV / f"{name}.csv-metadata.json"
        columns = (
            json.loads(csvw.read_text(encoding="utf-8"))["tableSchema"]["columns"] if csvw.is_file() else []
        )
        if header != fields or header != [column["name"] for column in columns]:
            yield f"{CSV}/{name}.csv: its columns are not those of its metadata"
            continue
        kinds = [field["type"] for field in resources[name]["schema"]["fields"]]
        right = [
            column["type"]
            for column in described(
                name, with_statuses(name, c.tables[name]) if name in NUMBERS else c.tables[name]
            )
        ]
        # CSVW calls a number a double.
        in_csvw = [column["datatype"].replace("double", "number") for column in columns]
        if kinds != right or in_csvw != right:
            yield f"{CSV}/{name}.csv: the types in its metadata are not those of its columns"


# --- The report ------------------------------------------------------------------------------------


@_check(
    "error",
    "Varje figur har en text för den som inte ser den.",
    "Each figure has a text for who cannot see it.",
)
def figures_have_a_text(c: Candidate) -> Iterator[str]:
    """In the pages and the pictures as they are."""
    for path in sorted((c.folder / FIGURES).glob("*.svg")):
        if not re.search(r"<title>[^<]+</title><desc>[^<]+</desc>", path.read_text(encoding="utf-8")):
            yield f"{FIGURES}/{path.name} does not say what it shows"
    for language in c.edition.languages:
        html = _page(c, language)
        drawn = html.count("<figure")
        texts = re.findall(r'<div role="img" aria-label="([^"]*)"', html)
        if len(texts) != drawn or not all(text.strip() for text in texts):
            yield f"{NAMES[language]}.html: {drawn} figures, {sum(bool(t.strip()) for t in texts)} texts"


@_check("error", "Bilder och PDF går att läsa.", "Pictures and PDFs can be read.")
def pictures_can_be_read(c: Candidate) -> Iterator[str]:
    """SVG as XML, PNG by its signature and end, a PDF to its end with a text for each figure and a header for
    each row.
    """
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
        name = f"{NAMES[language]}.pdf"
        tags = read_tags(c.folder / name)
        if tags is None:
            yield f"{name} is no whole PDF"
        elif tags.figures != tags.texts or tags.figures != _page(c, language).count("<figure"):
            yield f"{name}: {tags.figures} figures, {tags.texts} texts"
        elif tags.rows != tags.row_headers:
            yield f"{name}: {tags.rows} rows of tables, {tags.row_headers} with a header"


@_check(
    "error",
    "Tabellerna på rapportens webbsida säger det som är publicerat.",
    "The tables on the report's page say what is published.",
)
def pages_say_what_is_published(c: Candidate) -> Iterator[str]:
    """Cell by cell, as the document was made from the cubes."""
    for document in c.documents:
        html = _page(c, document.language)
        found = [
            [
                [unescape(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)]
                for row in re.findall(r"<tr[^>]*>(.*?)</tr>", table, re.DOTALL)
            ]
            for table in re.findall(r"<table[^>]*>(.*?)</table>", html, re.DOTALL)
        ]
        blocks = [b for chapter in document.chapters for b in chapter.blocks if isinstance(b, Table)]
        name = f"{NAMES[document.language]}.html"
        if len(found) != len(blocks):
            yield f"{name}: expected {len(blocks)} tables, found {len(found)}"
            continue
        for number, (cells, block) in enumerate(zip(found, blocks, strict=True), start=1):
            if cells != [list(block.head), *map(list, block.rows)]:
                yield f"{name}: table {number} is not the one that was made from the figures"


@_check(
    "error",
    "Katalogen för dataportalen har en datamängd för varje tabell och leder till filer som finns.",
    "The catalogue for the data portal has a data set a table and leads to files that are there.",
)
def catalogue_leads_to_the_files(c: Candidate) -> Iterator[str]:
    """Reads the catalogue."""
    path = c.folder / "dcat.ttl"
    if not path.is_file():
        return
    graph = _catalogue(path)
    sets, tables = set(graph.subjects(RDF.type, DCAT.Dataset)), {cube.table for cube in c.cubes}
    if len(sets) != len(tables):
        yield f"dcat.ttl: expected {len(tables)} data sets, found {len(sets)}"
    for address in sorted(map(str, set(graph.objects(None, DCAT.downloadURL)))):
        name = "/".join(address.rsplit("/", 2)[1:])  # every file lies in a folder of the edition
        if not (c.folder / name).is_file():
            yield f"dcat.ttl: {name} is not there"
    for data_set in sorted(sets, key=str):
        if not list(graph.objects(data_set, DCAT.distribution)):
            yield f"dcat.ttl: {data_set} has no file"


@_check(
    "error",
    "Alla länkar i webbsidorna leder till något, och ingenting hämtas utifrån.",
    "All links of the pages lead somewhere, and nothing is fetched from outside.",
)
def links_lead_somewhere(c: Candidate) -> Iterator[str]:
    """Anchors, files, and addresses of other places."""
    later = {*_LATER, *_pages(c, "screening")}
    for path in sorted(c.folder.glob("*.html")):
        html = path.read_text(encoding="utf-8")
        ids = re.findall(r'\sid="([^"]+)"', html)
        for target in sorted(set(re.findall(r'<a [^>]*href="([^"]+)"', html))):
            page, _, anchor = target.partition("#")
            if (anchor and not page and anchor not in ids) or (
                page and page not in later and not (c.folder / page).is_file()
            ):
                yield f"{path.name}: {target} leads nowhere"
        for source in re.findall(r'(?:src|xlink:href|href)="((?:https?:)?//[^"]+)"', html):
            yield f"{path.name}: fetches {source}"
        if len(ids) != len(set(ids)):
            twice = sorted({i for i in ids if ids.count(i) > 1})[:3]
            yield f"{path.name}: ids that are there twice: {', '.join(twice)}"


@_check("error", "Språket är angivet i sidor och PDF.", "The language is given in pages and PDF.")
def language_is_given(c: Candidate) -> Iterator[str]:
    """`lang` of the page; PDF/UA and its language."""
    for language in c.edition.languages:
        if f'<html lang="{language}">' not in _page(c, language):
            yield f"{NAMES[language]}.html gives no language"
        tags = read_tags(c.folder / f"{NAMES[language]}.pdf")
        if tags is None or tags.language != language or not tags.is_ua:
            yield f"{NAMES[language]}.pdf gives no language, or is no PDF/UA"


@_check(
    "error",
    "Där personerna är påhittade står det i varje fil som läses av människor.",
    "Where the persons are made up, each file that people read says so.",
)
def made_up_persons_are_said_to_be(c: Candidate) -> Iterator[str]:
    """In pages, figures, PX, the data package and the catalogue."""
    if not c.certificate["made_up_persons"]:
        return
    names = [path.name for path in c.folder.glob("*.html")] + [
        "dcat.ttl",
        f"{CSV}/datapackage.json",
    ]
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


# --- Disclosure ------------------------------------------------------------------------------------


@_check(
    "error",
    "Ingen kolumn har personer eller nycklar till personer.",
    "No column has persons or keys of persons.",
)
def no_column_of_persons(c: Candidate) -> Iterator[str]:
    """By the columns that are known; a table with others does not leave."""
    for name in c.tables:
        numbers = NUMBERS.get(name, ())
        known = {*DIMENSIONS, *numbers, *(f"{number}_status" for number in numbers), "status"}
        if unknown := set(_csv(c, name).columns) - known:
            yield f"{CSV}/{name}.csv: {', '.join(sorted(unknown))}"


@_check("error", "Inget antal under gränsen visas.", "No count below the threshold is shown.")
def no_small_count_is_shown(c: Candidate) -> Iterator[str]:
    """Counts of persons from 1 to below the threshold."""
    for name in [n for n in c.tables if n in BY_NAME]:
        path = c.folder / PARQUET / f"{name}.parquet"
        if path.is_file():
            frame = read_parquet(path)
            for count in BY_NAME[name].counts:
                small = frame.filter(pl.col(count).is_between(1, c.certificate["threshold"] - 1))
                if len(small):
                    yield f"{PARQUET}/{name}.parquet, {count}: {len(small)} counts are below the threshold"


@_check(
    "error",
    "Ett angrepp på filerna, tillsammans med tidigare utgåvor, avslöjar inget litet antal.",
    "An attack on the files, together with the editions before, gives no small count away.",
)
def attack_finds_no_hole(c: Candidate) -> Iterator[str]:
    """The attack of the gate, on these files."""
    try:
        report = c.attacked
    except (ReadingError, DifferentError) as error:
        yield str(error)
        return
    for hole in report.holes:
        yield f"{hole.count}: known to within {hole.most - hole.least}"
    yield from report.contradictions


@_check(
    "warning",
    "Alla tabeller i tidigare utgåvor kunde angripas tillsammans med denna.",
    "All tables of the editions before could be attacked together with this one.",
)
def earlier_editions_are_attacked_too(c: Candidate) -> Iterator[str]:
    """Revised figures cannot be laid beside others."""
    try:
        yield from c.attacked.revised
    except (ReadingError, DifferentError):
        return


# --- Reading ---------------------------------------------------------------------------------------


def _csv(c: Candidate, name: str) -> pl.DataFrame:
    path = c.folder / CSV / f"{name}.csv"
    if not path.is_file():
        columns = [column for n in NUMBERS.get(name, ()) for column in (n, f"{n}_status")]
        return pl.DataFrame(schema=dict.fromkeys(columns, pl.String))
    return pl.read_csv(path, infer_schema=False, glob=False)


def _catalogue(path: Path) -> Graph:
    return Graph().parse(data=path.read_text(encoding="utf-8"), format="turtle", publicID=_RELATIVE)


def _page(c: Candidate, language: str) -> str:
    path = c.folder / f"{NAMES[language]}.html"
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _figures(document: Document) -> Iterator[str]:
    for chapter in document.chapters:
        for block in chapter.blocks:
            if block.kind == "figure":
                yield block.name  # type: ignore[union-attr]


def _differences(name: str, expected: pl.DataFrame, found: pl.DataFrame) -> Iterator[str]:
    if expected.columns != found.columns or expected.height != found.height:
        yield f"{name}: expected {expected.shape} rows and columns, found {found.shape}"
        return
    for column in expected.columns:
        differs = ~expected[column].eq_missing(found[column])
        if differs.any():
            yield f"{name}, {column}: {differs.sum()} cells are not those published"


def _written(value: float, status: str, _: str) -> str:
    return plain(value) if status == SHOWN else symbol(status)


def _dense(
    name: str, cube: Cube, texts: list[str], write: Callable[[float, str, str], str] = _written
) -> Iterator[str]:
    values, statuses = (array.ravel().tolist() for array in cube.dense)
    numbers = list(cube.metrics) * (len(values) // len(cube.metrics))
    expected = list(map(write, values, statuses, numbers))
    if len(texts) != len(expected):
        yield f"{name}: expected {len(expected)} values, found {len(texts)}"
    elif wrong := sum(a != b for a, b in zip(texts, expected, strict=True)):
        yield f"{name}: {wrong} values are not those published"


def _plain(value: float) -> str:
    return str(value)
