"""An accessible workbook a language: cover, contents, notes, one marked table a sheet.

Source: "Making spreadsheets accessible" (UK Government Analysis Function): no merged cells, no hidden or
empty sheets, one table a sheet with a title above it, symbols explained once. Texts are written as texts, so
that none is taken for a formula.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from dagster_project.publication.cubes import SHOWN, Cube
from dagster_project.publication.edition import Edition
from dagster_project.publication.labels import WORDS, metric
from dagster_project.publication.texts import TEXTS

XLSX = "xlsx"
# Rows above the table: title, what it is, an empty one would be read as the table's end.
HEADER_ROW = 3
_WIDEST = 60
# Cover, contents and notes.
BEFORE_TABLES = 3


def workbook_name(edition: Edition, language: str) -> str:
    """The file's name."""
    return f"vardflode-{edition.name}.{language}.xlsx"


def write_workbook(folder: Path, cubes: list[Cube], edition: Edition, made_up: bool, language: str) -> None:
    """Write `xlsx/vardflode-<edition>.<language>.xlsx`."""
    (folder / XLSX).mkdir(parents=True, exist_ok=True)
    path = folder / XLSX / workbook_name(edition, language)
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
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
    created = dt.datetime.combine(edition.release_date, dt.time())
    book.set_properties({"title": title, "comments": TEXTS["about"][language], "created": created})
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

    notes = book.add_worksheet(TEXTS["notes"][language])
    reasons = [f"{r['symbol']}  {r[language]}" for r in WORDS["reasons"].values()]
    _texts(notes, [TEXTS["notes"][language], *reasons, *TEXTS["notes_text"][language]], heading, wrapped)

    for sheet, cube in zip(sheets, cubes, strict=True):
        note = TEXTS["one_table"][language]
        if made_up and cube.table != "staff_density":  # which is real open data
            note = f"{TEXTS['made_up_short'][language]}. {note}"
        _sheet(book.add_worksheet(sheet), cube, note, language, heading, bold)


def _texts(sheet: Worksheet, lines: list[str], heading: Format, wrapped: Format) -> None:
    sheet.set_column(0, 0, 100)
    for row, line in enumerate(lines):
        sheet.write_string(row, 0, line, wrapped if row else heading)


def _sheet(sheet: Worksheet, cube: Cube, note: str, language: str, heading: Format, bold: Format) -> None:
    sheet.write_string(0, 0, cube.title[language], heading)
    sheet.write_string(1, 0, note)
    held = list(columns(cube, language))
    sheet.add_table(
        HEADER_ROW - 1,
        0,
        HEADER_ROW - 1 + max(cube.frame.height, 1),
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
            for row, (value, status) in enumerate(zip(codes, statuses, strict=True), start=HEADER_ROW):
                if status == SHOWN:
                    sheet.write_number(row, place, value)
                else:
                    sheet.write_string(row, place, cube.written(None, status))
            width = len(header)
        else:
            (d,) = [d for d in cube.dimensions if d.name == name]
            texts = {code: d.label(code, language) if kind == "label" else code for code in d.codes}
            for row, code in enumerate(codes, start=HEADER_ROW):
                sheet.write_string(row, place, texts[code])
            width = max(len(text) for text in [header, *texts.values()])
        sheet.set_column(place, place, min(width + 3, _WIDEST))
    sheet.freeze_panes(HEADER_ROW, 0)
