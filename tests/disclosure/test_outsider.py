"""What is published withstands an attack that was written without the package; only the truth is read with it."""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl

from tests.conftest import WINDOWS
from tests.disclosure.outsider import Count, holes, problems
from vardflode.disclosure.exact import exact_tables

Tables = tuple[pl.DataFrame, pl.DataFrame]


def small(data: Path) -> set[tuple[str, tuple[int, int], Count]]:
    """Counts of persons, and differences, that must not be known, by degree and window."""
    with duckdb.connect(str(data / "warehouse.duckdb"), read_only=True) as con:
        true = exact_tables(con, WINDOWS)["flow_measures"]
    return {
        (row["degree_code"], (row["cohort_from"], row["cohort_to"]), (kind, *cell))
        for row in true.iter_rows(named=True)
        for cell in [(row["breakdown"], row["breakdown_value"], row["measure"])]
        for kind, number in (
            ("does", row["numerator"]),
            ("all", row["denominator"]),
            ("does not", row["denominator"] - row["numerator"]),
        )
        if 0 < number < 5
    }


def told(data: Path) -> Tables:
    """The flow and the institutions, as published."""
    folder = data / "published"
    return pl.read_parquet(folder / "flow_measures.parquet"), pl.read_parquet(folder / "institutions.parquet")


def test_an_outsider_knows_no_small_count(data: Path) -> None:
    must_not, seen = small(data), 0
    for (degree, *window), found in problems(*told(data)):
        wanted = {count for whose, when, count in must_not if (whose, when) == (degree, tuple(window))}
        assert not list(holes(found, wanted)), (degree, window)
        seen += len(wanted & found.number.keys())
    assert seen > 100


def test_an_outsider_finds_what_is_told_too_well(data: Path) -> None:
    """A total told as little as it can be, and all of its parts but one as much: the last is hardly anybody."""
    flow, institutions = told(data)
    total = flow.filter(pl.col("breakdown") == "total", pl.col("measure") == "beginners").head(1)
    window = ["degree_code", "cohort_from", "cohort_to"]
    row = {name: total[name][0] for name in window}
    made = pl.DataFrame(
        [
            row
            | {"breakdown": breakdown, "breakdown_value": value, "measure": "beginners"}
            | {"numerator": number, "denominator": number, "status": "shown"}
            for breakdown, value, number in (("total", "total", 20), ("sex", "1", 5), ("sex", "2", 28))
        ]
    )
    ((_, found),) = problems(made, institutions.clear())
    count = ("does", "sex", "1", "beginners")
    assert list(holes(found, [count])) == [(count, 1, 2)]
