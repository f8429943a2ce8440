"""An error of a writer does not hide from its check: each writer is broken on purpose, and writes once more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from xlsxwriter.worksheet import Worksheet

from tests.publication.conftest import ADDRESS, Made
from tests.publication.test_screening import candidate
from vardflode.publication.cubes import Cube, cubes
from vardflode.publication.files import dcat, jsonstat, px, tables, workbook
from vardflode.publication.report import write
from vardflode.publication.report.document import Document, Table
from vardflode.publication.report.material import Material
from vardflode.publication.screening import CHECKS, judged

Break = Callable[[pytest.MonkeyPatch], None]


def write_again(kind: str, folder: Path, made: Made, made_of: list[Cube]) -> None:
    """What one writer writes, into an empty folder."""
    edition = made.edition
    match kind:
        case "csv" | "parquet":
            tables.write_tables(folder, published(made), edition, True)
        case "px":
            px.write_px(folder, made_of, edition, True)
        case "jsonstat":
            jsonstat.write_jsonstat(folder, made_of, edition, True)
        case "workbooks":
            for language in edition.languages:
                workbook.write_workbook(folder, made_of, edition, True, language)
        case "report" | "languages" | "figures":
            for language in edition.languages:
                write.write_report(folder, made_of, edition, made.published.certificate, language)
        case "catalogue":
            dcat.write_dcat(folder, made_of, edition, True, ADDRESS)


CHECK = {
    "csv": "csv_equals_the_published",
    "parquet": "parquet_equals_the_published",
    "px": "px_equals_the_published",
    "jsonstat": "jsonstat_equals_the_published",
    "workbooks": "workbooks_equal_the_published",
    "report": "report_says_what_is_published",
    "languages": "languages_say_the_same",
    "figures": "figures_have_a_text",
    "catalogue": "catalogue_leads_to_the_files",
}
# Kinds that one writer writes.
WRITERS = (
    ("csv", "parquet"),
    ("px",),
    ("jsonstat",),
    ("workbooks",),
    ("report", "languages", "figures"),
    ("catalogue",),
)


def published(made: Made) -> dict[str, pl.DataFrame]:
    return {n: f for n, f in made.published.tables.items() if n in {c.table for c in made.cubes}}


def found(kind: str, folder: Path, made: Made, check: str = "") -> list[str]:
    (judge,) = [each for each in CHECKS if each.name == (check or CHECK[kind])]
    screened = replace(candidate(made, folder), tables=published(made))
    return judged(judge, screened)


def once(
    change: Callable[..., Any], real: Callable[..., Any], when: Callable[..., bool]
) -> Callable[..., Any]:
    """A function that goes wrong the first time that something holds, and never again."""
    done: list[bool] = []

    def broken(*given: Any, **named: Any) -> Any:
        if not done and when(*given):
            done.append(True)
            return change(*given, **named)
        return real(*given, **named)

    return broken


def patched(module: object, name: str, broken: Callable[[Callable[..., Any]], Callable[..., Any]]) -> Break:
    return lambda monkeypatch: monkeypatch.setattr(module, name, broken(getattr(module, name)))


def is_large(value: float, status: str, _: str) -> bool:
    return status == "shown" and value > 1000


def is_hidden(value: float, status: str, _: str) -> bool:
    return status == "hidden"


def of(change: Callable[[dict[str, Any]], object]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A data set of JSON-stat in which something was changed."""

    def broken(real: Callable[..., Any]) -> Callable[..., Any]:
        def dataset(*given: Any) -> dict[str, Any]:
            body: dict[str, Any] = real(*given)
            change(body)
            return body

        return dataset

    return broken


def place_of(body: Mapping[str, Any], symbol: str) -> str | None:
    return next((place for place, told in body["status"].items() if told == symbol), None)


def tell_the_hidden(body: dict[str, Any]) -> None:
    if place := place_of(body, ".."):
        body["value"][int(place)] = 7
        del body["status"][place]


def wait_for_the_hidden(body: dict[str, Any]) -> None:
    if place := place_of(body, ".."):
        body["status"][place] = "..."


def swap_dimensions(body: dict[str, Any]) -> None:
    for name in ("id", "size"):
        body[name][0], body[name][1] = body[name][1], body[name][0]


def lose_labels(body: dict[str, Any]) -> None:
    first = body["dimension"][body["id"][0]]["category"]
    first["label"] = {code: code for code in first["index"]}


def one_more(body: dict[str, Any]) -> None:
    place = next(k for k, value in enumerate(body["value"]) if value is not None)
    body["value"][place] += 1


