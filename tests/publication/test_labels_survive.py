"""Whatever a code is called comes through every format, read back by readers that others wrote."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from unittest.mock import patch
from xml.etree import ElementTree

import openpyxl
import polars as pl
from csvw import CSVW
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jsonstat_validator import validate_jsonstat
from pyaxis import pyaxis
from pyjstat import pyjstat
from pypdf import PdfReader

from vardflode.publication import labels
from vardflode.publication.cubes import Cube, Dimension
from vardflode.publication.edition import Edition
from vardflode.publication.files.jsonstat import write_jsonstat
from vardflode.publication.files.px import write_px
from vardflode.publication.files.tables import write_tables
from vardflode.publication.files.workbook import (
    BEFORE_TABLES,
    header_row,
    write_workbook,
)
from vardflode.publication.layout import workbook_name
from vardflode.publication.report import charts
from vardflode.publication.report.document import Bullets, Chapter, Document, Figure, Heading, Table
from vardflode.publication.report.material import Material
from vardflode.publication.report.write import _page, _pdf
from vardflode.publication.screening.px import keywords as px_keywords

EDITION = Edition(name="2025", degrees=("SJ",), release_date=dt.date(2025, 12, 15), languages=("sv",))
# What some format gives a meaning, letters outside Latin-1, and line ends.
PARTS = [
    *"\"'=;,:<>&#$*_@\\`~[]{}()|%/+-!",
    "\n",
    "\r\n",
    "\t",
    "\x01",
    "\u2028",
    "å",
    "é",
    "ł",
    "Ж",
    "ω",
    "”",
    "–",
    "a",
]
WORDS = [
    "=1+1",
    "DATA=",
    "</td>",
    "&amp;",
    "#let x",
    "$x$",
    "_x000D_",
    "{told}",
    "]]>",
    "..",
    "=HYPERLINK(1)",
    "co.a[1]",
]
names = (
    st.lists(st.sampled_from(PARTS + WORDS), min_size=1, max_size=5)
    .map("".join)
    .filter(lambda t: t.strip() > " ")
)


def plain(text: str) -> str:
    """Without what separates words, and without what no document may hold."""
    return "".join(c for c in text if not c.isspace() and c.isprintable())


@contextmanager
def called(first: str, second: str) -> Iterator[Cube]:
    """A cube of two codes that are called so, with the counts 7 and 9."""
    words = {code: {"sv": name, "en": name} for code, name in (("1", first), ("2", second))}
    with patch.dict(labels.CODES, {"sex": words}):
        labels.label.cache_clear()
        try:
            dimensions = [Dimension("year", "year", ["2024"]), Dimension("sex", "sex", ["1", "2"])]
            frame = pl.DataFrame(
                {"year": "2024", "sex": ["1", "2"], "persons": [7, 9], "persons_status": "shown"}
            )
            title = {"sv": first, "en": first}
            yield Cube("mobility_total", "mobility", title, dimensions, ["persons"], frame)
        finally:
            labels.label.cache_clear()


@contextmanager
def folder() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp())
    try:
        yield path
    finally:
        shutil.rmtree(path)


@settings(max_examples=60, deadline=None)
@given(names, names)
@example('a "b"', "a ”b”")
@example("DATA=", "x;DATA=\n1")
def test_what_codes_are_called_comes_through_every_data_file(first: str, second: str) -> None:
    with called(first, second) as cube, folder() as at:
        write_px(at, [cube], EDITION, False)
        parsed = pyaxis.parse(uri=str(at / "px" / "mobility_total.px"), encoding="utf-8")
        assert parsed["DATA"]["DATA"].tolist() == ["7", "9"]
        told = parsed["METADATA"]["VALUES(Kön)"]
        assert len(set(told)) == 2
        for name, found in zip((first, second), told, strict=True):
            # PX holds no quotation mark and no line end; names that are then alike are told apart by their codes.
            expected = plain(name.replace('"', "”"))
            assert plain(found) in (expected, *(f"{expected}({code})" for code in "12"), *"12")
        own = px_keywords((at / "px" / "mobility_total.px").read_text("utf-8").partition("\nDATA=")[0])
        assert [" ".join(text.split()) for text in own['VALUES("Kön")']] == [
            " ".join(t.split()) for t in told
        ]

        write_jsonstat(at, [cube], EDITION, False)
        text = (at / "json-stat" / "mobility_total.sv.json").read_text("utf-8")
        assert validate_jsonstat(json.loads(text))
        read = pyjstat.Dataset.read(text)["dimension"]["sex"]["category"]["label"]
        exact = {"1": lines(first), "2": lines(second)}
        assert read == exact

        write_workbook(at, [cube], EDITION, False, "sv")
        book = openpyxl.load_workbook(at / "xlsx" / workbook_name(EDITION, "sv"))
        rows = list(book.worksheets[BEFORE_TABLES].iter_rows(min_row=header_row("mobility", "sv") + 1))
        assert [row[2].value for row in rows] == list(exact.values())
        assert [row[3].value for row in rows] == [7, 9]
        assert not any(cell.data_type == "f" for row in rows for cell in row)


def lines(name: str) -> str:
    """As formats that hold any text have it: a line ends in one way, and there are no control characters."""
    return name.replace("\r\n", "\n").replace("\u2028", "\n").replace("\x01", "")


@settings(max_examples=30, deadline=None)
@given(names)
def test_a_code_of_any_letters_comes_through_csv_and_its_metadata(code: str) -> None:
    code = code.replace("\r", "").replace("\x01", "")
    table = pl.DataFrame(
        {"degree_code": [code, "SJ"], "cohort_from": 2001, "cohort_to": 2003, "breakdown": "total"}
    ).with_columns(
        breakdown_value=pl.lit("total"), persons=pl.Series([None, 12]), status=pl.Series(["hidden", "shown"])
    )
    with folder() as at:
        write_tables(at, {"mobility": table}, EDITION, False)
        read = list(CSVW(str(at / "csv" / "mobility.csv-metadata.json")).tables[0])
        assert [row["degree_code"] for row in read] == [code, "SJ"]
        assert [row["persons"] for row in read] == [None, 12]
        found = pl.read_csv(at / "csv" / "mobility.csv")
        assert found["degree_code"].to_list() == [code, "SJ"]
        assert found["persons"].dtype == pl.Int64


class _Texts(HTMLParser):
    """The texts of a page by the element that they stand in, and the labels."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, list[str]] = {}
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.setdefault(tag, []).append("")
        self._open.append(tag)
        self.found.setdefault("aria-label", []).extend(v or "" for k, v in attrs if k == "aria-label")

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        for tag in self._open[-1:]:
            self.found[tag][-1] += data


