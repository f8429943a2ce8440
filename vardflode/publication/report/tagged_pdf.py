"""The tags of a PDF: what a screen reader is told of pictures, tables and the language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pikepdf
from pikepdf import Dictionary, Name, Object, ObjectStreamMode


@dataclass(frozen=True)
class Tags:
    """What a PDF says of itself: language, whether it is PDF/UA, its pictures and how many have a text, and
    how many rows its tables have below the first, and how many of these begin with a header of the row.
    """

    language: str
    is_ua: bool
    figures: int
    texts: int
    rows: int
    row_headers: int


def read_tags(path: Path) -> Tags | None:
    """The tags of a file; None when it is not there or no whole PDF."""
    try:
        with pikepdf.open(path) as document:
            if document.check_pdf_syntax():
                return None
            pictures = [bool(e.get(Name.Alt)) for e in _elements(document, Name.Figure)]
            first = [row.K[0] for row in _elements(document, Name.TR)]
            scopes = [_of_table(cell).get(Name.Scope) for cell in first]
            with document.open_metadata() as metadata:
                is_ua = "pdfuaid:part" in metadata
            return Tags(
                language=str(document.Root.get(Name.Lang, "")),
                is_ua=is_ua,
                figures=len(pictures),
                texts=sum(pictures),
                rows=sum(scope != Name.Column for scope in scopes),
                row_headers=sum(scope == Name.Row for scope in scopes),
            )
    except (OSError, pikepdf.PdfError):
        return None


def with_row_headers(pdf: bytes) -> bytes:
    """The same PDF, where the first cell of each row of a table is a header of that row (ISO 32000-1,
    14.8.5.7): Typst tags the header row only, unless an experiment is switched on.

    Cells no longer list their headers: a reader finds them by the scopes, row and column.
    """
    changed = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as document:
        for row in _elements(document, Name.TR):
            if row.K[0].S == Name.TD:
                for cell in row.K:
                    del _of_table(cell).Headers
                row.K[0].S = Name.TH
                _of_table(row.K[0])[Name.Scope] = Name.Row
        document.save(changed, deterministic_id=True, object_stream_mode=ObjectStreamMode.generate)
    return changed.getvalue()


def _elements(document: pikepdf.Pdf, kind: Name) -> Iterator[Dictionary]:
    """The structure elements of a kind."""
    return (e for e in document.objects if isinstance(e, Dictionary) and e.get(Name.S) == kind)


def _of_table(cell: Object) -> Object:
    """What the cell says of its place in the table."""
    return next(attributes for attributes in cell.A if attributes.get(Name.O) == Name.Table)
