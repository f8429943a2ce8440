"""Every file of every format says why its numbers do not always add up; open data say that they have no noise."""

from __future__ import annotations

import json
import re
from pathlib import Path

import openpyxl
import polars as pl
import pypdf
import pytest

from tests.publication.conftest import Made
from vardflode.disclosure.declared import WHY
from vardflode.publication.screening.px import keywords as px_keywords

OPEN = {"sv": "utan brus", "en": "without noise"}
PAGES = {"sv": "rapport", "en": "report"}
# What has no counts of persons, or open data, or rounded ones: these begin the names of their files.
WITHOUT_NOISE = (
    *("staff_density", "occupation_density", "care_demand", "institutions", "forecast", "plan"),
    *("capacity", "colonoscopy_forecast", "hired_staff", "paid_training", "sick_leave", "survey"),
)


def plain(text: str) -> str:
    return " ".join(text.split())


def said(name: str, text: str, language: str) -> bool:
    """Whether a text of a file, by the file's name, says what it must, and not the other."""
    is_open = name.startswith(WITHOUT_NOISE)
    found = WHY[language] in plain(text), OPEN[language] in text
    return found == (not is_open, is_open)


def files(made: Made, folder: str, kind: str) -> list[Path]:
    found = sorted((made.folder / folder).glob(f"*.{kind}"))
    assert found
    return found


def test_px(made: Made) -> None:
    for path in files(made, "px", "px"):
        head = px_keywords(path.read_text("utf-8").partition("\nDATA=")[0])
        for language, keyword in (("sv", "NOTE"), ("en", "NOTE[en]")):
            assert said(path.name, "".join(head[keyword]), language), path


@pytest.mark.parametrize("language", ["sv", "en"])
def test_json_stat(made: Made, language: str) -> None:
    for path in files(made, "json-stat", f"{language}.json"):
        notes = json.loads(path.read_text("utf-8"))["note"]
        assert any(said(path.name, note, language) for note in notes), path


@pytest.mark.parametrize("language", ["sv", "en"])
def test_csv(made: Made, language: str) -> None:
    package = json.loads((made.folder / "csv" / "datapackage.json").read_text("utf-8"))
    about = {resource["path"]: resource["description"] for resource in package["resources"]}
    for path in files(made, "csv", "csv"):
        assert said(path.name, about[path.name], language), path
        metadata = json.loads(path.with_name(f"{path.name}-metadata.json").read_text("utf-8"))
        (comment,) = [c for c in metadata["rdfs:comment"] if c["@language"] == language]
        assert said(path.name, comment["@value"], language), path


@pytest.mark.parametrize("language", ["sv", "en"])
def test_parquet(made: Made, language: str) -> None:
    for path in files(made, "parquet", "parquet"):
        assert said(path.name, pl.read_parquet_metadata(path)[f"why_{language}"], language), path


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_sheet_of_numbers(made: Made, language: str) -> None:
    """Above the table, so that who sees the table sees it."""
    (path,) = files(made, "xlsx", f"{language}.xlsx")
    numbers = openpyxl.load_workbook(path).worksheets[3:]
    names = ["flow_measures", *(cube.name for cube in made.cubes)]
    for name, sheet in zip(names, numbers, strict=True):
        top = next(row[0].row for row in sheet.iter_rows() if row[1].value)
        above = [str(sheet.cell(row, 1).value or "") for row in range(1, top)]
        assert all(above), "an empty row would be read as the end of the table"
        assert said(name, " ".join(above), language), sheet.title


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_table_of_the_page(made: Made, language: str) -> None:
    html = (made.folder / f"{PAGES[language]}.html").read_text("utf-8")
    tables = re.split("<table ", html)[1:]
    of_numbers = [t for t in tables if re.search(r'href="csv/(\w+)\.csv"', t)]
    assert len(of_numbers) > 10
    for table in of_numbers:
        name = re.findall(r'href="csv/(\w+)\.csv"', table)[0]
        assert said(name, re.sub("<[^>]*>", " ", table), language), name


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_page_of_the_pdf_after_the_contents(made: Made, language: str) -> None:
    pages = pypdf.PdfReader(made.folder / f"{PAGES[language]}.pdf").pages
    with_figures = [page for page in pages if re.search(r"(Tabell|Table)\s\d+", page.extract_text())]
    assert len(with_figures) > 5
    for page in with_figures:
        text = plain(page.extract_text())
        assert (WHY[language] in text) != (OPEN[language] in text), text[-600:]
