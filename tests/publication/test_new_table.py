"""A new published table is its model and its declaration: no code knows it, and everything is made of it."""

from __future__ import annotations

import contextlib
import csv
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
import pytest
from openpyxl import load_workbook

from tests.conftest import WINDOWS, command_of, copied_project, once
from tests.publication.conftest import edition_file
from vardflode.disclosure.noise import read_noise

MODEL = """
-- Who began where, and who got the degree, by single cohort.
with persons as (
    select *, {{ record_key('person_id') }} as record_key
    from {{ ref('int_person_degrees') }}
    where is_in_flow and graduates is not null
),

measures as (
    select * from {{ ref('int_degree_measures') }}
    where measure = 'graduates'
)

select
    persons.degree_code,
    persons.cohort_year,
    if(grouping(persons.study_county) = 1, 'total', coalesce(persons.study_county, 'unknown')) as study_county,
    if(grouping(persons.sex) = 1, 'total', coalesce(persons.sex, 'unknown')) as sex,
    count(*) as began,
    count(*) filter (where persons.graduates) as done,
    {{ cell_key('record_key', 'true') }} as began_key,
    {{ cell_key('record_key', 'persons.graduates') }} as done_key,
    {{ first_flow_cohort() }} as first_cohort,
    any_value(measures.last_mature_cohort) as last_cohort
from persons
inner join measures on persons.degree_code = measures.degree_code
group by persons.degree_code, persons.cohort_year, cube (persons.study_county, persons.sex)
"""
COLUMNS = {
    **dict.fromkeys(("degree_code", "study_county", "sex"), "varchar"),
    **dict.fromkeys(("cohort_year", "began_key", "done_key", "first_cohort", "last_cohort"), "integer"),
    **dict.fromkeys(("began", "done"), "bigint"),
}
DECLARED = """
version: 2
models:
  - name: began_counts
    description: "Who began where, and who got the degree. One row per degree, cohort, county and sex."
    config:
      contract: {enforced: true}
      meta:
        published:
          table: began
          title: {sv: Började och blev klara, en: Began and finished}
          matrix: NYA
          keywords: {sv: [klara], en: [finished]}
          key: [degree_code, cohort_from, cohort_to, study_county, sex]
          counts: [done, began]
          base: began
          derived: [{name: done_share, part: done, whole: began, is_part: true}]
          numbers: [done, began, done_share]
          parts:
            study_county: {most: 22}
            sex: {values: ["1", "2"], most: 3}
          words:
            done: {sv: Blev klara, en: Finished, unit_sv: personer, unit_en: persons}
            began: {sv: Började, en: Began, unit_sv: personer, unit_en: persons}
            done_share: {sv: Andel klara, en: Share finished, unit_sv: andel, unit_en: fraction}
          rules:
            metric done: {sv: De som tog examen, en: Those who took the degree}
    columns:
""" + "".join(
    f"      - {{name: {name}, data_type: {kind}, description: {name}}}\n" for name, kind in COLUMNS.items()
)
DIMENSIONS = ["degree_code", "cohort", "study_county", "sex"]
NUMBERS = ["done", "began", "done_share"]
LEAST_BASE = 8
SYMBOLS = {"hidden": "..", "not_applicable": ".", "not_observed": "..."}


@pytest.fixture(scope="module")
def new(data: Path, session_folder: Path) -> Path:
    """A copy of the project with the table, and what it made: `data`, `out`."""
    project = session_folder / "new_table"
    with once(project) as first:
        if first:
            copied_project(project)
            counts = project / "dbt" / "models" / "counts"
            (counts / "began_counts.sql").write_text(MODEL, encoding="utf-8")
            (counts / "began_counts.yml").write_text(DECLARED, encoding="utf-8")
            edition_file(project / "editions", "tiny")
            (project / "data").mkdir()
            (project / "data" / "record_key_secret").write_text("a secret of the tests")
            folders = ("--raw", data.parent / "raw", "--data", project / "data")
            for words in (
                ("build", *folders),
                ("disclose", *folders, "--windows", WINDOWS, "--least-base", LEAST_BASE),
                ("publish", *folders, "--edition", "tiny", "--out", project / "out"),
            ):
                run = subprocess.run(
                    command_of(*words), cwd=project, capture_output=True, text=True, check=False
                )
                assert run.returncode == 0, run.stdout + run.stderr
            said = "from vardflode.dictionary import main; main()"
            subprocess.run([command_of()[0], "-c", said], cwd=project, check=True, capture_output=True)
    return project


