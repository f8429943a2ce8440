"""The tags of a PDF: what a screen reader is told of its tables."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import pikepdf
from pikepdf import Dictionary, Name, Object, ObjectStreamMode


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