def rows_of(
    change: Callable[[pl.DataFrame], pl.DataFrame], table: str = "flow_measures"
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """What CSV and Parquet are written from, changed."""
    return lambda real: lambda name, frame: (change if name == table else _same)(real(name, frame))


def _same(frame: pl.DataFrame) -> pl.DataFrame:
    return frame


def shown_once(column: str, then: pl.Expr) -> Callable[[pl.DataFrame], pl.DataFrame]:
    """One number that is shown, changed."""

    def change(frame: pl.DataFrame) -> pl.DataFrame:
        first = (pl.col(f"{column}_status") == "shown") & (
            (pl.col(f"{column}_status") == "shown").cum_sum() == 1
        )
        return frame.with_columns(pl.when(first).then(then).otherwise(pl.col(column)).alias(column))

    return change


def untold(frame: pl.DataFrame) -> pl.DataFrame:
    hidden = pl.col("numerator_status") == "hidden"
    first = hidden & (hidden.cum_sum() == 1)
    return frame.with_columns(
        numerator=pl.when(first).then(pl.lit(7)).otherwise(pl.col("numerator")),
        numerator_status=pl.when(first).then(pl.lit("shown")).otherwise(pl.col("numerator_status")),
    )


def swapped(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(numerator=pl.col("denominator"), denominator=pl.col("numerator"))


def without_labels(columns: Callable[..., Any]) -> Callable[..., Any]:
    """The codes where their names should be."""
    return lambda cube, language: (
        (header, "code" if kind == "label" else kind, name) for header, kind, name in columns(cube, language)
    )


def with_headers_swapped(columns: Callable[..., Any]) -> Callable[..., Any]:
    """The first two numbers under each other's headers."""

    def broken(cube: Cube, language: str) -> Iterator[tuple[str, str, str]]:
        held = list(columns(cube, language))
        places = [k for k, (_, kind, _) in enumerate(held) if kind == "number"][:2]
        if len(places) == 2:
            (a, _, one), (b, _, other) = (held[k] for k in places)
            held[places[0]], held[places[1]] = (b, "number", one), (a, "number", other)
        yield from held

    return broken


def without_last_row(sheet: Callable[..., Any]) -> Callable[..., Any]:
    return lambda worksheet, cube, *rest: sheet(worksheet, replace(cube, frame=cube.frame.head(-1)), *rest)


def without_a_row(make: Callable[..., Any]) -> Callable[..., Any]:
    """A document one of whose tables has lost a row."""
    return changed_document(make, lambda rows: rows[:-1])


def with_another_number(make: Callable[..., Any]) -> Callable[..., Any]:
    return changed_document(make, lambda rows: [[*rows[0][:-1], rows[0][-1] + "1"], *rows[1:]])


def changed_document(make: Callable[..., Any], change: Callable[[Any], Any]) -> Callable[..., Any]:
    def broken(folder: Path, document: Document, m: Material, edition: object) -> None:
        chapters = list(document.chapters)
        at, block = next(
            (k, b)
            for k, chapter in enumerate(chapters)
            for b in chapter.blocks
            if isinstance(b, Table) and b.file
        )
        blocks = [replace(b, rows=change(b.rows)) if b is block else b for b in chapters[at].blocks]
        chapters[at] = replace(chapters[at], blocks=blocks)
        make(folder, replace(document, chapters=chapters), m, edition)

    return broken


MUTANTS: dict[tuple[str, str], Break] = {
    ("px", "a wrong number"): patched(
        px, "px_cell", lambda real: once(lambda v, s, n: real(v + 1, s, n), real, is_large)
    ),
    ("px", "a number that is not told"): patched(
        px, "px_cell", lambda real: once(lambda *_: "7", real, is_hidden)
    ),
    ("px", "another reason"): patched(px, "px_cell", lambda real: once(lambda *_: '"..."', real, is_hidden)),
    ("px", "a rate without decimals"): patched(
        px,
        "px_cell",
        lambda real: lambda v, s, n: real(round(v) if n == "per_100k" and s == "shown" else v, s, n),
    ),
    ("px", "a row is lost"): patched(
        px, "_data", lambda real: lambda cube: real(cube).rpartition("\n")[0].rpartition("\n")[0] + ";\n"
    ),
    ("jsonstat", "a wrong number"): patched(jsonstat, "_dataset", of(one_more)),
    ("jsonstat", "a row is lost"): patched(jsonstat, "_dataset", of(lambda body: body["value"].pop())),
    ("jsonstat", "dimensions are swapped"): patched(jsonstat, "_dataset", of(swap_dimensions)),
    ("jsonstat", "a number that is not told"): patched(jsonstat, "_dataset", of(tell_the_hidden)),
    ("jsonstat", "another reason"): patched(jsonstat, "_dataset", of(wait_for_the_hidden)),
    ("jsonstat", "names are lost"): patched(jsonstat, "_dataset", of(lose_labels)),
    ("workbooks", "a wrong number"): patched(
        Worksheet,
        "write_number",
        lambda real: once(
            lambda sheet, row, place, value, *form: real(sheet, row, place, value + 1, *form),
            real,
            lambda sheet, *_: sheet.name in ("Tabell 1", "Table 1"),
        ),
    ),
    ("workbooks", "a row is lost"): patched(workbook, "_sheet", without_last_row),
    ("workbooks", "numbers are swapped"): patched(workbook, "columns", with_headers_swapped),
    ("workbooks", "names are lost"): patched(workbook, "columns", without_labels),
    ("workbooks", "a number that is not told"): patched(Cube, "written", lambda real: lambda *_: "7"),
    ("workbooks", "a number is a text"): patched(
        Worksheet,
        "write_number",
        lambda real: lambda s, row, place, value, *form: s.write_string(row, place, f"{value:.1f} st"),
    ),
    ("catalogue", "names are lost"): patched(
        dcat, "table_title", lambda real: lambda table: dict.fromkeys(("sv", "en"), table)
    ),
    ("report", "the page loses a row"): patched(write, "_page", without_a_row),
    ("report", "the page has another number"): patched(write, "_page", with_another_number),
    ("report", "the PDF loses a row"): patched(write, "_pdf", without_a_row),
    ("figures", "the PDF has no texts"): patched(
        write, "asdict", lambda real: lambda document: without_alt(real(document))
    ),
    ("csv parquet", "a wrong number"): patched(
        tables, "with_statuses", rows_of(shown_once("numerator", pl.col("numerator") + 1))
    ),
    ("csv parquet", "a rate that is a little off"): patched(
        tables,
        "with_statuses",
        rows_of(shown_once("per_100k", pl.col("per_100k") + 1e-9), "staff_density"),
    ),
    ("csv parquet", "a row is lost"): patched(tables, "with_statuses", rows_of(lambda frame: frame.head(-1))),
    ("csv parquet", "numbers are swapped"): patched(tables, "with_statuses", rows_of(swapped)),
    ("csv parquet", "a number that is not told"): patched(tables, "with_statuses", rows_of(untold)),
    ("csv parquet", "a reason is lost"): patched(
        tables, "with_statuses", rows_of(lambda f: f.with_columns(numerator_status=pl.lit("shown")))
    ),
}


def without_alt(body: dict[str, Any]) -> dict[str, Any]:
    for chapter in body["chapters"]:
        for block in chapter["blocks"]:
            if block["kind"] == "figure":
                block["alt"] = "-"
    return body


@pytest.mark.parametrize(("kind", "error"), MUTANTS, ids=str)
def test_a_writers_error_is_found(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, error: str
) -> None:
    MUTANTS[kind, error](monkeypatch)
    kinds = kind.split()  # of one writer
    write_again(kinds[0], tmp_path, made, made.cubes)
    monkeypatch.undo()
    for each in kinds:
        assert found(each, tmp_path, made), each


@pytest.mark.parametrize("kinds", WRITERS, ids=" ".join)
def test_a_writer_without_an_error_passes(made: Made, tmp_path: Path, kinds: tuple[str, ...]) -> None:
    write_again(kinds[0], tmp_path, made, made.cubes)
    for kind in kinds:
        if kind != "catalogue":  # leads to files that another writer writes
            assert found(kind, tmp_path, made) == [], kind


@pytest.mark.parametrize("language", ["sv", "en"])
def test_px_without_names_is_found(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    real = px.value_names
    monkeypatch.setattr(px, "value_names", lambda d, o: list(d.codes) if o == language else real(d, o))
    write_again("px", tmp_path, made, made.cubes)
    monkeypatch.undo()
    assert found("px", tmp_path, made, "px_says_what_it_holds")
    assert found("px", tmp_path, made) == []


@pytest.mark.parametrize("kind", ["px", "jsonstat"])
def test_dimensions_that_a_cube_has_swapped_are_found(made: Made, tmp_path: Path, kind: str) -> None:
    """The order of the numbers is not that of the codes beside them."""

    class Swapped(Cube):
        @property
        def dense(self) -> Any:  # type: ignore[override]
            return tuple(np.swapaxes(array, 0, 1).copy() for array in super().dense)

    wrong = [Swapped(**vars_of(cube)) for cube in made.cubes]
    write_again(kind, tmp_path, made, wrong)
    assert found(kind, tmp_path, made)


@pytest.mark.parametrize("kind", ["px", "jsonstat", "workbooks"])
def test_a_row_that_a_cube_has_lost_is_found(made: Made, tmp_path: Path, kind: str) -> None:
    """The files agree with the cube that they are written from, and not with what is published."""
    told = {
        name: frame.filter(pl.col("status") != "hidden") if "status" in frame.columns else frame
        for name, frame in published(made).items()
    }
    fewer = cubes(told)
    assert sum(c.frame.height for c in fewer) < sum(c.frame.height for c in made.cubes)
    write_again(kind, tmp_path, made, fewer)
    assert found(kind, tmp_path, made)


def test_numbers_of_one_language_only_are_found(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vardflode.publication import lookup

    real = lookup.percent
    monkeypatch.setattr(
        lookup, "percent", lambda v, language, d=0: real(v / 2 if language == "en" else v, language, d)
    )
    write_again("languages", tmp_path, made, made.cubes)
    monkeypatch.undo()
    assert found("languages", tmp_path, made)


def vars_of(cube: Cube) -> dict[str, Any]:
    return {
        name: getattr(cube, name) for name in ("name", "table", "title", "dimensions", "metrics", "frame")
    }