@settings(max_examples=25, deadline=None)
@given(names)
@example("#let x $y$ *b* _i_ @c <d> \\e")
def test_what_codes_are_called_comes_through_page_figure_and_pdf(name: str) -> None:
    with called(name, "x"), folder() as at:
        told = labels.label("sex", "1", "sv")
        m = Material("sv", EDITION, {"made_up_persons": False, "deliveries": []}, {})
        m.draw(
            "bars.sv", charts.bars([{told: told, "v": 1.0}, {told: "x", "v": 2.0}], told, "v", "sv", ",.0f")
        )
        m.draw(
            "lines.sv", charts.lines([{"k": told, "s": 0.5, "m": told}], "k", "s", "m", "sv", order=[told])
        )
        blocks = [
            Heading(told),
            Bullets([told]),
            Table(told, ["h", told], [[told, "7"]], note=told),
            Figure("bars.sv", told, told),
            Figure("lines.sv", told, told),
        ]
        document = Document("sv", "t", told, "r", "", [Chapter("c", told, blocks)])
        _page(at, document, m, EDITION)
        page = _Texts()
        page.feed((at / "rapport.html").read_text("utf-8"))
        for tag, place in (
            ("h2", -1),
            ("li", -1),
            ("caption", 0),
            ("th", 1),
            ("th", 2),
            ("figcaption", 0),
            ("p", 0),
        ):
            texts = [plain(text) for text in page.found[tag]]
            assert texts[place].endswith(plain(told)), (tag, texts)
        assert sum(plain(text) == plain(told) for text in page.found["aria-label"]) == 2
        for figure in m.figures.values():
            letters = [
                plain("".join(e.itertext()))
                for e in ElementTree.fromstring(figure).iter()
                if e.tag.endswith("text")
            ]
            assert plain(told) in letters
        _pdf(at, document, m, EDITION)
        text = plain("".join(page.extract_text() for page in PdfReader(at / "rapport.pdf").pages))
        assert text.count(plain(told)) >= 6