@pytest.fixture(scope="module")
def told(new: Path) -> pl.DataFrame:
    return pl.read_parquet(new / "data" / "published" / "began.parquet")


def test_it_is_told_with_noise_and_small_counts_are_not(new: Path, told: pl.DataFrame) -> None:
    first, last = map(int, WINDOWS.split("-"))
    key = ["degree_code", "study_county", "sex"]
    with contextlib.closing(duckdb.connect(str(new / "data" / "warehouse.duckdb"), read_only=True)) as con:
        true = con.sql(
            f"select {', '.join(key)}, sum(began)::int began, sum(done)::int done, "
            "(sum(began_key) % 1000)::int began_key, (sum(done_key) % 1000)::int done_key "
            f"from counts.began_counts where cohort_year between {first} and {last} group by all"
        ).pl()
    both = told.join(true, on=key, suffix=" true")
    assert len(both) == len(told) > 20
    for count in ("began", "done"):
        seen = both.filter(pl.col(count).is_not_null())
        with_noise = read_noise().told(seen[f"{count} true"].to_numpy(), seen[f"{count}_key"].to_numpy())
        assert seen[count].to_list() == with_noise.tolist()
        assert not seen[count].is_between(1, 4).any()
    shares = told.filter(pl.col("done_share").is_not_null())
    assert len(shares)
    assert shares["done_share"].to_list() == np.minimum(shares["done"] / shares["began"], 1.0).to_list()
    assert (shares["began"] >= LEAST_BASE).all()
    assert (told["status"] == "hidden").to_list() == [
        None in row for row in told.select("done", "began").rows()
    ]


