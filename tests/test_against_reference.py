"""The warehouse against a second implementation of the definitions, written independently in Polars."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from benchmark.reference import compute, differences
from tests.marts import MARTS, build_marts
from vardflode.deliveries.contract import read_code_list
from vardflode.deliveries.recoding import CHANGES
from vardflode.settings import PROJECT
from vardflode.synth import generate

SHARED = PROJECT.parent / "shared"


def refresh(folder: Path, **changes: object) -> None:
    """Write a delivery's leverans.json anew after its files were changed."""
    manifest = folder / "leverans.json"
    body = json.loads(manifest.read_text()) | changes
    kept = []
    for file in body["filer"]:
        path = folder / file["fil"]
        if path.is_file():
            content = path.read_bytes()
            rows = content.count(b"\n") - 1 if path.suffix == ".csv" else file["rader"]
            kept.append(file | {"rader": rows, "sha256": hashlib.sha256(content).hexdigest()})
    manifest.write_text(json.dumps(body | {"filer": kept}))


def delivery(raw: Path, register: str) -> Path:
    return max((raw / register).iterdir())


def years_missing(raw: Path) -> None:
    """Years of residence and of employment that were never delivered."""
    for year in (2003, 2011):
        (delivery(raw, "rtb") / f"folkbokforing_{year}.csv").unlink()
    for year in (2003, 2008, 2019):
        (delivery(raw, "bas") / f"sysselsattning_{year}.csv").unlink()
    refresh(delivery(raw, "rtb"))
    refresh(delivery(raw, "bas"))


def registers_missing(raw: Path) -> None:
    """No upper secondary, no licences, no persons: unknown, not observed."""
    shutil.rmtree(raw / "gymnasium")
    shutil.rmtree(raw / "hosp")
    (delivery(raw, "rtb") / "personer.csv").unlink()
    refresh(delivery(raw, "rtb"))


def one_new_year(raw: Path) -> None:
    """A later delivery that brings one new year of employment, and an earlier last year by hosp."""
    old = delivery(raw, "bas")
    new = old.with_name("2026-09")
    new.mkdir()
    text = (old / "sysselsattning_2024.csv").read_bytes().replace(b";2024;", b";2025;")
    (new / "sysselsattning_2025.csv").write_bytes(text)
    body = json.loads((old / "leverans.json").read_text())
    file = {"fil": "sysselsattning_2025.csv", "tabell": "sysselsattning", "rader": 0, "sha256": ""}
    manifest = body | {"leverans": "2026-09", "avser_till": "2025-12-31", "filer": [file]}
    (new / "leverans.json").write_text(json.dumps(manifest))
    refresh(new)


def codes_of_their_time(raw: Path) -> None:
    """Residence, work and places of study under the municipality codes that were in force then."""
    changes = [
        row for row in read_code_list(CHANGES) if row["kodlista"] == "kommuner" and row["kod"] != "1229"
    ]
    for register, file, column, year_of in (
        ("rtb", "folkbokforing_*.csv", "kommun", "ar"),
        ("bas", "sysselsattning_*.csv", "ast_kommun", "ar"),
        ("hreg", "program.csv", "studieort_kommun", "giltig_fran"),
    ):
        encoding = json.loads((delivery(raw, register) / "leverans.json").read_text())["teckenkodning"]
        for path in delivery(raw, register).glob(file):
            content = path.read_bytes().decode(encoding)
            rows = pl.read_csv(content.removeprefix("\ufeff").encode(), separator=";", infer_schema=False)
            year = pl.col(year_of).str.head(4).cast(pl.Int32)
            for row in changes:
                then = year.is_between(int(row["giltig_fran"][:4] or 0), int(row["giltig_till"][:4]))
                code = pl.when(then & (pl.col(column) == row["ersatt_av"])).then(pl.lit(row["kod"]))
                rows = rows.with_columns(code.otherwise(pl.col(column)).alias(column))
            path.write_bytes(rows.write_csv(separator=";").encode(encoding))
        refresh(delivery(raw, register))


@pytest.mark.parametrize(
    ("seed", "last_year", "change"),
    [
        (11, 2024, one_new_year),
        (12, 2021, years_missing),
        (13, 2024, registers_missing),
    ],
)
def test_every_mart_equals_the_reference(
    data: Path, tmp_path: Path, seed: int, last_year: int, change: Callable[[Path], None]
) -> None:
    raw = tmp_path / "raw"
    generate(raw, scale=0.006, seed=seed, last_year=last_year)
    change(raw)
    if seed == 11:
        for register in ("folkmangd_lan", "folkmangd_riket", "yrkesregister"):
            shutil.copytree(PROJECT / "raw" / register, raw / register)
    expected = compute(raw)
    if seed == 12:
        codes_of_their_time(raw)
        again = compute(raw)
        assert not [line for name in MARTS for line in differences(name, again[name], expected[name])]
    marts = build_marts(raw, tmp_path / "data", like=data)
    found = [line for name in MARTS for line in differences(name, marts[name], expected[name])]
    assert not found, "\n".join(found)
    assert seed != 11 or all(marts[name].height for name in MARTS)


if SHARED.is_dir():  # the tables that were worked out beside the project, where they lie

    @pytest.mark.parametrize("extract", ["a", "open"])
    def test_every_mart_equals_what_is_expected(data: Path, tmp_path: Path, extract: str) -> None:
        marts = build_marts(SHARED / "extracts" / extract, tmp_path / "data", like=data)
        for path in sorted((SHARED / "expected" / extract).iterdir()):
            expected = (
                pl.read_parquet(path)
                if path.suffix == ".parquet"
                else pl.read_csv(path, schema_overrides=_types(marts[path.stem]))
            )
            # The files show so many decimals.
            decimals, mart = 6, marts[path.stem]
            if path.stem == "staff_density":
                decimals, mart = 4, without_the_nation_of_its_own(mart, expected)
            assert not differences(path.stem, mart, expected, decimals=decimals)

    def without_the_nation_of_its_own(mart: pl.DataFrame, expected: pl.DataFrame) -> pl.DataFrame:
        """The file has no population of the nation where the county tables have none; the definitions take it
        from a register of its own. It is checked here, and then taken away: all else is as in the file.
        """
        delivered = pl.read_csv(
            SHARED / "extracts/open/folkmangd_riket/2026-05/folkmangd_riket.csv", separator=";"
        )
        people: dict[tuple[int, str], int] = {}
        for year, sex, _, number in delivered.iter_rows():
            for of in (str(sex), "total"):
                people[year, of] = people.get((year, of), 0) + number
        key = ["year", "area", "profession_code", "sex"]
        lacking = expected.filter((pl.col("area") == "00") & pl.col("population").is_null())
        assert set(lacking["year"]) == set(range(2016, 2025))
        told = mart.join(lacking, on=key, how="semi")
        for row in told.iter_rows(named=True):
            assert row["population"] == people[row["year"], row["sex"]]
            assert row["per_100k"] == pytest.approx(1e5 * row["employees"] / row["population"], rel=1e-12)
        empty = told.with_columns(pl.lit(None, mart.schema[c]).alias(c) for c in ("population", "per_100k"))
        return pl.concat([mart.join(lacking, on=key, how="anti"), empty])


def _types(mart: pl.DataFrame) -> dict[str, pl.DataType]:
    return dict(mart.schema)
