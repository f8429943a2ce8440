"""The forecast of colonoscopies from the published start: 27 500 in the southern health-care region in 2018.

The inventory of Södra sjukvårdsregionen (2019) expects 5 000-8 000 more within five years. The country is made
up of the nation's ages as they were (open data), scaled to the region, whose population was to grow faster than
the nation's did. The model's own SQL is run on it, with the project's assumptions.
"""

from __future__ import annotations

import duckdb
import jinja2
import pytest

from vardflode.settings import PROJECT

MODEL = PROJECT / "dbt/models/intermediate/colonoscopy/int_colonoscopy_forecast.sql"
SEEDS = PROJECT / "dbt/seeds"
(POPULATION,) = (PROJECT / "raw/folkmangd_riket").glob("*/folkmangd_riket.csv")
# The southern region had 1.85 million inhabitants in 2018; projections of that year had them grow by 4.6 % in five
# years, where the nation grew by 3.1 %.
INHABITANTS, GROWTH = 1_850_000, 1.046
START, BASE, AHEAD = 27_500, 2018, 2023


def increase(con: duckdb.DuckDBPyConnection) -> dict[str, tuple[float, float, float]]:
    """Growth of each component from the base year to five years on: low, middle, high."""
    sql = jinja2.Environment().from_string(MODEL.read_text("utf-8")).render(ref=lambda name: name)
    con.execute(f"create or replace table forecast as {sql}")
    rows = con.sql(
        f"select component, later.low - now.low, later.middle - now.middle, later.high - now.high from forecast as now "
        f"join forecast as later using (level, area, component) where now.year = {BASE} and later.year = {AHEAD}"
    ).fetchall()
    return {component: told for component, *told in rows}  # type: ignore[misc]


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect(config={"threads": 1})
    for name in ("koloskopibehov", "screening"):
        con.execute(f"create table {name} as from read_csv('{SEEDS / name}.csv', delim = ';')")
    ages = f"(select ar, least(alder, 100) as age, sum(antal) as n from read_csv('{POPULATION}', delim = ';') group by all)"
    con.execute(
        f"""
        create table nation as from {ages} where ar in ({BASE}, {AHEAD});
        create table stg_folkmangd__population as
        select {BASE} as year, '1280' as municipality, age,
            n * {INHABITANTS} / (select sum(n) from nation where ar = {BASE}) as population
        from nation where ar = {BASE};
        create table stg_framskrivning__projection as
        select {AHEAD} as year, '1280' as municipality, age,
            n * {INHABITANTS} * {GROWTH} / (select sum(n) from nation where ar = {AHEAD}) as population
        from nation where ar = {AHEAD};
        create table int_colonoscopy_areas as
        select '1280' as municipality, 'health_region' as level, '3' as area;
        create table int_colonoscopy_counts as
        select {BASE} as year, 'health_region' as level, '3' as area, {START} as colonoscopies, 0 as screening,
            130 as endoscopists;
        create table int_endoscopists as
        select {BASE} as year, 'health_region' as level, '3' as area, i as endoscopist, 1955 + i % 35 as birth_year,
            i % 10 = 0 as is_trainee
        from range(130) as many (i);
        """
    )
    return con


def test_the_middle_increase_is_what_the_inventory_expects(con: duckdb.DuckDBPyConnection) -> None:
    low, middle, high = increase(con)["total"]
    assert 5_000 < middle < 8_000
    assert low < middle < high


def test_screening_wider_indications_and_ages_each_add_to_it(con: duckdb.DuckDBPyConnection) -> None:
    grown = increase(con)
    assert sum(grown[part][1] for part in ("clinical", "indication", "screening")) == pytest.approx(
        grown["total"][1]
    )
    assert min(grown[part][1] for part in ("clinical", "indication", "screening")) > 1_000
    # Without screening and wider indications it is the ages alone.
    con.execute(
        "update screening set lag = 0, mitt = 0, hog = 0 where antagande in ('indikation', 'deltagande')"
    )
    assert increase(con)["total"] == pytest.approx([grown["clinical"][1]] * 3)


def test_fewer_are_left_than_would_be_needed(con: duckdb.DuckDBPyConnection) -> None:
    grown = increase(con)
    assert grown["endoscopists_needed"][1] > 0 > grown["endoscopists_left"][1]
    assert grown["capacity_gap"][1] == pytest.approx(
        grown["endoscopists_needed"][1] - grown["endoscopists_left"][1]
    )