def test_it_is_attacked(new: Path, told: pl.DataFrame, tmp_path: Path) -> None:
    """Also when it is tampered with: of a total told 13 a part told 20 leaves three at most to the other."""
    certificate = json.loads((new / "data" / "published" / "certificate.json").read_text("utf-8"))
    assert certificate["attack"]["holes"] == 0
    (cost,) = [cost for cost in certificate["cost"] if cost["table"] == "began"]
    assert (cost["numbers"], cost["untold"]) == (
        2 * len(told),
        sum(told.select("done", "began").null_count().row(0)),
    )
    window = {"degree_code": "SJ", "cohort_from": 2010, "cohort_to": 2012}
    rows = [("total", 13), ("1", 20), ("2", 5)]
    tampered = pl.DataFrame(
        [{**window, "study_county": "12", "sex": sex, "done": None, "began": began} for sex, began in rows]
    )
    tampered.write_csv(tmp_path / "began.csv")
    run = subprocess.run(command_of("attack", tmp_path), cwd=new, capture_output=True, text=True, check=False)
    assert run.returncode == 1, run.stdout + run.stderr
    assert "HOLE began SJ 2010 2012 study_county+sex 12:2 began: 1-3" in run.stdout
    tampered.filter(pl.col("sex") != "total").write_csv(tmp_path / "began.csv")
    run = subprocess.run(command_of("attack", tmp_path), cwd=new, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def expected(told: pl.DataFrame) -> dict[tuple[str, ...], list[str]]:
    """What files say of each combination of codes that is told."""

    def text(value: float | None) -> str:
        return ".." if value is None else str(int(value)) if float(value).is_integer() else repr(value)

    return {
        (row["degree_code"], WINDOWS, row["study_county"], row["sex"]): [text(row[n]) for n in NUMBERS]
        for row in told.iter_rows(named=True)
    }


def csv_rows(folder: Path) -> dict[tuple[str, ...], list[str]]:
    with (folder / "csv" / "began.csv").open(encoding="utf-8", newline="") as file:
        return {
            (r["degree_code"], f"{r['cohort_from']}-{r['cohort_to']}", r["study_county"], r["sex"]): [
                r[n].removesuffix(".0") or SYMBOLS[r[f"{n}_status"]] for n in NUMBERS
            ]
            for r in csv.DictReader(file)
        }


def json_stat_cells(folder: Path) -> dict[tuple[str, ...], list[str]]:
    body = json.loads((folder / "json-stat" / "began.sv.json").read_text("utf-8"))
    assert body["id"] == [*DIMENSIONS, "metric"]
    codes = [body["dimension"][name]["category"]["index"] for name in body["id"]]
    found: dict[tuple[str, ...], list[str]] = {}
    for place, value in enumerate(body["value"]):
        *key, _ = (codes[k][n] for k, n in enumerate(np.unravel_index(place, body["size"])))
        status = body["status"][str(place)] if value is None else ""
        text = status if value is None else repr(value) if isinstance(value, float) else str(value)
        found.setdefault(tuple(key), []).append(text.removesuffix(".0"))
    return found


FILES: dict[str, Callable[[Path], dict[tuple[str, ...], list[str]]]] = {
    "csv": csv_rows,
    "json-stat": json_stat_cells,
}


@pytest.mark.parametrize("kind", FILES)
def test_files_say_what_was_published(new: Path, told: pl.DataFrame, kind: str) -> None:
    found = FILES[kind](new / "out" / "tiny")
    for key, numbers in expected(told.filter(pl.col("degree_code").is_in(["SJ", "AT", "SP"]))).items():
        assert found[key] == numbers, key


def test_every_format_has_it(new: Path) -> None:
    folder = new / "out" / "tiny"
    px = (folder / "px" / "began.px").read_text("utf-8")
    assert 'MATRIX="NYA";' in px
    assert 'UNITS[en]("Finished")="persons";' in px
    catalogue = (folder / "dcat.ttl").read_text("utf-8")
    assert "Började och blev klara" in catalogue
    assert "finished" in catalogue
    (book,) = (folder / "xlsx").glob("*.sv.xlsx")
    sheets = load_workbook(book, read_only=True)
    assert any(
        "Började och blev klara" in str(row)
        for s in sheets
        for row in s.iter_rows(max_row=3, values_only=True)
    )
    package = json.loads((folder / "csv" / "datapackage.json").read_text("utf-8"))
    (resource,) = [r for r in package["resources"] if r["name"] == "began"]
    assert resource["title"] == "Började och blev klara"
    with contextlib.closing(duckdb.connect(str(new / "data" / "published.duckdb"), read_only=True)) as con:
        ((comment,),) = con.sql("select comment from duckdb_tables() where table_name = 'began'").fetchall()
        assert "Började och blev klara / Began and finished." in comment
        ((unit,),) = con.sql(
            "select comment from duckdb_columns() where table_name = 'began' and schema_name = 'main' "
            "and column_name = 'done'"
        ).fetchall()
        assert unit == "Blev klara / Finished. Enhet / unit: personer / persons."
    assert "Those who took the degree" in (folder / "report.html").read_text("utf-8")


def test_it_is_in_the_dictionary_and_the_lineage(new: Path) -> None:
    text = (new / "docs" / "dictionary.md").read_text("utf-8")
    part = text[text.index("### counts.began_counts") :].split("###")[1]
    assert "`intermediate.int_person_degrees`" in part
    said = (
        "from vardflode.publication.sources import REGISTERS as r; "
        "from dagster_project.definitions import defs; import json; "
        "keys = [k for k in defs.resolve_asset_graph().get_all_asset_keys() if k.path[-1] == 'began_counts']; "
        "up = defs.resolve_asset_graph().get(keys[0]).parent_keys; "
        "print(json.dumps([r['began'], sorted(k.path[-1] for k in up)]))"
    )
    run = subprocess.run([command_of()[0], "-c", said], cwd=new, capture_output=True, text=True, check=True)
    registers, up = json.loads(run.stdout.splitlines()[-1])
    assert registers == ["bas", "gymnasium", "hosp", "hreg", "rtb"]
    assert {"int_person_degrees", "int_degree_measures"} <= set(up)
