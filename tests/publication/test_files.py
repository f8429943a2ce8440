"""Every file is read back by a reader that others wrote, and equals the published tables cell by cell."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path

import duckdb
import frictionless
import numpy as np
import openpyxl
import polars as pl
import pyshacl
import pytest
import rdflib
from csvw import CSVW
from jsonstat_validator import validate_jsonstat
from pyaxis import pyaxis
from pyjstat import pyjstat
from rdflib.namespace import DCAT, DCTERMS, RDF

from tests.publication.conftest import ADDRESS, Made, flow_rows
from vardflode.disclosure.declared import NESTED
from vardflode.disclosure.figures import not_applicable
from vardflode.publication.cubes import cubes, with_statuses
from vardflode.publication.files.dcat import write_dcat
from vardflode.publication.files.px import write_px
from vardflode.publication.files.workbook import columns, header_row, write_workbook
from vardflode.publication.labels import metric
from vardflode.publication.layout import workbook_name
from vardflode.publication.lookup import Cell, Lookup
from vardflode.publication.screening.px import keywords as px_keywords

SYMBOLS = {"hidden": "..", "not_applicable": ".", "not_observed": "..."}
NUMBERS = {
    "flow_measures": ["numerator", "denominator", "share"],
    "applicants": ["applicants", "first_choice", "admitted"],
    "mobility": ["persons"],
    "specialisation": ["numerator", "denominator", "share"],
    "specialisation_county": ["persons"],
    "staff_density": ["employees", "population", "per_100k"],
}
# As people are shown them: decided here anew, by what each number is.
DECIMALS = {"share": 3, "private_share": 3, "screening_share": 3, "over_60_share": 3, "incidence_pct": 2}
DECIMALS |= {"in_profession_share": 3, "women_share": 3}
DECIMALS |= {"balance_change": 2, "mape_pct": 1, "mape_of_today_pct": 1, "mape_of_trend_pct": 1}
DECIMALS |= {
    "care_index": 3,
    "goal_target": 1,
    "hired_share_pct": 1,
    "hired_of_total_pct": 1,
    "sick_leave_pct": 1,
}
DECIMALS |= dict.fromkeys(
    (
        "caecal_intubation_pct",
        "adenoma_detection_pct",
        "register_coverage_pct",
        "per_endoscopist",
        "per_100k",
    ),
    1,
)


def expected(published: dict[str, pl.DataFrame], table: str) -> Iterator[tuple[dict[str, str], str, str]]:
    """Each number of a published table as files must write it: worked out of the gate's own columns."""
    for row in published[table].iter_rows(named=True):
        for number in NUMBERS.get(table, []):
            value = row[number]
            if value is not None:
                text = repr(value) if isinstance(value, float) and not value.is_integer() else str(int(value))
            elif table == "staff_density":
                text = "..."
            else:
                text = "." if row["status"] == "not_applicable" else ".."
            yield row, number, text


def key_of(cube: object, row: dict) -> tuple[str, ...] | None:
    """The codes of a published row in a cube's dimensions; None: the row is another cube's."""
    window = f"{row['cohort_from']}-{row['cohort_to']}" if "cohort_from" in row else None
    breakdown = row.get("breakdown")
    if breakdown is not None and cube.name != f"{cube.table}_{breakdown}":
        return None
    attributes = NESTED.get(breakdown, (breakdown,))
    values = (
        dict(zip(attributes, str(row.get("breakdown_value")).split(":"), strict=False)) if breakdown else {}
    )
    codes = {**{k: str(v) for k, v in row.items()}, **values, "cohort": window, "nurse_cohort": window}
    return tuple(codes[name] for name in cube.keys)


def cells(made: Made, table: str) -> dict[str, dict[tuple[str, ...], str]]:
    """By cube: the text of each number that is published, by codes and number."""
    mine = [cube for cube in made.cubes if cube.table == table]
    found: dict[str, dict[tuple[str, ...], str]] = {cube.name: {} for cube in mine}
    for row, number, text in expected(dict(made.published.tables), table):
        (key,) = [(c.name, k) for c in mine if (k := key_of(c, row)) is not None]
        found[key[0]][(*key[1], number)] = text
    return found


