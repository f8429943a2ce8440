"""Tables of published numbers: each cell has the address of its number, so that anyone can look it up."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from vardflode.publication.cubes import HIDDEN, NOT_APPLICABLE, NOT_OBSERVED, SHOWN, plain
from vardflode.publication.labels import WORDS, is_share
from vardflode.publication.lookup import Cell
from vardflode.site.figures import Figures, written

Codes = Mapping[str, str]
# The separator and the decimal sign that a spreadsheet expects in each language.
_SEPARATOR = {"sv": (";", ","), "en": (",", ".")}


@dataclass(frozen=True)
class Line:
    """A row or a column: what it is called, and the part of the address that all of its cells have.

    The address of a number: `cube`, `number` (a metric), and a code for each dimension of the cube.
    """

    label: str
    at: Codes = field(default_factory=dict)
    href: str = ""


@dataclass(frozen=True)
class Shown:
    """A cell as it stands on a page. `size`: 0–1 of the largest of its column, where there are bars."""

    text: str
    address: str
    status: str
    size: float | None = None


@dataclass(frozen=True)
class Table:
    """A table.

    `at`: what all cells have in common. `bars`: each number has a bar. `changes`: a reader can choose other
    cells, so all rows stay and all signs are explained. `zero`: rows that are left out, of zeros.
    """

    name: str
    caption: str
    at: Codes
    rows: Sequence[Line]
    columns: Sequence[Line]
    corner: str
    language: str
    bars: bool = False
    changes: bool = False
    zero: Sequence[str] = ()

    def address(self, row: Line, column: Line) -> dict[str, str]:
        """The whole address of a cell."""
        return {**self.at, **row.at, **column.at}

    def cell(self, figures: Figures, row: Line, column: Line) -> Cell:
        """The number of a cell."""
        at = self.address(row, column)
        return figures.cell(at["cube"], at["number"], at)

    def told(self, figures: Figures) -> Table:
        """Without the rows and columns of which nothing is observed, and rows of zeros, which are named."""
        if self.changes:
            return self
        rows = [r for r in self.rows if any(_tells(self.cell(figures, r, c)) for c in self.columns)]
        columns = [c for c in self.columns if any(_tells(self.cell(figures, r, c)) for r in rows)]
        zero = [
            r.label
            for r in self.rows
            if r not in rows and any(self.cell(figures, r, c).value == 0 for c in self.columns)
        ]
        return replace(self, rows=rows, columns=columns, zero=zero)

    def view(self, figures: Figures) -> list[tuple[Line, list[Shown]]]:
        """The rows with their cells as they are shown."""
        cells = [[self.cell(figures, row, column) for column in self.columns] for row in self.rows]
        largest = [
            max((abs(of[k].value or 0) for of in cells), default=0) if self._has_bar(column) else 0
            for k, column in enumerate(self.columns)
        ]
        if self.bars and all(is_share({**self.at, **c.at}.get("number", "")) for c in self.columns):
            largest = [max(largest, default=0)] * len(largest)  # shares are read across too
        return [
            (
                row,
                [
                    Shown(
                        written(cell, self.address(row, column)["number"], self.language),
                        _written_address({**row.at, **column.at}),
                        cell.status,
                        max(cell.value, 0) / largest[k] if cell.value is not None and largest[k] else None,
                    )
                    for k, (column, cell) in enumerate(zip(self.columns, of, strict=True))
                ],
            )
            for row, of in zip(self.rows, cells, strict=True)
        ]

    def _has_bar(self, column: Line) -> bool:
        return self.bars and {**self.at, **column.at}.get("number") != "series_break"

    def reasons(self, figures: Figures) -> list[tuple[str, str]]:
        """The symbols that stand in it, and what each means."""
        found = {self.cell(figures, r, c).status for r in self.rows for c in self.columns}
        return [
            (WORDS["reasons"][status]["symbol"], WORDS["reasons"][status][self.language])
            for status in (HIDDEN, NOT_APPLICABLE, NOT_OBSERVED)
            if status in found or self.changes
        ]

    def csv(self, figures: Figures) -> str:
        """The same cells with all their decimals, as a spreadsheet opens them; shares are fractions."""
        separator, sign = _SEPARATOR[self.language]
        out = io.StringIO()
        writer = csv.writer(out, delimiter=separator, lineterminator="\n")
        writer.writerow([self.corner, *(column.label for column in self.columns)])
        for row in self.rows:
            cells = [self.cell(figures, row, column) for column in self.columns]
            texts = [
                WORDS["reasons"][c.status]["symbol"] if c.value is None else plain(c.value).replace(".", sign)
                for c in cells
            ]
            writer.writerow([row.label, *texts])
        return "\ufeff" + out.getvalue()

    @property
    def common(self) -> str:
        """What all addresses have in common, as it is written."""
        return _written_address(self.at)


def _tells(cell: Cell) -> bool:
    return cell.status != NOT_OBSERVED and not (cell.status == SHOWN and cell.value == 0)


def _written_address(at: Codes) -> str:
    return ";".join(f"{name}={code}" for name, code in at.items())
