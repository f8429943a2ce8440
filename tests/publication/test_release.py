"""The same bytes again, provenance, and an edition that follows another."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import polars as pl
import pypdf
import pytest

from tests.conftest import vardflode
from tests.publication.conftest import ADDRESS, Made, edition_file
from vardflode.disclosure.declared import EVERY
from vardflode.publication.cubes import NUMBERS
from vardflode.publication.errors import PublicationError
from vardflode.publication.layout import workbook_name
from vardflode.publication.manifest import _PARTS, verify
from vardflode.publication.run import _before, make_edition
from vardflode.settings import VERSION, Settings


@pytest.fixture(scope="module")
def again(data: Path, made: Made, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another edition from the published tables, which were copied beside a warehouse of quite other numbers;
    and the first before it.
    """
    folder = tmp_path_factory.mktemp("again")
    shutil.copytree(data / "published", folder / "data" / "published")
    shutil.copyfile(data / "warehouse.duckdb", folder / "data" / "warehouse.duckdb")
    plant(folder / "data" / "warehouse.duckdb")
    editions = edition_file(folder / "editions")
    edition_file(editions, "2028", previous="2025", release_date=dt.date(2028, 12, 15), languages=["sv"])
    settings = Settings(data=folder / "data", threads=1, address=ADDRESS)
    make_edition(settings, "2025", folder / "out", editions)
    make_edition(settings, "2028", folder / "out", editions)
    return folder / "out"


def plant(warehouse: Path) -> None:
    """Another number in place of each in the tables that are published, which are the exact ones."""
    with contextlib.closing(duckdb.connect(str(warehouse))) as con:
        numbers = con.sql(
            "select table_name, column_name from duckdb_columns() "
            "where schema_name = 'marts' and data_type in ('BIGINT', 'DOUBLE')"
        ).fetchall()
        # The forecast's are rounded elsewhere, of tables that are among these; what is open has no persons.
        others = {table.name for table in EVERY if table.rounded or table.open}
        assert {table for table, _ in numbers} >= NUMBERS.keys() - others
        for table, number in numbers:
            con.execute(f"update marts.{table} set {number} = 1234567")


def test_the_same_edition_is_the_same_bytes(made: Made, again: Path) -> None:
    """Whatever the warehouse holds: figures, texts, maps and alt texts are made of what is told only."""
    names = sorted(p.relative_to(made.folder) for p in made.folder.rglob("*") if p.is_file())
    assert names == sorted(p.relative_to(again / "2025") for p in (again / "2025").rglob("*") if p.is_file())
    for name in names:
        assert (made.folder / name).read_bytes() == (again / "2025" / name).read_bytes(), name


def test_an_edition_that_follows_another_tells_what_changed(again: Path) -> None:
    page = (again / "2028" / "andringar.html").read_text("utf-8")
    assert "Jämfört med utgåvan 2025" in page
    assert "ingenting" in page
    assert (again / "2028" / "changes.csv").read_text("utf-8").count("\n") == 1
    assert json.loads((again / "2028" / "manifest.json").read_text())["previous"] == "2025"
    assert not (again / ".candidate").exists()


def test_the_attack_reckons_with_all_editions_before(tmp_path: Path) -> None:
    for name, previous in (("2025", None), ("2028", "2025"), ("2031", "2028")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "manifest.json").write_text(
            json.dumps(
                dict.fromkeys(_PARTS)
                | {"previous": previous, "files": {}, "deliveries": [], "definitions": ""}
                | {"settings": {"windows": "3"}, "code": {"figures": "", "publication": ""}}
            )
        )
    assert [p.name for p in _before(tmp_path, "2031")] == ["2031", "2028", "2025"]
    assert _before(tmp_path, None) == []
    shutil.rmtree(tmp_path / "2028")
    with pytest.raises(PublicationError, match=r"2028, found no manifest\.json"):
        _before(tmp_path, "2031")


def test_the_manifest_has_everything_the_edition_came_from(made: Made) -> None:
    body = json.loads((made.folder / "manifest.json").read_text("utf-8"))
    files = [p for p in made.folder.rglob("*") if p.is_file() and p.name != "manifest.json"]
    assert body["files"] == {
        p.relative_to(made.folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in files
    }
    certificate = made.published.certificate
    assert body["deliveries"] == certificate["deliveries"]
    assert {d["register"] for d in body["deliveries"]} >= {"hreg", "hosp", "rtb", "bas", "yrkesregister"}
    assert body["published_tables"] == certificate["tables_checksum"]
    assert body["edition_file"] == hashlib.sha256((made.editions / "2025.yml").read_bytes()).hexdigest()
    assert all(len(body[name]) == 64 for name in ("definitions", "published_tables", "edition_file"))


def test_everyone_may_read_what_is_released(made: Made) -> None:
    for path in [made.folder, *made.folder.rglob("*")]:
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o755 if path.is_dir() else 0o644), path


