"""What is published withstands an attack that was written without the package."""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl
import pytest

from tests.conftest import WINDOWS, once, vardflode
from tests.disclosure.outsider import Count, holes, problems

Tables = tuple[pl.DataFrame, pl.DataFrame]


@pytest.fixture(scope="module")
def published(national_warehouse: Path, session_folder: Path) -> Tables:
    """The flow and the institutions, as published of a quarter of the country: about half is shown."""
    done, data = session_folder / "published national", national_warehouse.parent
    with once(done) as first:
        if first:
            done.mkdir()
            run = vardflode("disclose", "--data", data, "--windows", WINDOWS)
            assert run.returncode == 0, run.stdout + run.stderr
    folder = data / "published"
    return pl.read_parquet(folder / "flow_measures.parquet"), pl.read_parquet(folder / "institutions.parquet")


@pytest.fixture(scope="module")
def small(national_warehouse: Path) -> set[tuple[str, Count]]:
    """Counts of persons that must not be known, by degree."""
    with duckdb.connect(str(national_warehouse), read_only=True) as con:
        true = con.sql(
            "select degree_code, breakdown, breakdown_value, measure, sum(numerator)::bigint, "
            "sum(denominator)::bigint from intermediate.int_flow_counts "
            "where cohort_year between 2010 and 2012 group by all"
        ).fetchall()
    return {
        (degree, (kind, *cell))
        for degree, *cell, does, of in true
        for kind, number in (("does", does), ("all", of), ("does not", of - does))
        if 0 < number < 5
    }


def test_an_outsider_knows_no_small_count(published: Tables, small: set[tuple[str, Count]]) -> None:
    hidden = shown = 0
    for (degree, *_), found in problems(*published):
        assert not list(holes(found, {count for whose, count in small if whose == degree}))
        is_hidden = [least < most for least, most in zip(found.least, found.most, strict=True)]
        hidden, shown = hidden + sum(is_hidden), shown + len(is_hidden) - sum(is_hidden)
    assert min(hidden, shown) > 1_000


def test_an_outsider_knows_the_last_one_that_is_not_told(published: Tables, national_warehouse: Path) -> None:
    """Below a total that is shown, all but one of the hidden counties are told."""
    flow, institutions = published
    with duckdb.connect(str(national_warehouse), read_only=True) as con:
        true = con.sql(
            "select degree_code, breakdown, breakdown_value, measure, sum(numerator)::bigint as number "
            "from marts.flow_measures where cohort_year between 2010 and 2012 and measure = 'beginners' "
            "and breakdown in ('total', 'home_county') group by all"
        ).pl()
    row = ["degree_code", "breakdown", "breakdown_value", "measure"]
    both = flow.join(true, on=row, how="left", maintain_order="left")
    both = both.with_columns(is_shown=pl.col("numerator").is_not_null())
    totals = both.filter("is_shown", pl.col("number").is_not_null(), pl.col("breakdown") == "total")
    tried = 0
    for degree in totals["degree_code"]:
        if tried == 4:
            break
        is_hidden = (pl.col("degree_code") == degree) & (pl.col("breakdown") == "home_county")
        is_hidden &= (pl.col("measure") == "beginners") & ~pl.col("is_shown")
        hidden = both.filter(is_hidden).sort("number", "breakdown_value")
        if not len(hidden) or hidden["number"][0] >= 5:
            continue
        last = hidden["breakdown_value"][0]
        told = is_hidden & (pl.col("breakdown_value") != last)
        more = both.with_columns(
            pl.when(told).then("number").otherwise(name).alias(name) for name in ("numerator", "denominator")
        )
        (subject,) = [found for (name, *_), found in problems(more, institutions) if name == degree]
        count = ("does", "home_county", last, "beginners")
        assert list(holes(subject, [count])) == [(count, *[hidden["number"][0]] * 2)]
        tried += 1
    assert tried == 4