def rounded(text: str, number: str) -> str:
    """As PX has it: a number with its decimals."""
    return text if text in SYMBOLS.values() else f"{float(text):.{DECIMALS.get(number, 0)}f}"


def sixteen_digits(text: str) -> str:
    return text if text in SYMBOLS.values() or "." not in text else repr(float(f"{float(text):.16G}"))


@pytest.mark.parametrize("table", NUMBERS)
def test_px_says_what_was_published(made: Made, table: str) -> None:
    for name, told in cells(made, table).items():
        (cube,) = [c for c in made.cubes if c.name == name]
        parsed = pyaxis.parse(uri=str(made.folder / "px" / f"{name}.px"), encoding="utf-8")
        frame, codes = parsed["DATA"], parsed["METADATA"]
        titles = [d.title("sv") for d in cube.dimensions]
        assert list(frame.columns) == [*titles, "Uppgift", "DATA"]
        assert len(frame) == math.prod(cube.shape)
        for title, d in zip(titles, cube.dimensions, strict=True):
            assert codes[f"CODES({title})"] == list(d.codes)
            assert codes[f"VALUES({title})"] == [d.label(code, "sv") for code in d.codes]
        # The reader makes NaN of `..`, so the file's own values are read too: as many, in the same order.
        text = (made.folder / "px" / f"{name}.px").read_text("utf-8").partition("DATA=")[2]
        values = [v.strip('"') for v in text.strip().rstrip(";").split()]
        every = [(*codes, m) for codes in product(*(d.codes for d in cube.dimensions)) for m in cube.metrics]
        found = dict(zip(every, values, strict=True))
        assert {key: found[key] for key in told} == {key: rounded(v, key[-1]) for key, v in told.items()}
        numbers = set(NUMBERS[table])
        # Where nobody is, the count is 0; what has no meaning, or no row of its degree and window, is missing.
        absent = {(k[-1], v) for k, v in found.items() if k not in told and k[-1] in numbers}
        assert {v for number, v in absent if number in ("share", "per_100k")} <= {"...", "."}
        assert {v for _, v in absent} <= {"...", "."} | ({"0"} if table != "staff_density" else set())
        assert "." not in dict(absent).values() or table in (
            "flow_measures",
            "specialisation",
            "specialisation_county",
        )
        read = ["".join(str(v).split('"')) for v in frame["DATA"]]
        assert all(a == b for a, b in zip(read, values, strict=True) if b not in ("..", ".", "..."))


def test_px_has_its_keywords_in_order_short_lines_and_a_name_of_its_own(made: Made) -> None:
    order = [
        "CHARSET",
        "AXIS-VERSION",
        "CODEPAGE",
        "LANGUAGE",
        "LANGUAGES",
        "CREATION-DATE",
        "DECIMALS",
        "SHOWDECIMALS",
        "MATRIX",
    ]
    names = set()
    for path in sorted((made.folder / "px").iterdir()):
        text = path.read_bytes().decode("utf-8")
        keywords = re.findall(r"^([A-Z][A-Z-]+[0-9]?)(?:\[en\])?(?:\([^=]*\))?=", text, flags=re.MULTILINE)
        assert keywords[: len(order)] == order
        assert keywords[-1] == "DATA"
        assert {"TITLE", "UNITS", "STUB", "HEADING", "SOURCE", "NOTE", "DATASYMBOL2"} <= set(keywords)
        assert max(map(len, text.partition("DATA=")[0].split("\r\n"))) <= 256
        names.add(re.search(r'MATRIX="([^"]{1,20})"', text)[1])
        head = px_keywords(text.replace("\r\n", "\n"))
        assert head["CONTACT"] == head["CONTACT[en]"] == ["Vårdflöde, statistik@region.test"]
        # Nothing of the year of the edition in what a table is called.
        assert made.edition.name not in "".join((*head["TITLE"], re.search(r'MATRIX="(.*?)"', text)[1]))
    assert len(names) == len(made.cubes)


