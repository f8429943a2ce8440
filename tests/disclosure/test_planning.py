"""The published tables of licensed persons: which years, and that what the attack takes for true is."""

from __future__ import annotations

import contextlib
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
import pytest

from vardflode.disclosure.declared import BY_NAME
from vardflode.disclosure.exact import exact_tables
from vardflode.disclosure.knowledge import public_knowledge
from vardflode.disclosure.relations.draft import Draft
from vardflode.disclosure.relations.planning import TABLES
from vardflode.disclosure.relations.together import draft_of


@pytest.fixture(scope="module")
def exact(warehouse: Path) -> dict[str, pl.DataFrame]:
    """The exact counts of a small country, of every year."""
    with contextlib.closing(duckdb.connect(str(warehouse), read_only=True)) as con:
        return {
            name: frame for name, frame in exact_tables(con, "1", 1).items() if name in (*TABLES, "forecast")
        }


@pytest.fixture(scope="module")
def draft(exact: dict[str, pl.DataFrame]) -> Draft:
    return draft_of(exact, public_knowledge())


def counts_of(draft: Draft) -> np.ndarray:
    """The true count of each group: of a row that is not there 0; of the pieces of a county, and of what is rounded,
    unknown.
    """
    counted = pl.col("protected") & (pl.col("kind") != "forecast")
    groups = draft.groups.with_columns(pl.when(counted).then(pl.col("told").fill_null(0)).otherwise("told"))
    return groups["told"].to_numpy()


def test_every_group_lies_in_the_one_that_it_is_said_to_lie_in(draft: Draft) -> None:
    counts = counts_of(draft)
    checked = 0
    for pairs in draft.nested:
        child, parent = counts[pairs["child"].to_numpy()], counts[pairs["parent"].to_numpy()]
        known = ~np.isnan(child) & ~np.isnan(parent)
        assert (child[known] <= parent[known]).all()
        checked += known.sum()
    assert checked > 1000


def test_every_sum_holds_for_the_true_counts(draft: Draft) -> None:
    counts = counts_of(draft)
    checked = 0
    for terms in (*draft.sums, *draft.claims):
        left = terms.with_columns(rest=pl.Series(counts[terms["group"].to_numpy()]) * pl.col("weight"))
        sums = (
            left.group_by("of")
            .agg(pl.col("rest").sum(), pl.col("high").first())
            .filter(~pl.col("rest").is_nan())
        )
        assert sums.select((pl.col("rest") >= 0).all() & (pl.col("rest") <= pl.col("high")).all()).item()
        checked += len(sums)
    assert checked > 500


def same(draft: Draft) -> set[tuple[str, str]]:
    """Tables whose groups are said to be the same persons: sums of one part without a gap."""
    kinds = draft.groups["kind"].to_list()
    found = set()
    for terms in draft.sums:
        pairs = terms.filter(pl.len().over("of") == 2, pl.col("high") == 0).sort("of", "weight")
        ids = pairs["group"].to_list()
        found |= {(kinds[whole], kinds[part]) for part, whole in zip(ids[::2], ids[1::2], strict=True)}
    return found


def test_the_tables_are_attacked_together(draft: Draft) -> None:
    """The same persons are one number, in whichever table it is told."""
    assert {
        ("licensed_workforce", "workplace"),
        ("licensed_workforce", "licensed_workforce"),
        ("workplace", "career_moves"),
        ("licensed_workforce", "forecast"),
    } <= same(draft)


def test_the_forecast_rounds_the_persons_that_are_told(exact: dict[str, pl.DataFrame]) -> None:
    licensed = exact["licensed_workforce"].filter(pl.col("breakdown").is_in(["total", "health_region"]))
    observed = exact["forecast"].filter(pl.col("supply_low").is_null(), pl.col("supply").is_not_null())
    both = observed.with_columns(pl.col("health_region").replace("00", "total")).join(
        licensed,
        left_on=["year", "group_code", "health_region"],
        right_on=["year", "group_code", "breakdown_value"],
    )
    assert len(both) == len(observed) > 20
    for rounded, count in (("stock", "licensed"), ("supply", "in_profession")):
        off = both[rounded] - both[count]
        # 135 to 144 are told as 140.
        assert off.is_between(-4, 5).all()


def test_the_same_persons_have_the_same_key_in_every_table(exact: dict[str, pl.DataFrame]) -> None:
    key = ["year", "group_code"]
    lives = exact["licensed_workforce"].filter(pl.col("breakdown") == "total", pl.col("in_profession") > 0)
    works = exact["workplace"].filter(pl.col("breakdown") == "total")
    both = lives.select(*key, "in_profession", "in_profession_key").join(
        works, on=key, how="full", suffix="_w"
    )
    assert len(both) > 50
    assert both["in_profession"].to_list() == both["in_profession_w"].to_list()
    assert both["in_profession_key"].to_list() == both["in_profession_key_w"].to_list()


@pytest.mark.parametrize("years", [1, 5, 7])
def test_the_years_that_a_publisher_chooses(data: Path, years: int) -> None:
    with contextlib.closing(duckdb.connect(str(data / "warehouse.duckdb"), read_only=True)) as con:
        found = exact_tables(con, "1", years)
        ((last,),) = con.sql("select last_year from delivered.reference").fetchall()
    chosen = [name for name in TABLES if BY_NAME[name].chosen_years]
    assert len(chosen) == 5
    for name in chosen:
        told = found[name]["year"].unique().to_list()
        assert max(told) == last
        assert {(last - year) % years for year in told} == {0}
