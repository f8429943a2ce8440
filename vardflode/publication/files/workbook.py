"""An accessible workbook a language: cover, contents, notes, the flow to read, one marked table a sheet.

Source: "Making spreadsheets accessible" (UK Government Analysis Function): no merged cells, no hidden or
empty sheets, one table a sheet with a title above it, symbols explained once. Texts are written as texts, so
that none is taken for a formula.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path
from textwrap import wrap

import xlsxwriter
from xlsxwriter.core import Core
from xlsxwriter.format import Format
from xlsxwriter.packager import Packager
from xlsxwriter.worksheet import Worksheet

from vardflode.disclosure.declared import BY_NAME, why
from vardflode.publication.cubes import SHOWN, TOTAL, Cube
from vardflode.publication.edition import Edition
from vardflode.publication.labels import WORDS, decimals, dimension, is_share, label, metric, symbol
from vardflode.publication.layout import XLSX, workbook_name
from vardflode.publication.lookup import Lookup
from vardflode.publication.texts import TEXTS, window

# A line of text on a sheet: it runs over the columns beside it, for merged cells cannot be read aloud.
_LINE = 130
_WIDEST = 60
# Points of a line, and characters of a wrapped text's line: rows are as high as their texts need, since not
# every program works that out when it opens the file.
_HEIGHT, _WRAPPED = 15, 90
_A4 = 9
# Cover, contents, notes and the flow to read.
BEFORE_TABLES = 4
# How people are shown numbers that are no shares, by their decimals.
_FORMATS = ("#,##0", "#,##0.0", "#,##0.00", "#,##0.000")
# The shares on the sheet to read, in the order of the flow.
_READ = ("graduates", "licensed", "resident_1y", "employed_1y", "in_profession_1y")


class _Core(Core):
    """What a workbook says of itself, with its language, of which the library knows nothing."""

    def _write_cp_category(self) -> None:
        super()._write_cp_category()
        self._xml_data_element("dc:language", self.properties["language"])


class _Packager(Packager):
    def _write_core_file(self) -> None:
        core = _Core()
        core._set_properties(self.workbook.doc_properties)
        core._set_xml_writer(self._filename("docProps/core.xml"))
        core._assemble_xml_file()


class _Workbook(xlsxwriter.Workbook):
    def _get_packager(self) -> Packager:
        return _Packager()


def header_row(table: str, language: str) -> int:
    """The row of a table's header on its sheet, from 1: its title, what it is, and why its numbers do not
    always add up stand above it, with no empty row, which would be read as the table's end.
    """
    return len(_why(table, language)) + 3


def _why(table: str, language: str) -> list[str]:
    return wrap(why(table, language), _LINE)


def write_workbook(folder: Path, cubes: list[Cube], edition: Edition, made_up: bool, language: str) -> None:
    """Write `xlsx/vardflode-<edition>.<language>.xlsx`."""
    (folder / XLSX).mkdir(parents=True, exist_ok=True)
    path = folder / XLSX / workbook_name(edition, language)
    with _Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        _write(book, cubes, edition, made_up, language)


def columns(cube: Cube, language: str) -> Iterator[tuple[str, str, str]]:
    """Each column of a cube's sheet: its header, what it holds (code, label, number), and of which."""
    for d in cube.dimensions:
        if any(d.label(code, language) != code for code in d.codes):
            yield f"{d.title(language)} ({TEXTS['code'][language]})", "code", d.name
            yield d.title(language), "label", d.name
        else:
            yield d.title(language), "code", d.name
    for name in cube.metrics:
        words = metric(name)
        yield f"{words[language]} ({words[f'unit_{language}']})", "number", name


def _write(
    book: xlsxwriter.Workbook, cubes: list[Cube], edition: Edition, made_up: bool, language: str
) -> None:
    title = TEXTS["title"][language].format(edition=edition.name)
    # The release date, not the clock: the same edition, the same bytes.
    properties = {
        "title": title,
        "subject": TEXTS["subject"][language],
        "author": edition.publisher or (edition.contact.name if edition.contact else "Vårdflöde"),
        "keywords": ", ".join(WORDS["keywords"][language]),
        "comments": TEXTS["about"][language],
        "created": dt.datetime.combine(edition.release_date, dt.time()),
        "language": language,
    }
    book.set_properties(properties)
    heading = book.add_format({"bold": True, "font_size": 14})
    bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    sheets = [f"{TEXTS['table'][language]} {number}" for number in range(1, len(cubes) + 1)]

    cover = book.add_worksheet(TEXTS["cover"][language])
    lines = [TEXTS["about"][language], TEXTS["source"][language], TEXTS["licence"][language]]
    lines.append(f"{TEXTS['released'][language]} {edition.release_date.isoformat()}.")
    if made_up:
        lines.insert(0, TEXTS["made_up"][language])
    _texts(cover, [title, *lines], heading, wrapped)

    contents = book.add_worksheet(TEXTS["contents"][language])
    contents.write_string(0, 0, TEXTS["contents"][language], heading)
    for row, (sheet, cube) in enumerate(zip(sheets, cubes, strict=True), start=1):
        contents.write_url(row, 0, f"internal:'{sheet}'!A1", string=sheet)
        contents.write_string(row, 1, cube.title[language])
    contents.set_column(0, 0, 14)
    contents.set_column(1, 1, 100)
    _print(contents)

    notes = book.add_worksheet(TEXTS["notes"][language])
    reasons = [f"{r['symbol']}  {r[language]}" for r in WORDS["reasons"].values()]
    _texts(notes, [TEXTS["notes"][language], *reasons, *TEXTS["notes_text"][language]], heading, wrapped)

    mark = f"{TEXTS['made_up_short'][language]}. " if made_up else ""
    _to_read(book, cubes, edition, mark, language, heading)
    kinds = dict.fromkeys(name for cube in cubes for name in cube.metrics)
    formats = {name: book.add_format({"num_format": _format(name)}) for name in kinds}
    for sheet, cube in zip(sheets, cubes, strict=True):
        # The staff are real open data.
        note = ("" if BY_NAME[cube.table].open else mark) + TEXTS["one_table"][language]
        _sheet(book.add_worksheet(sheet), cube, note, language, heading, bold, formats)