def test_px_has_times_units_and_decimals_of_what_it_holds(made: Made) -> None:
    for cube in made.cubes:
        parsed = pyaxis.parse(uri=str(made.folder / "px" / f"{cube.name}.px"), encoding="utf-8")["METADATA"]
        decimals = {m: DECIMALS.get(m, 0) for m in cube.metrics}
        assert int(parsed["DECIMALS"]) == max(decimals.values()), cube.name
        assert int(parsed["SHOWDECIMALS"]) == min(decimals.values())
        more = {m for m in cube.metrics if decimals[m] > min(decimals.values())}
        told = {m for m in cube.metrics if f"PRECISION(Uppgift,{metric(m)['sv']})" in parsed}
        assert told == more
        times = {
            d.title("sv"): list(d.codes)
            for d in cube.dimensions
            if d.name in ("cohort", "nurse_cohort", "year")
        }
        for title, codes in times.items():
            assert parsed[f"TIMEVAL({title})"] == codes
        assert len([key for key in parsed if key.startswith("TIMEVAL(")]) == len(times) == 1
        units = {metric(m)["unit_sv"] for m in cube.metrics}
        assert set(parsed["UNITS"][0].split(", ")) == units
        for m in cube.metrics:
            assert parsed[f"UNITS({metric(m)['sv']})"] == [metric(m)["unit_sv"]]


@pytest.mark.parametrize("table", NUMBERS)
def test_jsonstat_says_what_was_published(made: Made, table: str) -> None:
    for name, told in cells(made, table).items():
        (cube,) = [c for c in made.cubes if c.name == name]
        for language in ("sv", "en"):
            text = (made.folder / "json-stat" / f"{name}.{language}.json").read_text("utf-8")
            body = json.loads(text)
            assert validate_jsonstat(body)
            frame = pyjstat.Dataset.read(text).write("dataframe", naming="id")
            assert len(frame) == math.prod(cube.shape) == math.prod(body["size"]) == len(body["value"])
            keys = list(frame[[*cube.keys, "metric"]].itertuples(index=False, name=None))
            found = {}
            for place, (key, value) in enumerate(zip(keys, frame["value"], strict=True)):
                missing = value is None or (isinstance(value, float) and math.isnan(value))
                whole = not missing and float(value).is_integer()
                number = "" if missing else str(int(value)) if whole else repr(float(value))
                found[tuple(key)] = body["status"][str(place)] if missing else number
            assert {key: found[key] for key in told} == told
            units = body["dimension"]["metric"]["category"]["unit"]
            assert {m: unit["decimals"] for m, unit in units.items()} == {
                m: DECIMALS.get(m, 0) for m in units
            }
            places = [key for key in cube.keys if key == "area" or key.endswith("county")]
            assert body["role"].get("geo", []) == places
            labels = body["dimension"][cube.keys[0]]["category"]["label"]
            assert labels == {c: cube.dimensions[0].label(c, language) for c in cube.dimensions[0].codes}


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_workbook_says_what_was_published(made: Made, language: str) -> None:
    book = openpyxl.load_workbook(made.folder / "xlsx" / workbook_name(made.edition, language))
    assert len(book.sheetnames) == 4 + len(made.cubes)
    assert (book.properties.language, book.properties.creator) == (language, "Vårdflöde")
    assert all(sheet.sheet_state == "visible" and not sheet.merged_cells.ranges for sheet in book)
    told = {name: found for table in NUMBERS for name, found in cells(made, table).items()}
    for cube, sheet in zip(made.cubes, book.worksheets[4:], strict=True):
        (table,) = sheet.tables.values()
        held = list(columns(cube, language))
        rows = [[cell.value for cell in row] for row in sheet[table.ref]]
        for cells_of_row, (_, kind, name) in zip(zip(*sheet[table.ref], strict=True), held, strict=True):
            forms = {cell.number_format for cell in cells_of_row if cell.data_type == "n"}
            if kind == "number":
                pattern = (
                    "0.0%"
                    if name.endswith("share")
                    else "#,##0" + {0: "", 1: ".0", 2: ".00", 3: ".000"}[DECIMALS.get(name, 0)]
                )
                assert forms <= {pattern}, (name, forms)
        assert rows[0] == [header for header, _, _ in held]
        if cube.name not in told:
            continue
        found = {}
        for row in rows[1:]:
            codes = {name: cell for cell, (_, kind, name) in zip(row, held, strict=True) if kind == "code"}
            for cell, (_, kind, name) in zip(row, held, strict=True):
                if kind == "number" and name in NUMBERS[cube.table]:
                    value = cell if isinstance(cell, str) else repr(cell) if cell % 1 else str(int(cell))
                    found[(*(codes[key] for key in cube.keys), name)] = value
        # A workbook holds sixteen digits of a number, as Excel does.
        assert found == {key: sixteen_digits(text) for key, text in told[cube.name].items()}


