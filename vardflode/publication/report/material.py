"""What the chapters are written from: cubes to look numbers up in, and the figures that they draw."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from vardflode.disclosure.declared import why
from vardflode.publication.cubes import HIDDEN, NOT_APPLICABLE, NOT_OBSERVED, Cube
from vardflode.publication.edition import Edition
from vardflode.publication.labels import symbol
from vardflode.publication.lookup import Cell, Lookup
from vardflode.publication.report.charts import noted
from vardflode.publication.report.document import Paragraph, Table
from vardflode.publication.sources import REGISTERS
from vardflode.publication.texts import TEXTS, listed, percent, say, small

DEFINITIONS, SOURCES, WHY = "definitions", "sources", "why"
# In place of a number of decimals: a share, told as a per cent.
PERCENT = -1


@dataclass
class Material:
    """For one language. `figures`: SVG by name, filled by the chapters."""

    language: str
    edition: Edition
    certificate: Mapping[str, Any]
    cubes: Mapping[str, Lookup]
    figures: dict[str, str] = field(default_factory=dict)

    def say(self, key: str, **values: object) -> str:
        """A text in this language."""
        return say(key, self.language, **values)

    def say_years(self, years: int) -> str:
        """So many years in words."""
        return str(TEXTS["years_word"][str(years)][self.language])

    def named(self, names: Sequence[str]) -> str:
        """Names as a sentence lists them."""
        return listed([*names[:1], *map(small, names[1:])], self.language)

    def opening(self, sentences: Iterable[str]) -> Iterator[Paragraph]:
        """What a chapter begins with; nothing, where nothing can be told."""
        if told := list(sentences):
            yield Paragraph(" ".join(told))

    def draw(self, name: str, svg: str, *, real: bool = False) -> None:
        """Keep a figure; where the persons are made up it says so itself. `real`: it shows open data."""
        made_up = self.certificate["made_up_persons"] and not real
        self.figures[name] = noted(svg, self.say("made_up_short") if made_up else "")

    def extremes(self, cells: Sequence[tuple[str, Cell]], decimals: int = 0) -> str:
        """The largest and smallest of some numbers (with so many decimals, or PERCENT) in words, and how many
        are not shown.
        """
        shown = sorted(((name, c) for name, c in cells if c.is_shown), key=lambda pair: -(pair[1].value or 0))
        texts = [f"{name} {self.told(cell, decimals)}" for name, cell in shown]
        missing = len(cells) - len(shown)
        least = self.say("least", names=texts[-1]) if len(texts) > 3 else ""
        without = self.say("without_number", count=missing) if missing else ""
        return self.say("most", names=listed(texts[:3], self.language)) + least + without

    def told(self, cell: Cell, decimals: int) -> str:
        """A number with so many decimals, or as PERCENT."""
        if decimals == PERCENT:
            return cell.percent(self.language)
        return cell.number(self.language, decimals)

    def ends(self, points: Sequence[Mapping[str, Any]], x: str, y: str, series: str) -> str:
        """Where each line of a figure begins and ends, in words."""
        told = []
        for name in dict.fromkeys(point[series] for point in points):
            line = [point for point in points if point[series] == name and point[y] is not None]
            first, last = (f"{percent(p[y], self.language)} ({p[x]})" for p in (line[0], line[-1]))
            told.append(
                self.say("line_ends" if len(line) > 1 else "line_point", name=name, first=first, last=last)
            )
        return "; ".join(told)

    def has(self, cube: str) -> bool:
        """Whether the edition has a cube."""
        return cube in self.cubes

    def table(
        self,
        published: str,
        caption: str,
        head: Sequence[str],
        rows: Sequence[Sequence[str]],
        *,
        whole: bool = False,
        note: str = "",
        texts: int = 1,
    ) -> Table | Paragraph:
        """A table of numbers of a published table, with the way to the rules, deliveries and files behind.

        A row or column without any number is named below it, unless all are asked for (`whole`); a column
        that has no meaning here is left out. `note`: what else is said below it.
        `texts`: so many columns, the first ones, are texts.
        """
        missing = {symbol(status): status for status in (HIDDEN, NOT_APPLICABLE, NOT_OBSERVED)}
        empty = [row for row in rows if not whole and all(cell in missing for cell in row[1:])]
        hidden = [row[0] for row in empty if any(missing[cell] == HIDDEN for cell in row[1:])]
        others = [row[0] for row in empty if row[0] not in hidden]
        notes = [
            self.say(key, names=listed(names, self.language))
            for key, names in (("rows_hidden", hidden), ("rows_not_yet", others))
            if names
        ]
        notes += [note] if note else []
        told = [row for row in rows if row not in empty]
        if not told:
            return Paragraph(f"{caption}. {' '.join(notes)}")
        never = symbol(NOT_APPLICABLE)
        columns = [k for k in range(len(head)) if k == 0 or any(row[k] != never for row in told)]
        if not whole:
            bare = [k for k in columns if all(row[k] in missing for row in told)]
            columns = [k for k in columns if k not in bare]
            if bare:
                notes.append(self.say("columns_bare", names=self.named([head[k] for k in bare])))
        refs = [(self.say("rules"), f"rules-{published}")]
        refs += [
            (f"{d['register']} {d['delivery']}", source_anchor(d))
            for d in self.certificate.get("deliveries", ())
            if d["register"] in REGISTERS[published]
        ]
        return Table(
            caption,
            [head[k] for k in columns],
            [[row[k] for k in columns] for row in told],
            refs,
            texts,
            note=" ".join(notes),
            why=why(published, self.language),
            file=f"csv/{published}.csv",
        )


def source_anchor(delivery: Mapping[str, Any]) -> str:
    """Where the report tells of a delivery."""
    return f"source-{delivery['register']}-{delivery['delivery']}"


def material(cubes: list[Cube], edition: Edition, certificate: Mapping[str, Any], language: str) -> Material:
    """The material of one language."""
    return Material(language, edition, certificate, {cube.name: Lookup(cube) for cube in cubes})
