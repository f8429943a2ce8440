"""Screening: an edition as it is made passes; each check finds what it is there for."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pikepdf
import polars as pl
import pytest

from tests.disclosure.test_gate import too_well
from tests.publication.conftest import ADDRESS, Made, edition_file
from vardflode.disclosure import audit
from vardflode.disclosure.attack import Report
from vardflode.publication import run, screening
from vardflode.publication.cubes import NUMBERS, cubes
from vardflode.publication.report.document import Document
from vardflode.publication.report.material import material
from vardflode.publication.report.write import report_document
from vardflode.publication.run import NotReleasedError, make_edition
from vardflode.publication.screening import CHECKS, Candidate, judged
from vardflode.settings import Settings

_documents: list[Document] = []


def candidate(made: Made, folder: Path) -> Candidate:
    certificate = made.published.certificate
    if not _documents:
        drawn = [material(made.cubes, made.edition, certificate, o) for o in made.edition.languages]
        _documents.extend(map(report_document, drawn))
    tables = {n: f for n, f in made.published.tables.items() if n in NUMBERS or n == "institutions"}
    return Candidate(
        folder,
        made.edition,
        tables,
        made.cubes,
        report={document.language: document.tables for document in _documents},
        figures=[figure.name for document in _documents for figure in document.figures],
        certificate=certificate,
        earlier=[],
    )


def edit(path: Path, pattern: str, text: str) -> None:
    before = path.read_text("utf-8")
    after = re.sub(pattern, text, before, count=1, flags=re.DOTALL)
    assert after != before, (path, pattern)
    path.write_text(after, "utf-8")


def edit_parquet(path: Path, **columns: pl.Expr) -> None:
    frame = pl.read_parquet(path)
    changed = frame.with_columns(**columns)
    assert not changed.equals(frame)
    changed.write_parquet(path)


def edit_workbook(folder: Path, part: str, pattern: str, text: str) -> None:
    path = next((folder / "xlsx").iterdir())
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name).decode() for name in book.namelist()}
    changed = re.sub(pattern, text, parts[part], count=1)
    assert changed != parts[part]
    with zipfile.ZipFile(path, "w") as book:
        for name, body in (parts | {part: changed}).items():
            book.writestr(name, body)


def edit_pdf(path: Path, change: Callable[[pikepdf.Pdf], object]) -> None:
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        change(pdf)
        pdf.save(path)


def without_a_row_header(pdf: pikepdf.Pdf) -> None:
    row = next(e for e in tags(pdf, "/TR") if e.K[1].S == "/TD")
    row.K[0].S = pikepdf.Name.TD
    del next(a for a in row.K[0].A if "/Scope" in a).Scope


def without_a_text(pdf: pikepdf.Pdf) -> None:
    del next(tags(pdf, "/Figure")).Alt


def without_a_language(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.Lang


def tags(pdf: pikepdf.Pdf, kind: str) -> Iterator[pikepdf.Dictionary]:
    return (e for e in pdf.objects if isinstance(e, pikepdf.Dictionary) and e.get("/S") == kind)


def first_shown(column: str) -> pl.Expr:
    """The first number of a column that is shown, and of somebody."""
    shown = pl.col(column).fill_null(0).cast(pl.Float64) != 0
    return shown & (shown.cum_sum() == 1)


FLOW = "parquet/flow_measures.parquet"
# For each check: what is done to the files (or to what is screened) so that it must find something.
SABOTAGE: dict[str, Callable[[Path], object]] = {
    "files_are_there": lambda f: (f / "px" / "mobility_total.px").unlink(),
    "csv_equals_the_published": lambda f: edit(
        f / "csv" / "flow_measures.csv", r",[0-9]+,shown", ",7777,shown"
    ),
    "parquet_equals_the_published": lambda f: edit_parquet(f / FLOW, series_break=~pl.col("series_break")),
    "px_equals_the_published": lambda f: edit(f / "px" / "staff_density.px", r"DATA=\n\d+", "DATA=\n1"),
    "jsonstat_equals_the_published": lambda f: edit(
        f / "json-stat" / "staff_density.sv.json", r'"value":\[\d+', '"value":[1'
    ),
    "nothing_else_is_there": lambda f: (f / "csv" / "persons.csv").write_text("lopnr\n1\n"),
    "px_says_what_it_holds": lambda f: edit(
        f / "px" / "staff_density.px", r'DATASYMBOL2="\.\."', 'DATASYMBOL2="..."'
    ),
    "workbooks_equal_the_published": lambda f: edit_workbook(
        f, "xl/worksheets/sheet5.xml", r"<v>[0-9]+</v></c></row>", "<v>7</v></c></row>"
    ),
    "workbooks_are_accessible": lambda f: edit_workbook(
        f, "xl/workbook.xml", 'sheetId="4"', 'sheetId="4" state="hidden"'
    ),
    "pictures_can_be_read": lambda f: next((f / "figures").glob("*.png")).write_bytes(b"\x89PNG"),
    "report_says_what_is_published": lambda f: edit(f / "report.html", r"<td>[0-9]+</td>", "<td>7</td>"),
    "languages_say_the_same": lambda f: edit(f / "report.html", r"<td>[0-9]+</td>", "<td>7</td>"),
    "catalogue_leads_to_the_files": lambda f: edit(
        f / "dcat.ttl", r"(downloadURL <[^>]*csv/)mobility\.", r"\1other."
    ),
    "no_formula_is_injected": lambda f: edit(f / "csv" / "mobility.csv", r"\nSJ", "\n=1+1"),
    "catalogue_has_a_contact": lambda f: edit(
        f / "dcat.ttl", r"hasEmail <[^>]*>", "hasEmail <mailto:nobody@example.org>"
    ),
    "catalogue_has_whole_addresses": lambda f: edit(
        f / "dcat.ttl", r"downloadURL <https://[^>]*/csv/", "downloadURL <csv/"
    ),
    "no_row_is_there_twice": lambda f: edit(f / "csv" / "mobility.csv", r"(\n[^\n]+)\n", r"\1\1\n"),
    "what_is_missing_has_a_reason": lambda f: edit(
        f / "csv" / "flow_measures.csv", r"([0-9]),shown", r"\1,hidden"
    ),
    "shares_are_right": lambda f: edit_parquet(f / FLOW, share=pl.lit(0.123), share_status=pl.lit("shown")),
    "columns_have_metadata": lambda f: edit(
        f / "csv" / "datapackage.json", r'"name": "cohort_to"', '"name": "another"'
    ),
    "figures_have_a_text": lambda f: edit(
        f / "rapport.html", r'aria-label="[^"]*">\s*<svg', 'aria-label=""><svg'
    ),
    "links_lead_somewhere": lambda f: edit(f / "report.html", r'href="#sources"', 'href="#nowhere"'),
    "language_is_given": lambda f: edit(f / "report.html", r'<html lang="en">', "<html>"),
    "made_up_persons_are_said_to_be": lambda f: edit(
        next(p for p in sorted((f / "figures").glob("*.sv.svg")) if not p.name.startswith("density")),
        r"Påhittade personer",
        "Personer",
    ),
    "no_column_of_persons": lambda f: edit(f / "csv" / "mobility.csv", r"breakdown_value", "lopnr"),
    "no_small_count_is_shown": lambda f: edit_parquet(
        f / "parquet/mobility.parquet",
        persons=pl.when(pl.col("persons") == 5).then(3).otherwise(pl.col("persons")),
    ),
    "attack_finds_no_hole": lambda f: edit_parquet(
        f / "parquet/applicants.parquet",
        # A part that can hardly be less, of a whole that can hardly be more.
        applicants=pl.when(first_shown("applicants")).then(40).otherwise(pl.col("applicants")),
        first_choice=pl.when(first_shown("applicants")).then(48).otherwise(pl.col("first_choice")),
    ),
}
# These look at what is written rather than at files: they are given cubes, or editions, that are wrong.
OF_CUBES = {
    *("codes_are_known", "numbers_have_units"),
    *("earlier_editions_are_attacked_too", "earlier_editions_gave_nothing_away"),
}


def found_by(name: str, screened: Candidate) -> list[str]:
    (check,) = [check for check in CHECKS if check.name == name]
    return list(check.find(screened))


def test_every_check_is_broken_on_purpose_and_described() -> None:
    assert {check.name for check in CHECKS} == set(SABOTAGE) | OF_CUBES
    assert all(check.sv and check.en and check.severity in ("error", "warning") for check in CHECKS)


@pytest.mark.parametrize("name", SABOTAGE)
def test_a_check_finds_what_it_is_for(made: Made, copy: Path, name: str) -> None:
    if name != "attack_finds_no_hole":  # which takes long, and found nothing when the edition was made
        assert found_by(name, candidate(made, copy)) == []
    SABOTAGE[name](copy)
    assert found_by(name, candidate(made, copy))


@pytest.mark.parametrize(
    ("name", "sabotage"),
    [
        (
            "px_says_what_it_holds",
            lambda f: edit(f / "px" / "staff_density.px", r'UNITS\("[^;]*;\n', ""),
        ),
        ("px_says_what_it_holds", lambda f: edit(f / "px" / "staff_density.px", "Psykolog", "Psykologer")),
        (
            "jsonstat_equals_the_published",
            lambda f: edit(f / "json-stat" / "staff_density.sv.json", ':"Psykologer"', ':"Psykolog"'),
        ),
        (
            "workbooks_equal_the_published",
            lambda f: edit_workbook(f, "xl/sharedStrings.xml", r"<t>\.\.\.</t>", "<t>..</t>"),
        ),
        ("columns_have_metadata", lambda f: edit(f / "csv" / "datapackage.json", '"integer"', '"string"')),
        ("columns_have_metadata", lambda f: (f / "csv" / "datapackage.json").write_text("{")),
        (
            "figures_have_a_text",
            lambda f: edit(next((f / "figures").glob("*.svg")), r"<desc>.*?</desc>", "<desc></desc>"),
        ),
        ("links_lead_somewhere", lambda f: edit(f / "andringar.html", r"rapport\.html", "raport.html")),
        ("pictures_can_be_read", lambda f: (f / "rapport.pdf").write_bytes(b"%PDF-1.7 /Lang (sv) pdfuaid")),
        ("pictures_can_be_read", lambda f: edit_pdf(f / "rapport.pdf", without_a_row_header)),
        ("figures_have_a_text", lambda f: edit_pdf(f / "rapport.pdf", without_a_text)),
        ("language_is_given", lambda f: edit_pdf(f / "rapport.pdf", without_a_language)),
    ],
)
def test_a_check_finds_other_things_too(
    made: Made, copy: Path, name: str, sabotage: Callable[[Path], object]
) -> None:
    sabotage(copy)
    (check,) = [check for check in CHECKS if check.name == name]
    assert judged(check, candidate(made, copy))


def test_a_code_that_no_list_has_is_found(made: Made) -> None:
    tables = dict(made.published.tables)
    tables["mobility"] = tables["mobility"].with_columns(
        degree_code=pl.col("degree_code"), breakdown_value=pl.lit("99")
    )
    wrong = cubes({"mobility": tables["mobility"].filter(pl.col("breakdown") == "work_county").head(1)})
    screened = replace(candidate(made, made.folder), cubes=wrong)
    assert found_by("codes_are_known", screened) == ["mobility_work_county, work_county: no name for '99'"]
    assert found_by("codes_are_known", candidate(made, made.folder)) == []


def test_only_an_earlier_edition_with_other_tables_is_attacked_too(
    made: Made, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[Path]] = []

    def attacked(folder: Path, earlier: list[Path], *rest: object, **named: object) -> Report:
        asked.append(earlier)
        return Report([], 0, [], [])

    monkeypatch.setattr(audit, "attack", attacked)
    earlier = [made.folder / "parquet"]
    first = replace(candidate(made, made.folder), earlier=earlier)
    assert found_by("attack_finds_no_hole", first) == []
    assert found_by("earlier_editions_are_attacked_too", first) == []
    assert len(asked) == 1  # of one candidate only once
    edit_parquet(copy / FLOW, series_break=~pl.col("series_break"))
    assert found_by("attack_finds_no_hole", replace(candidate(made, copy), earlier=earlier)) == []
    assert asked == [[], [made.folder / "parquet"]]


def test_what_readers_know_already_does_not_stop_an_edition(data: Path, made: Made, tmp_path: Path) -> None:
    """The editions before gave a count away: this one, which tells no more, cannot take it back."""
    told = pl.read_parquet(data / "published" / "applicants.parquet")
    rows = too_well(told.filter(pl.col("breakdown") == "total").head(1))
    for name, some in (("2025", rows.reverse()), ("same", rows), ("less", rows.head(1))):
        (tmp_path / name / "parquet").mkdir(parents=True)
        some.write_parquet(tmp_path / name / "parquet" / "applicants.parquet")
    first = candidate(made, tmp_path / "2025")
    for earlier, is_known in (([], False), (["less"], False), (["same"], True), (["less", "same"], True)):
        mine = replace(first, earlier=[tmp_path / name / "parquet" for name in earlier])
        assert bool(found_by("attack_finds_no_hole", mine)) != is_known, earlier
        assert bool(found_by("earlier_editions_gave_nothing_away", mine)) == is_known, earlier


def test_shares_with_noise_are_at_most_one(made: Made, copy: Path) -> None:
    """The gate says 1 where noise has put a part above its whole."""
    path = copy / FLOW
    frame = pl.read_parquet(path).filter(pl.col("numerator") > 0).head(1)
    frame = frame.with_columns(share_status=pl.lit("shown"))
    frame.with_columns(numerator=pl.col("denominator") + 2, share=pl.lit(1.0)).write_parquet(path)
    assert found_by("shares_are_right", candidate(made, copy)) == []
    frame.with_columns(numerator=pl.col("denominator") + 2, share=pl.lit(1.02)).write_parquet(path)
    assert found_by("shares_are_right", candidate(made, copy))


def test_a_number_without_a_unit_is_found(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    assert found_by("numbers_have_units", candidate(made, made.folder)) == []
    monkeypatch.setattr(
        screening.names, "metric", lambda name: {"sv": "Antal", "en": "Number", "unit_sv": "personer"}
    )
    assert found_by("numbers_have_units", candidate(made, made.folder))


def test_an_edition_that_fails_is_not_released(
    data: Path, made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It stays a candidate with its findings; what was released before is untouched."""
    out = tmp_path / "out"
    shutil.copytree(made.folder, out / "2025")
    before = {p: p.read_bytes() for p in (out / "2025").rglob("*") if p.is_file()}
    real = run.write_dcat

    def broken(folder: Path, *rest: object) -> None:
        real(folder, *rest)
        (folder / "px" / "mobility_total.px").unlink()

    monkeypatch.setattr(run, "write_dcat", broken)
    editions = edition_file(tmp_path / "editions", degrees=["SJ"], languages=["sv"])
    with pytest.raises(NotReleasedError, match=r"files_are_there: px/mobility_total\.px is missing") as error:
        make_edition(Settings(data=data, threads=1, address=ADDRESS), "2025", out, editions)
    folder = out / ".candidate" / "2025"
    assert str(folder) in str(error.value)
    findings = json.loads((folder / "screening.json").read_text("utf-8"))
    assert [f["check"] for f in findings if f["findings"]] == [
        "files_are_there",
        "catalogue_leads_to_the_files",
    ]
    assert {p: p.read_bytes() for p in (out / "2025").rglob("*") if p.is_file()} == before


def test_the_findings_stand_in_the_edition(made: Made) -> None:
    findings = json.loads((made.folder / "screening.json").read_text("utf-8"))
    assert [f["check"] for f in findings] == [check.name for check in CHECKS]
    assert not any(f["findings"] for f in findings)
    for name in ("granskning.html", "screening.html"):
        page = (made.folder / name).read_text("utf-8")
        assert page.count("<tr>") == len(CHECKS) + 1