def test_csv_is_what_its_metadata_say(made: Made) -> None:
    package = frictionless.Package(str(made.folder / "csv" / "datapackage.json"))
    report = package.validate()
    assert report.valid, report.flatten(["rowNumber", "fieldName", "message"])[:3]
    assert {resource.name for resource in package.resources} == set(made.published.tables)
    for resource in package.resources:
        table = made.published.tables[resource.name]
        rows = resource.read_rows()
        assert len(rows) == table.height
        for number in NUMBERS.get(resource.name, []):
            read = [None if row[number] is None else float(row[number]) for row in rows]
            assert read == [None if v is None else float(v) for v in table[number].to_list()], number


@pytest.mark.parametrize("table", NUMBERS)
def test_csvw_and_csv_say_why_a_number_is_missing(made: Made, table: str) -> None:
    csvw = CSVW(str(made.folder / "csv" / f"{table}.csv-metadata.json"))
    read = list(csvw.tables[0])
    frame = pl.read_csv(made.folder / "csv" / f"{table}.csv", infer_schema_length=None)
    assert all(frame[number].dtype.is_numeric() or frame[number].is_null().all() for number in NUMBERS[table])
    texts = frame.to_dicts()
    wanted = list(expected(dict(made.published.tables), table))
    assert len(read) == len(texts) == len(wanted) / len(NUMBERS[table])
    for place, (_, number, text) in enumerate(wanted):
        row = place // len(NUMBERS[table])
        status = {v: k for k, v in SYMBOLS.items()}.get(text, "shown")
        assert texts[row][f"{number}_status"] == read[row][f"{number}_status"] == status
        assert (read[row][number] is None) == (texts[row][number] is None)
        assert (read[row][number] is None) == (text in SYMBOLS.values())
        if text not in SYMBOLS.values():
            assert float(read[row][number]) == float(texts[row][number]) == float(text)


@pytest.mark.parametrize("table", [*NUMBERS, "colonoscopy"])
def test_parquet_read_by_duckdb_says_what_was_published(made: Made, table: str) -> None:
    found = duckdb.sql(f"select * from read_parquet('{made.folder}/parquet/{table}.parquet')").pl()
    published = made.published.tables[table]
    shared = [name for name in published.columns if name in found.columns]
    assert set(published.columns) - set(shared) <= {"hidden_columns", "not_applicable_columns"}
    assert found.select(shared).equals(published.select(shared))
    for row in found.iter_rows(named=True):
        for name in (c for c in found.columns if c.endswith("_status")):
            assert (row[name] == "shown") == (row[name.removesuffix("_status")] is not None)


def test_colonoscopy_says_which_of_its_numbers_is_missing_and_why(made: Made) -> None:
    """The gate names the hidden and the inapplicable columns of a row; each file tells it by number."""
    found = pl.read_parquet(made.folder / "parquet" / "colonoscopy.parquet")
    rows = zip(
        found.iter_rows(named=True), made.published.tables["colonoscopy"].iter_rows(named=True), strict=True
    )
    for row, gate in rows:
        for name in (c for c in gate if f"{c}_status" in row):
            listed = (name in gate["hidden_columns"].split(), name in gate["not_applicable_columns"].split())
            reason = {(True, False): "hidden", (False, True): "not_applicable", (False, False): "shown"}[
                listed
            ]
            assert row[f"{name}_status"] == reason, (name, gate)


