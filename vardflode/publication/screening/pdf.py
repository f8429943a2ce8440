"""A PDF by its tags: what a screen reader is told of pictures, tables and the language.

The tree of its structure is walked from its root, as a reader's program does (ISO 32000-1, 14.7.2).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf


@dataclass(frozen=True)
class Row:
    """A row of a table: how many cells it has, and what its first cell is a header of (empty: nothing)."""

    cells: int
    scope: str


@dataclass(frozen=True)
class Tags:
    """What a PDF says of itself: its language, whether it is PDF/UA, the text of each picture (empty: none),
    and the rows of each table.
    """

    language: str
    is_ua: bool
    figures: list[str]
    tables: list[list[Row]]


def read_tags(path: Path) -> Tags | None:
    """The tags of a file; None when it is not there or no whole PDF."""
    try:
        with pikepdf.open(path) as document:
            if document.check_pdf_syntax():
                return None
            with document.open_metadata() as metadata:
                is_ua = "pdfuaid:part" in metadata
            elements = list(_below(document.Root.get("/StructTreeRoot")))
            tables = [list(_below(e)) for e in elements if e.get("/S") == "/Table"]
            return Tags(
                str(document.Root.get("/Lang", "")),
                is_ua,
                [str(e.get("/Alt", "")) for e in elements if e.get("/S") == "/Figure"],
                [[_row(e) for e in table if e.get("/S") == "/TR"] for table in tables],
            )
    except (OSError, pikepdf.PdfError):
        return None


def _below(element: pikepdf.Object | None) -> Iterator[pikepdf.Object]:
    """The structure elements below one, in the order of reading."""
    for kid in _kids(element):
        yield kid
        yield from _below(kid)


def _kids(element: pikepdf.Object | None) -> list[pikepdf.Object]:
    # Others are places on a page.
    return [kid for kid in _each(element, "/K") if isinstance(kid, pikepdf.Dictionary) and "/S" in kid]


def _each(element: pikepdf.Object | None, name: str) -> list[Any]:
    """What an element has under a name: one thing, several, or none."""
    held: Any = None if element is None else element.get(name)
    return list(held) if isinstance(held, pikepdf.Array) else [held]


def _row(row: pikepdf.Object) -> Row:
    cells = _kids(row)
    first = cells[0] if cells else None
    attributes = _each(first, "/A") if first is not None and first.get("/S") == "/TH" else []
    scopes = [str(a.get("/Scope", "")) for a in attributes if isinstance(a, pikepdf.Dictionary)]
    return Row(len(cells), "".join(scopes).removeprefix("/"))
