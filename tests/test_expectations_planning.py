"""The suites of money, waiting and the plan: the made-up country passes, and each expectation can fail."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.test_expectations_forecast import OF_EVERY_TABLE, SQL_TYPES, change, drop, only
from vardflode.deliveries.contract import load_contract
from vardflode.expectations.run import run_suites
from vardflode.expectations.suites import load_suites
from vardflode.synth.codes import load_codes
from vardflode.synth.colonoscopy import colonoscopy
from vardflode.synth.planning import economy, national_plan, waiting
from vardflode.synth.population import population

REGISTERS = ("personalekonomi", "vantelaget", "plan")
SUITES = {
    suite.table.removeprefix("delivered."): suite
    for suite in load_suites(Path(__file__).parents[1] / "expectations")
    if suite.table.removeprefix("delivered.").startswith(tuple(f"{name}_" for name in REGISTERS))
}
OWN = {
    f"{table}.{expectation.name}"
    for table, suite in SUITES.items()
    for expectation in suite.expectations
    if expectation.name not in OF_EVERY_TABLE
}


@pytest.fixture(scope="module")
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect(config={"threads": 1})
    connection.execute(
        """
        create schema delivered;
        create table delivered.reference (last_year integer, is_synthetic boolean);
        insert into delivered.reference values (2024, true);
        """
    )
    codes = load_codes()
    volumes, _ = colonoscopy(codes, population(codes, 3, 2024), 3, 2024)
    made_up = {f"personalekonomi_{table}": frame for table, frame in economy(codes, 3, 2024).items()}
    made_up |= {f"plan_{table}": frame for table, frame in national_plan(3, 2024).items()}
    made_up["vantelaget_lage"] = waiting(volumes, 3, 2024)
    for table in load_contract().tables:
        name = f"{table.register}_{table.name}"
        if name in made_up:
            frame = made_up.pop(name)
            columns = [f"{c.name}::{SQL_TYPES.get(c.type, 'varchar')} as {c.name}" for c in table.columns]
            assert frame.columns == [c.name for c in table.columns]
            connection.execute(f"create table delivered.{name} as select {', '.join(columns)} from frame")
    assert not made_up
    yield connection
    connection.close()


@pytest.fixture
def con(database: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """What a test writes is taken back."""
    database.execute("begin")
    yield database
    database.execute("rollback")


@pytest.mark.parametrize("table", SUITES)
def test_a_made_up_country_passes_and_every_expectation_sees_something(
    con: duckdb.DuckDBPyConnection, table: str
) -> None:
    names = {e.name for e in SUITES[table].expectations} - OF_EVERY_TABLE
    results = run_suites(con, [only(SUITES[table], names)])
    assert [(result.name, result.observed) for result in results if not result.passed] == []
    assert [result.name for result in results if not result.frame_rows] == []


HIRED, ABSENT = "personalekonomi_hyrpersonal", "personalekonomi_sjukfranvaro"
PAID, MONTHS = "personalekonomi_specialistutbildning", "vantelaget_lage"
MEASURES, STATES, GOALS = "plan_insatser", "plan_lage_insatser", "plan_effektmal"

# For every expectation: what breaks it.
SABOTAGE = {
    **{f"{t}.counties_that_report": drop(t, "ar = 2020 and lan < '06'") for t in (HIRED, ABSENT, PAID)},
    f"{HIRED}.every_cell_is_there": drop(HIRED, "ar = 2020 and personalgrupp = 'ovriga'"),
    f"{ABSENT}.every_cell_is_there": drop(ABSENT, "ar = 2020 and personalgrupp = 'ovriga'"),
    f"{PAID}.every_cell_is_there": drop(PAID, "ar = 2020 and form = 'studielon' and lan > '05'"),
    f"{HIRED}.hired_against_own": change(
        HIRED, "hyrkostnad_tkr = egen_kostnad_tkr", "ar = 2020 and lan = '12'"
    ),
    f"{HIRED}.own_cost_against_the_year_before": change(
        HIRED, "egen_kostnad_tkr = 1000 * egen_kostnad_tkr", "ar = 2020 and lan = '12'"
    ),
    f"{ABSENT}.sick_leave_of_ordinary_hours": change(
        ABSENT, "franvarotimmar = franvarotimmar / 8", "ar = 2020 and lan = '12'"
    ),
    f"{ABSENT}.ordinary_hours_against_the_year_before": change(
        ABSENT, "ordinarie_timmar = 2 * ordinarie_timmar", "ar = 2020 and lan = '12'"
    ),
    f"{PAID}.persons_against_the_year_before": change(PAID, "antal = 2 * antal", "ar = 2020"),
    f"{MONTHS}.share_of_slots_booked": change(MONTHS, "bokade = bokade / 3", "ar = 2024 and manad = 5"),
    f"{MONTHS}.over_90_days_are_of_those_waiting": change(
        MONTHS, "over_90_dagar = vantande + 1", "ar = 2024 and manad = 5 and enhet = 'E1400'"
    ),
    f"{MONTHS}.a_unit_stays_in_its_municipality": change(
        MONTHS, "kommun = '2580'", "ar = 2024 and manad = 5 and enhet = 'E1400'"
    ),
    f"{MONTHS}.units_that_report_each_month": drop(MONTHS, "ar = 2024 and manad = 5 and enhet < 'E1300'"),
    f"{MEASURES}.number_of_measures": drop(MEASURES, "insats = '7'"),
    f"{STATES}.measures_that_are_followed": drop(STATES, "ar = 2024 and insats > '2'"),
    f"{STATES}.share_not_started": change(STATES, "lage = 'ej_paborjad'", "ar = 2024"),
    f"{STATES}.nobody_goes_back": change(STATES, "lage = 'ej_paborjad'", "ar = 2024 and insats = '5'"),
    f"{GOALS}.the_year_of_a_goal": change(GOALS, "malar = 2072", "insats = '8'"),
    f"{GOALS}.percentages_are_percentages": change(GOALS, "mal = '850'", "insats = '8'"),
}


def test_every_expectation_is_sabotaged() -> None:
    assert set(SABOTAGE) == OWN


@pytest.mark.parametrize("broken", SABOTAGE)
def test_what_is_odd_is_told(con: duckdb.DuckDBPyConnection, broken: str) -> None:
    table, name = broken.split(".")
    con.execute(SABOTAGE[broken])
    (result,) = run_suites(con, [only(SUITES[table], {name})])
    assert not result.passed
    assert " row" in result.observed