def test_the_catalogue_has_every_file_with_its_size(made: Made) -> None:
    graph = rdflib.Graph().parse(made.folder / "dcat.ttl")
    assert len(list(graph.subjects(RDF.type, DCAT.Catalog))) == 1
    sets = set(graph.subjects(RDF.type, DCAT.Dataset))
    assert len(sets) == len({cube.table for cube in made.cubes})
    for s in sets:
        for told in (DCTERMS.title, DCTERMS.description, DCAT.keyword):
            assert {text.language for text in graph.objects(s, told)} == {"sv", "en"}
    base = f"{ADDRESS}/2025/"
    told = {str(address) for address in graph.objects(None, DCAT.downloadURL)}
    folders = ("csv", "px", "json-stat", "xlsx", "parquet")
    files = [p for f in folders for p in (made.folder / f).iterdir() if "metadata" not in p.name]
    # A window of the very small country may have nobody to tell of.
    empty = {name for name, frame in made.published.tables.items() if not len(frame)}
    files = [p for p in files if p.name != "datapackage.json" and p.stem not in {"institutions", *empty}]
    assert told == {base + p.relative_to(made.folder).as_posix() for p in files}
    for distribution, size in graph.subject_objects(DCAT.byteSize):
        mine = [str(a).removeprefix(base) for a in graph.objects(distribution, DCAT.downloadURL)]
        assert int(size) == sum((made.folder / name).stat().st_size for name in mine)


def test_the_catalogue_has_the_shape_of_its_profile(made: Made) -> None:
    shapes = Path(__file__).with_name("dcat_ap_se.shapes.ttl")
    graph = rdflib.Graph().parse(made.folder / "dcat.ttl")
    conforms, _, told = pyshacl.validate(graph, shacl_graph=str(shapes))
    assert conforms, told
    # The judge judges: without its contact, or with an address that is none, the catalogue has another shape.
    for name, other in ((DCAT.contactPoint, None), (DCAT.accessURL, rdflib.Literal("csv/mobility.csv"))):
        broken = rdflib.Graph() + graph
        for triple in list(broken.triples((None, name, None))):
            broken.remove(triple)
            if other is not None:
                broken.add((triple[0], name, other))
        assert not pyshacl.validate(broken, shacl_graph=str(shapes))[0], name


def test_what_the_catalogue_and_px_are_called_stays_from_edition_to_edition(
    made: Made, tmp_path: Path
) -> None:
    """The same tables as another year's edition: data sets, distributions and matrices have the same names."""
    later = replace(made.edition, name="2028", release_date=dt.date(2028, 12, 15))
    write_px(tmp_path, made.cubes, later, False)
    write_dcat(tmp_path, made.cubes, later, False, ADDRESS)
    graphs = [rdflib.Graph().parse(folder / "dcat.ttl") for folder in (made.folder, tmp_path)]
    for kind in (DCAT.Catalog, DCAT.Dataset, DCAT.Distribution):
        first, second = (set(graph.subjects(RDF.type, kind)) for graph in graphs)
        assert first == second
        assert not any("2025" in str(name) for name in first)
    for path in (tmp_path / "px").iterdir():
        told = [
            re.search(r"MATRIX=.*", p.read_text("utf-8"))[0] for p in (path, made.folder / "px" / path.name)
        ]
        assert told[0] == told[1]


def test_without_an_address_the_files_are_told_relative_to_the_edition(made: Made, tmp_path: Path) -> None:
    write_dcat(tmp_path, made.cubes, made.edition, False, "")
    graph = rdflib.Graph().parse(tmp_path / "dcat.ttl", publicID="edition:/")
    told = {str(address) for address in graph.objects(None, DCAT.downloadURL)}
    assert "edition:/csv/mobility.csv" in told
    assert all(str(name).startswith("urn:vardflode:") for name in graph.subjects(RDF.type, DCAT.Dataset))