def test_verify_tells_what_was_done_to_an_edition(copy: Path) -> None:
    assert verify(copy).is_untouched
    run = vardflode("verify", copy)
    assert run.returncode == 0
    assert "untouched" in run.stdout
    assert "hosp/2025-09 (made up)" in run.stdout
    (copy / "rapport.pdf").write_bytes(b"another")
    (copy / "dcat.ttl").unlink()
    (copy / "added.csv").write_text("a")
    run = vardflode("verify", copy)
    assert run.returncode == 1
    for kind, name in (("CHANGED", "rapport.pdf"), ("MISSING", "dcat.ttl"), ("UNKNOWN", "added.csv")):
        assert any(line.split() == [kind, name] for line in run.stdout.splitlines()), run.stdout


def test_verify_of_something_else_says_so(tmp_path: Path) -> None:
    run = vardflode("verify", tmp_path)
    assert run.returncode == 2
    assert "found no manifest.json" in run.stdout
    (tmp_path / "manifest.json").write_text("[1]")
    assert "expected the manifest of an edition" in vardflode("verify", tmp_path).stdout


@pytest.mark.parametrize(("name", "language"), [("rapport.pdf", "sv"), ("report.pdf", "en")])
def test_the_pdf_is_tagged_with_bookmarks_and_a_language(made: Made, name: str, language: str) -> None:
    pdf = pypdf.PdfReader(made.folder / name)
    root = pdf.trailer["/Root"]
    assert root["/Lang"] == language
    assert root["/MarkInfo"]["/Marked"]
    assert root["/StructTreeRoot"]
    assert len(pdf.outline) > 10
    assert b"pdfuaid:part" in pdf.xmp_metadata.stream.get_data() if pdf.xmp_metadata else False


@pytest.mark.parametrize("name", ["rapport.pdf", "report.pdf"])
def test_each_row_of_a_table_in_the_pdf_begins_with_its_header(made: Made, name: str) -> None:
    """By columns for the first row, by row for the others; no cell lists other headers than these."""
    pdf = pypdf.PdfReader(made.folder / name)
    tables = list(_inside(pdf.trailer["/Root"]["/StructTreeRoot"], "/Table"))
    assert len(tables) > 10
    for table in tables:
        head, *body = ([_scoped(cell) for cell in row["/K"]] for row in _inside(table, "/TR"))
        assert set(head) == {("/TH", "/Column")}
        assert body
        for first, *others in body:
            assert first == ("/TH", "/Row")
            assert set(others) <= {("/TD", None)}


def _inside(element: Any, kind: str) -> Iterator[Any]:
    for kid in _kids(element):
        if kid.get("/S") == kind:
            yield kid
        else:
            yield from _inside(kid, kind)


def _kids(element: Any) -> list[Any]:
    kids = element.get("/K", [])
    kids = kids if isinstance(kids, list) else [kids]
    return [kid for k in kids if isinstance(kid := k.get_object(), dict)]


def _scoped(cell: Any) -> tuple[str, str | None]:
    said = next(attributes for attributes in cell["/A"] if attributes["/O"] == "/Table")
    assert not said.get("/Headers")
    return cell["/S"], said.get("/Scope")


def test_every_output_says_by_which_version_it_was_made(made: Made, data: Path) -> None:
    said = f"Vårdflöde {VERSION}"
    texts = ("px/flow_measures_total.px", "json-stat/flow_measures_total.sv.json", "csv/datapackage.json")
    texts += (
        "csv/flow_measures.csv-metadata.json",
        "dcat.ttl",
        "rapport.html",
        "report.html",
        "changes.html",
    )
    for name in texts:
        assert said in (made.folder / name).read_text("utf-8"), name
    book = openpyxl.load_workbook(made.folder / "xlsx" / workbook_name(made.edition, "sv"), read_only=True)
    assert any(
        said in str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row
    )
    assert any(said in page.extract_text() for page in pypdf.PdfReader(made.folder / "rapport.pdf").pages)
    assert pl.read_parquet_metadata(made.folder / "parquet/flow_measures.parquet")["version"] == VERSION
    assert json.loads((made.folder / "manifest.json").read_text("utf-8"))["version"] == VERSION
    with contextlib.closing(duckdb.connect(str(data / "published.duckdb"), read_only=True)) as con:
        comments = con.sql("select comment from duckdb_tables() where schema_name = 'main'").fetchall()
    assert comments
    assert all(f"{said}." in comment for (comment,) in comments)