def _texts(sheet: Worksheet, lines: list[str], heading: Format, wrapped: Format) -> None:
    sheet.set_column(0, 0, _WRAPPED + 10)
    for row, line in enumerate(lines):
        sheet.write_string(row, 0, line, wrapped if row else heading)
        if row:
            sheet.set_row(row, _HEIGHT * len(wrap(line, _WRAPPED)))
    _print(sheet)


def _format(name: str) -> str:
    return "0.0%" if is_share(name) else _FORMATS[decimals(name)]


def _to_read(
    book: xlsxwriter.Workbook, cubes: list[Cube], edition: Edition, mark: str, language: str, heading: Format
) -> None:
    """The flow as people read it: a line a degree and cohort, a column a measure, a page across in print."""
    sheet = book.add_worksheet(TEXTS["to_read"][language])
    sheet.write_string(0, 0, TEXTS["to_read_title"][language], heading)
    above = [*wrap(mark + TEXTS["to_read_note"][language], _LINE), *_why("flow_measures", language)]
    for line, text in enumerate(above, start=1):
        sheet.write_string(line, 0, text)
    head_row = len(above) + 1
    top = book.add_format({"bold": True, "text_wrap": True, "valign": "bottom", "bottom": 2})
    count, share = (
        book.add_format({"num_format": form, "align": "right"}) for form in (_FORMATS[0], _format("share"))
    )
    measures = [*_READ, *(f"retained_{years}y" for years in edition.horizons)]
    head = [dimension(name)[language] for name in ("degree_code", "cohort")]
    head += [label("measure", measure, language) for measure in ("beginners", *measures)]
    # As wide as its longest word, and as high as that makes it.
    width = max(13, *(len(word) + 2 for name in head for word in name.split()))
    sheet.set_row(head_row, _HEIGHT * max(len(wrap(name, width - 2)) for name in head))
    for place, name in enumerate(head):
        sheet.write_string(head_row, place, name, top)
    row, longest = head_row + 1, len(head[0])
    for flow in (Lookup(cube) for cube in cubes if cube.name == f"flow_measures_{TOTAL}"):
        for degree, cohort in product(flow.codes("degree_code"), flow.codes("cohort")):
            cells = [flow.cell("numerator", degree, cohort, "beginners")]
            cells += [flow.cell("share", degree, cohort, measure) for measure in measures]
            if not any(cell.is_shown for cell in cells):
                continue
            name = label("degree_code", degree, language)
            longest = max(longest, len(name))
            sheet.write_string(row, 0, name)
            sheet.write_string(row, 1, window(cohort))
            for place, cell in enumerate(cells, start=2):
                form = count if place == 2 else share
                if cell.value is None:
                    sheet.write_string(row, place, symbol(cell.status), form)
                else:
                    sheet.write_number(row, place, cell.value, form)
            row += 1
    sheet.set_column(0, 0, min(longest + 2, _WIDEST))
    sheet.set_column(1, len(head) - 1, width)
    sheet.freeze_panes(head_row + 1, 2)
    _print(sheet, head_row)


def _print(sheet: Worksheet, head_row: int | None = None) -> None:
    """All columns on one page across, with a table's header on each page."""
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    if head_row is not None:
        sheet.repeat_rows(head_row)


def _sheet(
    sheet: Worksheet,
    cube: Cube,
    note: str,
    language: str,
    heading: Format,
    bold: Format,
    formats: Mapping[str, Format],
) -> None:
    sheet.write_string(0, 0, cube.title[language], heading)
    for line, text in enumerate([note, *_why(cube.table, language)], start=1):
        sheet.write_string(line, 0, text)
    held, head_row = list(columns(cube, language)), header_row(cube.table, language) - 1
    sheet.add_table(
        head_row,
        0,
        head_row + max(cube.frame.height, 1),
        len(held) - 1,
        {
            "name": f"{cube.name}_{language}",
            "columns": [{"header": header, "header_format": bold} for header, _, _ in held],
            "style": "Table Style Light 1",
            "autofilter": cube.frame.height > 1,
        },
    )
    for place, (header, kind, name) in enumerate(held):
        codes = cube.frame[name].to_list()
        if kind == "number":
            statuses = cube.frame[f"{name}_status"].to_list()
            for row, (value, status) in enumerate(zip(codes, statuses, strict=True), start=head_row + 1):
                if status == SHOWN:
                    sheet.write_number(row, place, value, formats[name])
                else:
                    sheet.write_string(row, place, cube.written(None, status))
            width = len(header)
        else:
            (d,) = [d for d in cube.dimensions if d.name == name]
            texts = {code: d.label(code, language) if kind == "label" else code for code in d.codes}
            for row, code in enumerate(codes, start=head_row + 1):
                sheet.write_string(row, place, texts[code])
            width = max(len(text) for text in [header, *texts.values()])
        sheet.set_column(place, place, min(width + 3, _WIDEST))
    sheet.freeze_panes(head_row + 1, 0)
    _print(sheet, head_row)