def test_the_workbook_is_printed_and_seen_whole(made: Made) -> None:
    book = openpyxl.load_workbook(made.folder / "xlsx" / workbook_name(made.edition, "sv"))
    for sheet in book.worksheets:
        page = sheet.page_setup
        assert (page.orientation, page.fitToHeight) == ("landscape", 0), sheet.title
        assert sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.title
    _, _, _, *tables = book.worksheets
    assert all(sheet.print_title_rows for sheet in tables)
    for sheet in (book["Omslag"], book["Förklaringar"]):
        for cell, *_ in sheet.iter_rows(min_row=2):
            # Points of a line; a line of the column holds no more characters than it is wide.
            lines = math.ceil(len(cell.value) / sheet.column_dimensions["A"].width)
            assert (sheet.row_dimensions[cell.row].height or 15) >= 15 * lines, cell.value


@pytest.mark.parametrize(("language", "title"), [("sv", "Flödet"), ("en", "The flow")])
def test_the_workbook_has_a_sheet_to_read(made: Made, language: str, title: str) -> None:
    sheet = openpyxl.load_workbook(made.folder / "xlsx" / workbook_name(made.edition, language))[title]
    # The header is the first row with more than one cell: above it stand lines of text.
    top = next(row[0].row for row in sheet.iter_rows() if row[1].value)
    assert sheet.freeze_panes == f"C{top + 1}"
    assert (sheet.page_setup.orientation, sheet.sheet_properties.pageSetUpPr.fitToPage) == ("landscape", True)
    rows = list(sheet.iter_rows(min_row=top + 1))
    assert len(rows) == len({(r[0].value, r[1].value) for r in rows}) > 0
    flow = made.published.tables["flow_measures"].filter(pl.col("breakdown") == "total")
    shown = flow.filter(pl.col("measure") == "graduates", pl.col("share").is_not_null())["share"].to_list()
    column = [cell.value for cell in sheet[top]].index({"sv": "Examinerade", "en": "Graduates"}[language])
    cells = [row[column] for row in rows if row[column].data_type == "n"]
    assert sorted(float(cell.value) for cell in cells) == pytest.approx(sorted(shown), abs=1e-15)
    assert {cell.number_format for cell in cells} <= {"0.0%"}


