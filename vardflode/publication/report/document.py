"""A report as chapters of blocks: plain data, which the page and the PDF are both set from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Paragraph:
    """Running text."""

    text: str
    kind: str = "paragraph"


@dataclass(frozen=True)
class Bullets:
    """A list of sentences."""

    items: Sequence[str]
    kind: str = "bullets"


@dataclass(frozen=True)
class Table:
    """A table with a header row; the first column names the rows. `refs`: what stands behind the numbers."""

    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    # Where on the pages of rules and deliveries one reads on: text and anchor.
    refs: Sequence[tuple[str, str]] = ()
    # Columns of text; the others are numbers.
    texts: int = 1
    # What is said below it: rows that are left out.
    note: str = ""
    # The file that has all of these numbers.
    file: str = ""
    # Why its numbers do not always add up.
    why: str = ""
    # An address for each row, where others lead to rows.
    anchors: Sequence[str] = ()
    kind: str = "table"


@dataclass(frozen=True)
class Figure:
    """A figure: the name of an SVG file, what it shows and what it says to who cannot see it."""

    name: str
    caption: str
    alt: str
    kind: str = "figure"


@dataclass(frozen=True)
class Heading:
    """A heading within a chapter; `anchor`: its address, where something leads to it."""

    text: str
    anchor: str = ""
    kind: str = "heading"


Block = Paragraph | Bullets | Table | Figure | Heading


@dataclass(frozen=True)
class Chapter:
    """A chapter; `anchor` is its address in the page."""

    anchor: str
    title: str
    blocks: Sequence[Block]

    @property
    def why(self) -> str:
        """Why its numbers do not always add up, or that they do; empty where tables say different things."""
        said = {block.why for block in self.blocks if isinstance(block, Table)}
        return said.pop() if len(said) == 1 else ""


@dataclass(frozen=True)
class Document:
    """A report in one language."""

    language: str
    title: str
    subtitle: str
    released: str
    made_up: str
    chapters: Sequence[Chapter] = field(default_factory=tuple)

    @property
    def tables(self) -> list[list[list[str]]]:
        """The cells of every table, row by row, the header first."""
        return [[list(b.head), *map(list, b.rows)] for b in self._blocks if isinstance(b, Table)]

    @property
    def figures(self) -> list[Figure]:
        """Every figure."""
        return [block for block in self._blocks if isinstance(block, Figure)]

    @property
    def _blocks(self) -> list[Block]:
        return [block for chapter in self.chapters for block in chapter.blocks]
