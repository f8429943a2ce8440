"""The suites of the registers that a forecast needs: a made-up country passes, and each expectation can fail."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
import pytest

from vardflode.deliveries.contract import load_contract
from vardflode.expectations.run import run_suites
from vardflode.expectations.suites import Suite, load_suites
from vardflode.synth import registers
from vardflode.synth.codes import load_codes
from vardflode.synth.generate import make_country
from vardflode.synth.physicians import specialist_training
from vardflode.synth.plans import planned_beginners, planned_posts, survey
from vardflode.synth.population import population
from vardflode.synth.projection import projection

REGISTERS = ("framskrivning", "utbildningsplan", "vardenkat", "specialister", "st")
SUITES = {
    suite.table.removeprefix("delivered."): suite
    for suite in load_suites(Path(__file__).parents[1] / "expectations")
    if suite.table.removeprefix("delivered.").startswith(tuple(f"{name}_" for name in REGISTERS))
}
OF_EVERY_TABLE = {
    *("every_row_accounted_for", "every_row_set_aside_is_listed", "accepted_rows_are_in_force"),
    "volume_against_the_delivery_before",
}
OWN = {
    f"{table}.{expectation.name}"
    for table, suite in SUITES.items()
    for expectation in suite.expectations
    if expectation.name not in OF_EVERY_TABLE
}
SQL_TYPES = {"int": "bigint", "year": "integer", "term": "integer", "date": "date"}


def made_up_tables(seed: int, scale: float, last: int) -> dict[str, pl.DataFrame]:
    """A fifth of a country, as the intake would deliver it; large enough for every threshold of the frames."""
    codes = load_codes()
    programmes, crowd, country = make_country(codes, scale, seed, last + 2)
    counted = population(codes, seed, last)
    certificates, trainees = specialist_training(codes, country, crowd, seed, last)
    return {
        "folkmangd_folkmangd": counted,
        "framskrivning_framskrivning": projection(codes, counted),
        "hosp_legitimationer": registers.licences(codes, country, crowd, seed, last)[0],
        "hreg_program": programmes.table(codes),
        "hreg_registreringar": registers.registrations(country, programmes, crowd.spells, last)[0],
        "rtb_personer": registers.persons(country, np.ones(len(country), bool), seed, last),
        "specialister_specialistbevis": certificates,
        "st_planerade_st": planned_posts(codes, trainees, seed, last),
        "st_st_lakare": trainees,
        "utbildningsplan_planerade_nyborjare": planned_beginners(codes, programmes, crowd.spells, seed, last),
        "vardenkat_bedomningar": survey(codes, seed, last),
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
    made_up = made_up_tables(seed=3, scale=0.2, last=2024)
    for table in load_contract().tables:
        name = f"{table.register}_{table.name}"
        if name in made_up:
            frame = made_up[name]
            columns = [f"{c.name}::{SQL_TYPES.get(c.type, 'varchar')} as {c.name}" for c in table.columns]
            assert frame.columns == [c.name for c in table.columns]
            connection.execute(f"create table delivered.{name} as select {', '.join(columns)} from frame")
    yield connection
    connection.close()


@pytest.fixture
def con(database: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """What a test writes is taken back."""
    database.execute("begin")
    yield database
    database.execute("rollback")


def only(suite: Suite, names: set[str]) -> Suite:
    kept = tuple(e for e in suite.expectations if e.name in names)
    frames = {e.frame for e in kept}
    return replace(suite, expectations=kept, frames=tuple(f for f in suite.frames if f.name in frames))


def own(table: str) -> Suite:
    return only(SUITES[table], {e.name for e in SUITES[table].expectations} - OF_EVERY_TABLE)


@pytest.mark.parametrize("table", SUITES)
def test_a_made_up_country_passes_and_every_expectation_sees_something(
    con: duckdb.DuckDBPyConnection, table: str
) -> None:
    results = run_suites(con, [own(table)])
    assert [(result.name, result.observed) for result in results if not result.passed] == []
    assert [result.name for result in results if not result.frame_rows] == []


def change(table: str, setting: str, where: str) -> str:
    return f"update delivered.{table} set {setting} where {where}"


def drop(table: str, where: str) -> str:
    return f"delete from delivered.{table} where {where}"


def twice(table: str, where: str) -> str:
    return f"insert into delivered.{table} select * from delivered.{table} where {where}"


AHEAD, PLAN, ANSWERS = (
    "framskrivning_framskrivning",
    "utbildningsplan_planerade_nyborjare",
    "vardenkat_bedomningar",
)
HELD, TRAINS, POSTS = "specialister_specialistbevis", "st_st_lakare", "st_planerade_st"
LICENCES = "hosp_legitimationer"
A_TENTH = "lopnr like '%1'"

# For every expectation: what breaks it.
SABOTAGE = {
    f"{AHEAD}.population_of_the_country": change(AHEAD, "antal = 2 * antal", "ar = 2030"),
    f"{AHEAD}.every_municipality_is_there": drop(AHEAD, "ar = 2030 and kommun = '0180'"),
    f"{AHEAD}.number_of_ages": drop(AHEAD, "ar = 2030 and alder > 90"),
    f"{AHEAD}.every_cell_is_there": drop(AHEAD, "ar = 2030 and alder < 20 and kon = '2'"),
    f"{AHEAD}.share_of_women": change(AHEAD, "antal = 2 * antal", "ar = 2030 and kon = '2'"),
    f"{AHEAD}.share_aged_80": change(AHEAD, "antal = 4 * antal", "ar = 2030 and alder >= 80"),
    f"{AHEAD}.population_against_the_year_before": change(AHEAD, "antal = antal * 1.05", "ar = 2030"),
    f"{AHEAD}.no_year_is_missing": drop(AHEAD, "ar = 2025"),
    f"{AHEAD}.the_projection_reaches_fifteen_years": drop(AHEAD, "ar > 2038"),
    f"{AHEAD}.projection_against_the_population": change(AHEAD, "antal = antal * 1.05", "ar = 2025"),
    f"{AHEAD}.projection_against_the_population_by_municipality": change(
        AHEAD, "antal = antal * 1.1", "ar = 2025 and kommun = '1489'"
    ),
    f"{PLAN}.plans_far_above_the_past": (
        f"insert into delivered.{PLAN} values (2025, 'BTH', 'AT', null, 30)"  # never had a beginner
    ),
    f"{PLAN}.plans_far_below_the_past": change(
        PLAN, "antal = antal / 3", "lasar = 2024 and larosate = 'GU' and examenskod = 'SJ'"
    ),
    f"{PLAN}.plans_are_for_the_next_years": change(PLAN, "lasar = 2023", "larosate = 'GU' and lasar = 2024"),
    f"{PLAN}.planned_against_the_year_before": change(PLAN, "antal = 2 * antal", "lasar = 2025"),
    f"{ANSWERS}.every_county_answers": drop(ANSWERS, "ar = 2024 and lan = '05'"),
    f"{ANSWERS}.share_of_questions_answered": drop(ANSWERS, "ar = 2024 and lan > '12' and yrkeskod > 'H'"),
    f"{ANSWERS}.share_of_lack": change(
        ANSWERS, "bedomning = 'balans'", "ar = 2024 and bedomning = 'brist' and lan <> '01'"
    ),
    f"{ANSWERS}.share_of_surplus": change(
        ANSWERS, "bedomning = 'overskott'", "ar = 2024 and bedomning = 'balans'"
    ),
    f"{ANSWERS}.newly_qualified_and_experienced": drop(
        ANSWERS, "ar = 2024 and erfarenhet = 'ny' and lan <> '01'"
    ),
    f"{ANSWERS}.lack_against_the_year_before": change(
        ANSWERS, "bedomning = 'brist'", "ar = 2024 and bedomning = 'balans'"
    ),
    f"{ANSWERS}.a_county_tells_professions_apart": change(ANSWERS, "bedomning = 'balans'", "lan = '05'"),
    f"{ANSWERS}.the_survey_is_recent": change(ANSWERS, "ar = ar - 5", "true"),
    f"{HELD}.share_educated_in_sweden": change(HELD, "utbildningsland = 'EU'", "year(bevisdatum) = 2020"),
    f"{HELD}.certificates_on_one_day": change(
        HELD, "bevisdatum = date '2020-06-01'", "year(bevisdatum) = 2020"
    ),
    f"{HELD}.certificates_against_the_year_before": twice(HELD, "year(bevisdatum) = 2020"),
    f"{HELD}.share_of_general_practice": change(
        HELD, "specialitet = 'ovrig'", "specialitet = 'allmanmedicin' and month(bevisdatum) > 1"
    ),
    f"{HELD}.share_of_other_specialties": change(
        HELD, "specialitet = 'ovrig'", "specialitet <> 'allmanmedicin'"
    ),
    f"{HELD}.certificates_of_each_person": twice(HELD, "true"),
    f"{HELD}.specialists_are_licensed_physicians": drop(LICENCES, A_TENTH),
    f"{HELD}.certificates_after_the_licence": change(HELD, "bevisdatum = date '1990-01-01'", A_TENTH),
    f"{HELD}.share_of_physicians_who_are_specialists": drop(HELD, "right(lopnr, 1) < '4'"),
    f"{HELD}.median_age_at_certificate": change("rtb_personer", "fodelsear = fodelsear - 20", "true"),
    f"{HELD}.odd_ages_at_certificate": change("rtb_personer", "fodelsear = fodelsear - 50", A_TENTH),
    f"{TRAINS}.starts_against_the_year_before": twice(TRAINS, "year(startdatum) = 2020"),
    f"{TRAINS}.share_of_general_practice": change(
        TRAINS, "specialitet = 'ovrig'", "specialitet = 'allmanmedicin' and year(startdatum) = 2020"
    ),
    f"{TRAINS}.training_ends_after_it_began": change(
        TRAINS, "avslutsdatum = startdatum - 1", f"lopnr = (select min(lopnr) from delivered.{TRAINS})"
    ),
    f"{TRAINS}.training_before_the_certificate": change(TRAINS, "startdatum = date '2024-12-01'", A_TENTH),
    f"{TRAINS}.years_from_start_to_certificate": change(TRAINS, "startdatum = startdatum - 2000", "true"),
    f"{TRAINS}.training_that_never_ends": drop(HELD, "true"),
    f"{TRAINS}.trainees_are_licensed_physicians": drop(LICENCES, A_TENTH),
    f"{TRAINS}.training_after_the_licence": change(TRAINS, "startdatum = date '1995-01-01'", A_TENTH),
    f"{TRAINS}.new_specialists_have_trained": drop(TRAINS, "right(lopnr, 1) < '3'"),
    f"{POSTS}.posts_are_for_the_next_years": change(POSTS, "ar = 2024", "ar = 2025"),
    f"{POSTS}.posts_in_general_practice": change(POSTS, "antal = antal / 3", "specialitet = 'allmanmedicin'"),
    f"{POSTS}.posts_by_county": drop(POSTS, "lan = '14' and ar = 2026"),
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