def test_odd_labels_break_no_file(made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Quotes, line breaks, formulas and very long labels come out as they are, or as harmless text."""
    odd = {"1": '=HYPERLINK("http://x")', "2": 'a "quoted"\nlabel; with, separators ' + "x" * 400}
    cube = next(cube for cube in made.cubes if cube.name == "flow_measures_sex")
    from vardflode.publication import labels

    monkeypatch.setitem(labels.CODES, "sex", {c: {"sv": t, "en": t} for c, t in odd.items()})
    labels.label.cache_clear()
    try:
        write_px(tmp_path, [cube], made.edition, False)
        write_workbook(tmp_path, [cube], made.edition, False, "sv")
        parsed = pyaxis.parse(uri=str(tmp_path / "px" / f"{cube.name}.px"), encoding="utf-8")
        assert len(parsed["DATA"]) == math.prod(cube.shape)
        book = openpyxl.load_workbook(tmp_path / "xlsx" / workbook_name(made.edition, "sv"))
        rows = book.worksheets[4].iter_rows(min_row=header_row(cube.table, "sv") + 1)
        labelled = {cell.value for row in rows for cell in row}
        assert set(odd.values()) & labelled == {odd[c] for c in cube.frame["sex"].unique() if c in odd}
        assert all(cell.data_type != "f" for row in book.worksheets[4].iter_rows() for cell in row)
    finally:
        labels.label.cache_clear()


def test_every_number_has_a_unit_in_both_languages(made: Made) -> None:
    for cube in made.cubes:
        for name in cube.metrics:
            assert all(metric(name)[f"unit_{language}"] for language in ("sv", "en"))


def test_what_has_no_meaning_is_not_waited_for(made: Made) -> None:
    """No licence of specialist nurses by any attribute; no applicants by a specialisation that they chose later."""
    flow = next(cube for cube in made.cubes if cube.name == "flow_measures_sex")
    cell = Lookup(flow).cell
    window = flow.dimensions[1].codes[0]
    assert cell("share", "SP", window, "2", "licensed").status == "not_applicable"
    assert cell("share", "SJ", "1900-1902", "2", "licensed").status == "not_observed"
    nurses = next(cube for cube in made.cubes if cube.name == "specialisation")
    _, statuses = nurses.dense
    kinds, measures = nurses.dimensions[1].codes, nurses.dimensions[2].codes
    for k, kind in enumerate(kinds):
        expected = {"not_applicable"} if kind != "total" else {"shown", "hidden", "not_observed"}
        assert set(statuses[:, k, measures.index("applied"), :].ravel()) <= expected


def test_what_needs_no_licence_says_so_also_where_graduates_are_told_as_nobody() -> None:
    """Whatever the noise did: beginners alone say that the window is there."""
    told = flow_rows(("2007-2009", "sex", "1", "beginners", 9, 9)).with_columns(degree_code=pl.lit("SP"))
    rows = not_applicable(told.with_columns(status=pl.lit("shown")), {"SP": False, "SJ": True})
    key = ["degree_code", "cohort_from", "breakdown", "breakdown_value", "measure", "status"]
    assert rows.select(key).rows() == [("SP", 2007, "total", "total", "licensed", "not_applicable")]
    assert rows["numerator"].to_list() == [None]


def test_a_true_zero_is_no_hidden_number_and_not_waited_for() -> None:
    """A row that is missing beside others of its degree, window and measure holds nobody."""
    told = flow_rows(
        ("2007-2009", "sex", "1", "beginners", 9, 9),
        ("2007-2009", "sex", "2", "beginners", 5, 5),
        ("2007-2009", "sex", "1", "graduates", 6, 9),
        ("2010-2012", "sex", "1", "beginners", None, None),
    )
    (cube,) = cubes({"flow_measures": told})
    cell = Lookup(cube).cell
    assert cell("numerator", "SJ", "2007-2009", "2", "graduates") == Cell(0, "shown")
    assert cell("denominator", "SJ", "2010-2012", "2", "beginners") == Cell(0, "shown")
    assert cell("share", "SJ", "2007-2009", "2", "graduates") == Cell(None, "not_applicable")
    assert cell("numerator", "SJ", "2010-2012", "1", "beginners") == Cell(None, "hidden")
    assert cell("numerator", "SJ", "2010-2012", "2", "graduates") == Cell(None, "not_observed")


def test_of_mobility_every_county_is_told_or_hidden(made: Made) -> None:
    for cube in made.cubes:
        if cube.table == "mobility":
            if cube.name != "mobility_total":
                assert len(cube.dimensions[-1].codes) == (5 if cube.name == "mobility_mobility" else 21)
            assert set(cube.frame["persons_status"]) <= {"shown", "hidden"}
            of_a_window = cube.frame.group_by("degree_code", "cohort").len()["len"]
            assert set(of_a_window) == {len(cube.dimensions[-1].codes)} or cube.name == "mobility_total"


def test_colonoscopies_without_a_population_are_not_hidden(made: Made) -> None:
    frame = (
        made.published.tables["colonoscopy"]
        .head(1)
        .with_columns(
            population=pl.lit(None, pl.Int64),
            incidence_pct=pl.lit(None, pl.Float64),
            gap=pl.lit(None, pl.Float64),
            not_applicable_columns=pl.lit("incidence_pct gap"),
        )
    )
    told = with_statuses("colonoscopy", frame).row(0, named=True)
    for name in ("population", "incidence_pct", "gap"):
        assert told[f"{name}_status"] == "not_observed", name


def test_values_that_are_missing_are_never_numbers(made: Made) -> None:
    for cube in made.cubes:
        values, statuses = cube.dense
        assert (np.isnan(values) == (statuses != "shown")).all()


def test_codes_that_are_numbers_stand_in_their_order(made: Made) -> None:
    numbered = [[int(c) for c in d.codes if c.isdigit()] for cube in made.cubes for d in cube.dimensions]
    assert sum(len(codes) > 9 for codes in numbered) > 9
    assert all(codes == sorted(codes) for codes in numbered)
