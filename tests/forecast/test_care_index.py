"""The care index of the real nation, 2014 to 2024, from open data: the model's SQL against sums by hand."""

from __future__ import annotations

import contextlib
import csv
from collections import defaultdict
from pathlib import Path

import duckdb
import pytest

from vardflode.settings import PROJECT, Settings
from vardflode.warehouse.state import read_state_in_force

FIRST, LAST = 2014, 2024
# Statistics Sweden, 31 December.
POPULATION = {2014: 9_747_355, 2024: 10_587_710}


def population() -> dict[int, dict[int, int]]:
    """Year -> age -> persons."""
    found: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    (path,) = (PROJECT / "raw" / "folkmangd_riket").glob("*/folkmangd_riket.csv")
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file, delimiter=";"):
            found[int(row["ar"])][int(row["alder"])] += int(row["antal"])
    return found


def by_hand(people: dict[int, dict[int, int]]) -> dict[tuple[str, int], float]:
    """Care area, year -> index."""
    care: dict[tuple[str, int], float] = defaultdict(float)
    with (PROJECT / "dbt/seeds/vardkonsumtion.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter=";"):
            for year in range(FIRST, LAST + 1):
                for age, persons in people[year].items():
                    if int(row["alder_fran"]) <= age <= int(row["alder_till"]):
                        care[row["vardomrade"], year] += persons * float(row["index"])
    return {(area, year): amount / care[area, FIRST] for (area, year), amount in care.items()}


def by_the_models(data: Path, people: dict[int, dict[int, int]]) -> dict[tuple[str, int], float]:
    """The SQL that dbt compiled: 2014 as it was, later years as a projection that came true."""
    state = read_state_in_force(Settings(data=data))
    assert state is not None
    with contextlib.closing(duckdb.connect()) as con:
        con.execute("attach ':memory:' as warehouse")
        for schema in ("delivered", "staging", "kodverk", "intermediate"):
            con.execute(f"create schema warehouse.{schema}")
        con.execute(f"create table warehouse.delivered.reference as select {FIRST} as last_year")
        seeds = PROJECT / "dbt" / "seeds"
        for name in ("kommuner", "vardkonsumtion"):
            con.execute(
                f"create table warehouse.kodverk.{name} as "
                f"from read_csv('{seeds / name}.csv', delim = ';', types = {{{'kommun' if name == 'kommuner' else 'vardomrade'!r}: 'varchar'}})"
            )
        con.execute("alter table warehouse.kodverk.kommuner alter sjukvardsregion type varchar")
        for name, years in (
            ("stg_folkmangd__population", [FIRST]),
            ("stg_framskrivning__projection", range(FIRST + 1, LAST + 1)),
        ):
            con.execute(
                f"create table warehouse.staging.{name} (year int, municipality varchar, age int, population bigint)"
            )
            rows = [(y, "0180", age, n) for y in years for age, n in people[y].items()]
            con.executemany(f"insert into warehouse.staging.{name} values (?, ?, ?, ?)", rows)
        for name in ("int_population_by_region", "int_care_index"):
            sql = state.sql[f"model.vardflode.{name}"]
            con.execute(f"create table warehouse.intermediate.{name} as {sql}")
        return {
            (area, year): index
            for area, year, index in con.execute(
                "select care_area, year, care_index from warehouse.intermediate.int_care_index where area = '00'"
            ).fetchall()
        }


def test_the_care_index_of_the_nation_moves_as_it_did(data: Path) -> None:
    people = population()
    assert {year: sum(people[year].values()) for year in POPULATION} == POPULATION
    hand, found = by_hand(people), by_the_models(data, people)
    assert found.keys() == hand.keys()
    assert found == pytest.approx(hand, rel=1e-12)
    # The population grew by 8.6 per cent and became older: care grew more, and that of the old most of all.
    growth = POPULATION[2024] / POPULATION[2014]
    assert growth == pytest.approx(1.086, abs=0.001)
    assert found["halso_sjukvard", LAST] > growth
    assert found["omsorg", LAST] > found["halso_sjukvard", LAST]
