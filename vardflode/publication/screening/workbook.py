"""Workbooks, read by calamine as a spreadsheet finds them: sheets, marked tables and their cells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from python_calamine import CalamineWorkbook, SheetVisibleEnum

from vardflode.publication.cubes import Cube
from vardflode.publication.labels import metric
from vardflode.publication.layout import XLSX, workbook_name
from vardflode.publication.screening.check import Candidate, check
from vardflode.publication.screening.told import NUMBER, differences
from vardflode.publication.texts import TEXTS

# A workbook holds 16 digits of a number.
_SLACK = 1e-15
Cell = str | float | bool


@dataclass(frozen=True)
class Sheet:
    """A sheet: its name, whether it is shown, whether cells are merged, the text at its beginning, its rows
    with anything in them, and the header and columns of its marked tables.
    """

    name: str
    is_shown: bool
    has_merged: bool
    title: str
    height: int
    tables: Sequence[dict[str, Sequence[Cell]]]
    # The last row of each table, from 1.
    ends: Sequence[int]


def read_sheets(path: Path) -> list[Sheet]:
    """Every sheet of a workbook, in order."""
    with CalamineWorkbook.from_path(str(path), load_tables=True) as book:
        marked = [book.get_table_by_name(name) for name in book.table_names or ()]
        return [
            _sheet(book, place, [table for table in marked if table.sheet == about.name], about.visible)
            for place, about in enumerate(book.sheets_metadata)
        ]


def _sheet(book: CalamineWorkbook, place: int, marked: list, visible: SheetVisibleEnum) -> Sheet:
    sheet = book.get_sheet_by_index(place)
    first = next(iter(sheet.iter_rows()), [])
    tables = []
    for table in marked:
        columns = list(zip(*table.to_python(), strict=True)) or [()] * len(table.columns)
        tables.append(dict(zip(table.columns, columns, strict=True)))
    return Sheet(
        sheet.name,
        visible == SheetVisibleEnum.Visible,
        bool(sheet.merged_cell_ranges),
        str(first[0]) if first else "",
        sheet.total_height,
        tables,
        [table.end[0] + 1 for table in marked if table.end],
    )


@check(
    "error",
    "Arbetsböckerna är lika med de publicerade tabellerna, cell för cell, även tecknen för det som saknas.",
    "The workbooks equal the published tables cell by cell, with the symbols of what is missing.",
)
def workbooks_equal_the_published(c: Candidate) -> Iterator[str]:
    """Each marked table by its own headers: codes, names and numbers."""
    for name, language, sheets in _workbooks(c):
        titled = {sheet.title: sheet for sheet in sheets if sheet.tables}
        for cube in c.cubes:
            sheet = titled.get(cube.title[language])
            if sheet is None:
                yield f"{name}: no sheet is called {cube.title[language]!r}"
            else:
                place = f"{name}, {sheet.name}"
                if sheet.height > sheet.ends[0]:
                    yield f"{place}: there are rows below its table"
                yield from _table(place, dict(sheet.tables[0]), cube, language, c.facts(cube))


def _table(
    name: str, columns: dict[str, Sequence[Cell]], cube: Cube, language: str, facts: pl.DataFrame
) -> Iterator[str]:
    """What the table of a sheet says otherwise than the published one."""
    codes = {}
    for d in cube.dimensions:
        title = d.title(language)
        coded = columns.pop(f"{title} ({TEXTS['code'][language]})", None)
        named = columns.pop(title, None)
        if named is None:
            yield f"{name}: {title} is not there"
            return
        codes[d.name] = pl.Series(named if coded is None else coded, dtype=pl.String)
        wrong = sum(a != d.label(code, language) for a, code in zip(named, codes[d.name], strict=True))
        if wrong:
            yield f"{name}, {title}: {wrong} codes have not their names"
    parts = []
    for number in cube.metrics:
        header = f"{metric(number)[language]} ({metric(number)[f'unit_{language}']})"
        if (cells := columns.pop(header, None)) is not None:
            texts = pl.Series([_text(cell) for cell in cells], dtype=pl.String)
            parts.append(pl.DataFrame(codes | {"text": texts}).with_columns(pl.lit(number).alias(NUMBER)))
    if columns:
        yield f"{name}: its columns {', '.join(columns)} are not those published"
    if not parts:
        yield f"{name}: none of its columns is a number"
        return
    yield from differences(name, cube, facts, pl.concat(parts), _SLACK)


def _text(cell: Cell) -> str:
    """A cell as text: a number that was written as a text is none."""
    return f"{cell}" if not isinstance(cell, str) else cell if not cell[:1].isdigit() else f"text {cell}"


@check(
    "error",
    "Arbetsböckerna har ett blad för varje tabell, inga dolda blad och inga sammanslagna celler.",
    "The workbooks have a sheet for each table, no hidden sheets and no merged cells.",
)
def workbooks_are_accessible(c: Candidate) -> Iterator[str]:
    """What a reader's program tells of the sheets."""
    for name, _, sheets in _workbooks(c):
        for sheet in sheets:
            if not sheet.is_shown:
                yield f"{name}: {sheet.name} is hidden"
            if sheet.has_merged:
                yield f"{name}: {sheet.name} has merged cells"
            if not sheet.height:
                yield f"{name}: {sheet.name} is empty"
            if len(sheet.tables) > 1:
                yield f"{name}: {sheet.name} has {len(sheet.tables)} tables"
        if (marked := sum(len(sheet.tables) for sheet in sheets)) != len(c.cubes):
            yield f"{name}: expected {len(c.cubes)} marked tables, found {marked}"


def _workbooks(c: Candidate) -> Iterator[tuple[str, str, list[Sheet]]]:
    """The workbooks that are there (another check tells of those that are not): name, language, sheets."""
    for language in c.edition.languages:
        name = f"{XLSX}/{workbook_name(c.edition, language)}"
        if (c.folder / name).is_file():
            yield name, language, c.read(read_sheets, c.folder / name)
