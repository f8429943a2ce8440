"""Suites of expectations: they load, they fail when something is wrong, and the page tells it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests import planning_marts
from vardflode.deliveries.contract import load_contract
from vardflode.expectations import run
from vardflode.expectations.page import write_page
from vardflode.expectations.run import NO_ROWS, Result, run_suites
from vardflode.expectations.suites import Suite, SuiteError, load_suites
from vardflode.warehouse.state import State

FOLDER = Path(__file__).parents[1] / "expectations"
SUITES = {suite.table: suite for suite in load_suites(FOLDER)}
MARTS = (
    *("flow_measures", "applicants", "mobility", "specialisation"),
    *("specialisation_county", "colonoscopy", "staff_density", "measures"),
    *("forecast", "forecast_flows", "forecast_demand", "forecast_intake", "forecast_backtest"),
    "graduate_forecast",
    *("licensed_workforce", "workplace", "demand_indicators", "career_moves"),
    *("st_training", "specialist_certificates", "physician_path"),
    *planning_marts.MARTS,
)

SCHEMA = """
create schema delivered; create schema marts; create schema kodverk; create schema intermediate;
create table delivered.recoded (register varchar, code varchar, last_year integer);
create table delivered.reference (last_year integer, is_synthetic boolean);
insert into delivered.reference values (2024, true);
create table delivered.parts (register varchar, table_name varchar, year integer, delivery varchar);
create table delivered.deliveries (
    register varchar, delivery varchar, file varchar, table_name varchar, year integer, rows_delivered bigint,
    rows_accepted bigint, rows_quarantined bigint, rows_exact_copy bigint, status varchar, message varchar,
    is_in_force boolean, is_synthetic boolean
);
create table delivered.quarantine (
    file varchar, line uinteger, rule varchar, register varchar, delivery varchar, table_name varchar
);
create table kodverk.lan as select * from (values ('01'), ('03')) as lan (lan);
create table kodverk.tidsseriebrott as select 'yrkesregister' as register, 2020 as ar;
create table marts.measures (
    position integer, measure varchar, label_sv varchar, label_en varchar, denominator_sv varchar,
    register varchar, maturity_horizon integer
);
create table marts.flow_measures (
    degree_code varchar, cohort_year integer, breakdown varchar, breakdown_value varchar, measure varchar,
    numerator bigint, denominator bigint, mature boolean, series_break boolean
);
create table marts.applicants (
    degree_code varchar, cohort_year integer, breakdown varchar, breakdown_value varchar, applicants bigint,
    first_choice bigint, admitted bigint, mature boolean
);
create table marts.mobility (
    degree_code varchar, cohort_year integer, home_county varchar, study_county varchar, work_county varchar,
    mobility varchar, persons bigint
);
create table marts.specialisation (
    cohort_year bigint, specialisation varchar, measure varchar, numerator bigint, denominator bigint
);
create table marts.specialisation_county (
    cohort_year bigint, specialisation varchar, event varchar, county varchar, persons bigint
);
create table marts.colonoscopy (
    year integer, level varchar, area varchar, population bigint, colonoscopies bigint, private bigint,
    screening bigint, caecum bigint, adenoma bigint, covered bigint, endoscopists bigint, over_60 bigint,
    trainees bigint, incidence_pct double, gap double, private_share double, screening_share double,
    over_60_share double, per_endoscopist double, caecal_intubation_pct double, adenoma_detection_pct double,
    register_coverage_pct double
);
create table marts.forecast (
    group_code varchar, area varchar, scenario varchar, year integer, observed boolean, stock double, supply double,
    supply_low double, supply_high double, supply_fte double, reliable boolean
);
create table marts.forecast_flows (flow varchar, persons double);
create table marts.forecast_demand (sector varchar, demand double, demand_fte double);
create table marts.forecast_intake (beginners double, required double, status varchar);
create table marts.forecast_backtest (area varchar, horizon integer, observed double, error_pct double);
create table marts.graduate_forecast (degree_code varchar, institution varchar, year integer, expected double);
create table marts.licensed_workforce (
    year integer, level varchar, area varchar, group_code varchar, breakdown varchar, breakdown_value varchar,
    licensed bigint, employed bigint, in_health_care bigint, in_profession bigint
);
create table marts.workplace (
    year integer, level varchar, area varchar, group_code varchar, sector varchar, in_profession bigint,
    population bigint, per_100k double
);
create table marts.demand_indicators (
    year integer, level varchar, area varchar, group_code varchar, indicator varchar, numerator bigint,
    denominator bigint
);
create table marts.career_moves (
    from_year integer, years integer, group_code varchar, from_sector varchar, state varchar, persons bigint
);
create table marts.st_training (
    year integer, level varchar, area varchar, specialty varchar, in_training bigint, women bigint,
    started bigint, completed bigint, stopped bigint, planned bigint
);
create table marts.specialist_certificates (
    year integer, specialty varchar, persons bigint, trained_abroad bigint
);
create table marts.physician_path (
    cohort_year integer, step varchar, years integer, numerator bigint, denominator bigint
);
create table intermediate.int_person_degrees (degree_code varchar, degree_date date);
create table marts.staff_density (
    year integer, area varchar, profession_code varchar, shared_with varchar, sex varchar, employees bigint, population bigint,
    per_100k double, series_break boolean
);
"""

SQL_TYPES = {"int": "bigint", "year": "integer", "term": "integer", "date": "date"}

# Numerator and denominator of each measure for all, and for the men among them.
FLOW = {
    "beginners": ((100, 100), (20, 20)),
    "prior_degree": ((10, 100), (2, 20)),
    "graduates": ((80, 100), (15, 20)),
    "graduates_nominal_plus_3y": ((70, 100), (13, 20)),
    "general_degree": ((40, 80), (8, 15)),
    "licensed": ((78, 80), (14, 15)),
    "resident_1y": ((77, 78), (14, 14)),
    "employed_1y": ((70, 77), (12, 14)),
    "in_profession_1y": ((60, 70), (10, 12)),
    "retained_1y": ((55, 60), (8, 10)),
    "retained_3y": ((50, 60), (7, 10)),
    "retained_5y": ((45, 58), (6, 9)),
    "retained_10y": ((30, 50), (5, 9)),
    "established_1y": ((60, 79), (11, 15)),
}


def fill(con: duckdb.DuckDBPyConnection) -> None:
    """Marts of one cohort, right in everything."""
    for position, (measure, ((n, d), (men_n, men_d))) in enumerate(FLOW.items(), start=1):
        con.execute(
            f"insert into marts.measures values ({position}, '{measure}', 'namn', 'label', '', null, 0)"
        )
        for breakdown, value, numerator, denominator in (
            ("total", "total", n, d),
            ("sex", "1", men_n, men_d),
            ("sex", "2", n - men_n, d - men_d),
        ):
            con.execute(
                "insert into marts.flow_measures values ('SJ', 2005, ?, ?, ?, ?, ?, true, false)",
                [breakdown, value, measure, numerator, denominator],
            )
    con.execute(
        """
        insert into marts.applicants values
            ('SJ', 2005, 'total', 'total', 100, 60, 40, true), ('SJ', 2005, 'sex', '1', 30, 20, 10, true),
            ('SJ', 2005, 'sex', '2', 70, 40, 30, true), ('SJ', 2005, 'institution', 'LU', 90, 50, 30, true),
            ('SJ', 2005, 'institution', 'UU', 50, 20, 10, true);
        insert into marts.mobility values
            ('SJ', 2005, '01', '01', '01', 'stayed', 40), ('SJ', 2005, '01', '03', '01', 'returned', 10),
            ('SJ', 2005, '01', '03', '03', 'retained', 10), ('SJ', 2005, '01', '01', '03', 'left', 5);
        insert into marts.specialisation
        select 2010, 'total', measure, numerator, denominator
        from (values ('applied', 60, 100), ('admitted', 50, 100), ('started', 45, 100), ('graduates', 40, 45),
            ('established_1y', 30, 38)) as rows_of (measure, numerator, denominator)
        union all
        select 2010, 'total', 'started_within_' || k, 2 * k, 100 from range(0, 14) as horizons (k);
        insert into marts.specialisation values
            (2010, 'distrikt', 'graduates', 25, 30), (2010, 'barnmorska', 'graduates', 15, 15),
            (2010, 'distrikt', 'established_1y', 20, 24), (2010, 'barnmorska', 'established_1y', 10, 14);
        insert into marts.specialisation_county values
            (2010, 'total', 'licence', '01', 70), (2010, 'total', 'licence', 'unknown', 30),
            (2010, 'total', 'start', '01', 25), (2010, 'total', 'start', '03', 20),
            (2010, 'distrikt', 'start', '01', 25), (2010, 'distrikt', 'start', '03', 5),
            (2010, 'barnmorska', 'start', '03', 15), (2010, 'total', 'degree', '03', 40),
            (2010, 'distrikt', 'degree', '03', 25), (2010, 'barnmorska', 'degree', '03', 15);
        insert into marts.colonoscopy
        select
            2024, level, area, population, colonoscopies, private, screening, caecum, adenoma, covered,
            endoscopists, over_60, trainees, 100 * colonoscopies / population,
            0.015 * population - colonoscopies, private / colonoscopies, screening / colonoscopies,
            over_60 / endoscopists, colonoscopies / endoscopists, 100 * caecum / colonoscopies,
            100 * adenoma / colonoscopies, 100 * covered / colonoscopies
        from (values
            ('nation', '00', 300000, 5000, 1000, 500, 4700, 1500, 3000, 25, 5, 3),
            ('region', '01', 200000, 3000, 700, 300, 2800, 900, 2000, 15, 3, 2),
            ('region', '03', 100000, 2000, 300, 200, 1900, 600, 1000, 12, 2, 1),
            ('health_region', '1', 300000, 5000, 1000, 500, 4700, 1500, 3000, 25, 5, 3)
        ) as rows_of (level, area, population, colonoscopies, private, screening, caecum, adenoma, covered,
            endoscopists, over_60, trainees);
        insert into marts.forecast values
            ('SJ', '00', 'reference', 2024, true, 900, 700, null, null, 650, true),
            ('SJ', '00', 'reference', 2039, false, 990, 770, 700, 840, 700, true);
        insert into marts.forecast_flows values ('left', 20), ('specialised', -1);
        insert into marts.forecast_demand values ('region', 700, 650), ('stat', 0, 0);
        insert into marts.forecast_intake values (100, 120, 'ok'), (100, 0, 'surplus'), (10, null, 'not_known');
        insert into marts.forecast_backtest values ('00', 1, 700, -2.5), ('1', 1, 80, 40);
        insert into marts.licensed_workforce
        select 2024, level, area, 'SJ', breakdown, value, licensed, licensed - 100, licensed - 200, licensed - 300
        from (values
            ('nation', '00', 'total', 'total', 3000), ('nation', '00', 'age_group', '-34', 1000),
            ('nation', '00', 'age_group', '35-44', 2000), ('county', '01', 'total', 'total', 2000),
            ('county', '03', 'total', 'total', 1000), ('health_region', '1', 'total', 'total', 3000)
        ) as rows_of (level, area, breakdown, value, licensed);
        insert into marts.workplace
        select 2024, level, area, 'SJ', sector, persons, 300000, persons / 3.0
        from (values
            ('nation', '00', 'total', 2700), ('nation', '00', 'region', 2600), ('nation', '00', 'unknown', 100),
            ('county', '01', 'total', 2600), ('county', '01', 'region', 2600)
        ) as rows_of (level, area, sector, persons);
        insert into marts.demand_indicators values
            (2024, 'nation', '00', 'SJ', 'unemployed', 30, 2500), (2024, 'county', '01', 'SJ', 'unemployed', 30, 2500),
            (2024, 'nation', '00', 'SJ', 'left_country', 30, 2900),
            (2024, 'county', '01', 'SJ', 'left_country', 30, 2900),
            (2024, 'nation', '00', 'SJ', 'labour_demand', -2, 3);
        insert into marts.career_moves values
            (2019, 1, 'SJ', 'region', 'same', 2500), (2019, 1, 'SJ', 'region', 'abroad', 20),
            (2019, 5, 'SJ', 'region', 'same', 2400), (2019, 5, 'SJ', 'region', 'abroad', 120);
        insert into marts.st_training values
            (2024, 'nation', '00', 'total', 900, 500, 100, 90, 5, 110),
            (2024, 'county', '01', 'total', 900, 500, 100, 90, 5, null),
            (2025, 'nation', '00', 'total', null, null, null, null, null, 120);
        insert into marts.specialist_certificates values
            (2024, 'total', 290, 60), (2024, 'kirurgi', 200, 50), (2024, 'allmanmedicin', 100, 10);
        insert into marts.physician_path values
            (2018, 'licence', 4, 80, 100), (2018, 'licence', 5, 90, 100);
        insert into intermediate.int_person_degrees
        select 'SJ', date '2024-06-01' from range(0, 200) as many (one);
        insert into marts.graduate_forecast
        select 'SJ', institution, year, 210
        from (values ('LU'), ('total')) as institutions (institution), range(2025, 2028) as years (year);
        insert into marts.staff_density
        select 2019, area, 'SJ', 'RS', sex, employees, population, 100000 * employees / population, false
        from (values
            ('00', '1', 300, 150000), ('00', '2', 2700, 150000), ('00', 'total', 3000, 300000),
            ('01', '1', 200, 100000), ('01', '2', 1800, 100000), ('01', 'total', 2000, 200000),
            ('03', '1', 100, 50000), ('03', '2', 900, 50000), ('03', 'total', 1000, 100000)
        ) as rows_of (area, sex, employees, population);
        """
        + planning_marts.FILL
    )


@pytest.fixture(scope="module")
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse with every table and no rows."""
    connection = duckdb.connect(config={"threads": 1})
    connection.execute(SCHEMA + planning_marts.SCHEMA)
    for table in load_contract().tables:
        columns = [f"{column.name} {SQL_TYPES.get(column.type, 'varchar')}" for column in table.columns]
        columns += ["_file varchar", "_line uinteger", "_delivery varchar"]
        connection.execute(f"create table delivered.{table.register}_{table.name} ({', '.join(columns)})")
    yield connection
    connection.close()


@pytest.fixture
def con(database: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """The empty warehouse; what a test writes is taken back."""
    database.execute("begin")
    yield database
    database.execute("rollback")


def only(suite: Suite, *names: str) -> Suite:
    """The suite with these expectations, and the frames that they need."""
    kept = tuple(e for e in suite.expectations if e.name in names)
    frames = {e.frame for e in kept}
    return replace(suite, expectations=kept, frames=tuple(f for f in suite.frames if f.name in frames))


def test_every_delivered_table_and_every_mart_has_a_suite() -> None:
    tables = {f"delivered.{table.register}_{table.name}" for table in load_contract().tables}
    assert set(SUITES) == tables | {f"marts.{mart}" for mart in MARTS}


def test_suites_of_deliveries_read_nothing_that_is_built_later() -> None:
    for table, suite in SUITES.items():
        if table.startswith("delivered."):
            for frame in suite.frames:
                assert not re.search(r"\b(marts|kodverk|staging|intermediate|quality)\.", frame.sql), frame


def test_tables_without_rows_pass(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("delete from delivered.reference")
    told: list[str] = []
    results = run_suites(con, list(SUITES.values()), progress=lambda suite: told.append(suite.table))
    assert told == list(SUITES)
    assert {(result.passed, result.observed, result.frame_rows) for result in results} == {(True, NO_ROWS, 0)}


def test_an_empty_table_does_not_pass_a_critical_expectation_in_silence(
    con: duckdb.DuckDBPyConnection,
) -> None:
    """It stops no build, for a register may be missing; but none of its checks is said to have passed."""
    con.execute("delete from delivered.reference")
    state = State()
    state.record_expectations(run_suites(con, list(SUITES.values())))
    told = state.summary()
    assert (told["passed"], told["made"]) == (0, len(state.expectations))
    critical = {
        table: sum(e.severity == "critical" for e in suite.expectations) for table, suite in SUITES.items()
    }
    assert {line["name"]: int(re.findall(r"\d+", line["observed"])[0]) for line in told["told"]} == {
        table: count for table, count in critical.items() if count
    }
    assert not state.failed()


def test_tables_with_rows_are_not_told_to_be_empty(con: duckdb.DuckDBPyConnection) -> None:
    fill(con)
    state = State()
    state.record_expectations(run_suites(con, [SUITES[f"marts.{mart}"] for mart in MARTS]))
    told = state.summary()
    assert told["told"] == []
    assert told["passed"] == told["made"] - sum(r.is_empty for r in state.expectations.values())


def test_right_marts_pass(con: duckdb.DuckDBPyConnection) -> None:
    fill(con)
    results = run_suites(con, [SUITES[f"marts.{mart}"] for mart in MARTS])
    assert [result for result in results if not result.passed] == []
    judged = {result.frame_rows > 0 for result in results if result.severity == "critical"}
    assert judged == {True}


def change(mart: str, setting: str, where: str) -> str:
    return f"update marts.{mart} set {setting} where {where}"


def again(mart: str) -> str:
    return f"insert into marts.{mart} select * from marts.{mart} limit 1"


def total(measure: str) -> str:
    return f"measure = '{measure}' and breakdown = 'total'"


FLOW_TABLE, NURSES = "flow_measures", "specialisation_county"

# For every critical expectation of the marts: what breaks it.
SABOTAGE = {
    "measures.a_measure_is_listed_once": change("measures", "measure = 'beginners'", "position = 2"),
    "measures.positions_run_from_one": change("measures", "position = 20", "position = 14"),
    "measures.every_measure_has_a_swedish_label": change("measures", "label_sv = ' '", "position = 1"),
    "measures.every_measure_has_an_english_label": change("measures", "label_en = null", "position = 1"),
    "measures.measures_of_the_flow_are_listed": "delete from marts.measures where position = 14",
    "flow_measures.numerators_within_denominators": change(
        FLOW_TABLE, "numerator = denominator + 1", "measure = 'licensed' and breakdown_value = '1'"
    ),
    "flow_measures.denominators_of_at_least_one": change(FLOW_TABLE, "numerator = null", total("licensed")),
    "flow_measures.one_row_for_each_group": again(FLOW_TABLE),
    "flow_measures.every_group_is_named": change(
        FLOW_TABLE, "breakdown_value = null", "breakdown_value = '1'"
    ),
    "flow_measures.no_cohort_after_the_last_year": change(FLOW_TABLE, "cohort_year = 2025", "true"),
    "flow_measures.known_breakdowns": change(FLOW_TABLE, "breakdown = 'kommun'", "breakdown = 'sex'"),
    "flow_measures.breakdowns_add_up_to_the_total": (
        "delete from marts.flow_measures where measure = 'graduates' and breakdown_value = '1'"
    ),
    "flow_measures.beginners_are_everyone": change(FLOW_TABLE, "numerator = 99", total("beginners")),
    "flow_measures.prior_degree_is_of_beginners": change(
        FLOW_TABLE, "denominator = 99", total("prior_degree")
    ),
    "flow_measures.graduates_are_of_beginners": change(FLOW_TABLE, "denominator = 99", total("graduates")),
    "flow_measures.graduates_in_time_are_graduates": change(
        FLOW_TABLE, "numerator = 81", total("graduates_nominal_plus_3y")
    ),
    "flow_measures.general_degree_is_of_graduates": change(
        FLOW_TABLE, "denominator = 81", total("general_degree")
    ),
    "flow_measures.licensed_are_of_graduates": change(FLOW_TABLE, "denominator = 79", total("licensed")),
    "flow_measures.residents_entered_first": change(FLOW_TABLE, "denominator = 79", total("resident_1y")),
    "flow_measures.employed_are_of_residents": change(FLOW_TABLE, "denominator = 78", total("employed_1y")),
    "flow_measures.in_profession_is_of_employed": change(
        FLOW_TABLE, "denominator = 69", total("in_profession_1y")
    ),
    "flow_measures.retained_were_in_the_profession": change(
        FLOW_TABLE, "denominator = 61", total("retained_5y")
    ),
    "flow_measures.established_are_of_graduates": change(
        FLOW_TABLE, "denominator = 81", total("established_1y")
    ),
    "flow_measures.a_cohort_is_mature_as_a_whole": change(FLOW_TABLE, "mature = false", total("licensed")),
    "flow_measures.starts_are_mature_when_their_academic_year_is_whole": change(
        FLOW_TABLE, "cohort_year = 2024", "measure = 'beginners'"
    ),
    "applicants.admitted_within_applicants": change("applicants", "admitted = 31", "breakdown_value = '1'"),
    "applicants.first_choice_within_applicants": change(
        "applicants", "first_choice = 31", "breakdown_value = '1'"
    ),
    "applicants.at_least_one_applicant": change("applicants", "applicants = 0", "breakdown_value = 'LU'"),
    "applicants.one_row_for_each_group": again("applicants"),
    "applicants.mature_when_the_academic_year_is_whole": change("applicants", "cohort_year = 2024", "true"),
    "applicants.known_breakdowns": change("applicants", "breakdown = 'kommun'", "breakdown_value = 'LU'"),
    "applicants.sexes_add_up_to_the_total": change("applicants", "admitted = 11", "breakdown_value = '1'"),
    "applicants.institutions_cover_the_total": "delete from marts.applicants where breakdown_value = 'LU'",
    "mobility.at_least_one_person": change("mobility", "persons = 0", "mobility = 'left'"),
    "mobility.one_row_for_each_group": again("mobility"),
    "mobility.counties_are_known": change("mobility", "work_county = '99'", "mobility = 'left'"),
    "mobility.class_follows_from_the_counties": change(
        "mobility", "mobility = 'left'", "mobility = 'stayed'"
    ),
    "mobility.not_more_than_the_employed": change("mobility", "persons = 50", "mobility = 'stayed'"),
    "specialisation.numerators_within_denominators": change(
        "specialisation", "numerator = 101", "measure = 'applied'"
    ),
    "specialisation.denominators_of_at_least_one": change(
        "specialisation", "numerator = null", "measure = 'started_within_3'"
    ),
    "specialisation.one_row_for_each_group": again("specialisation"),
    "specialisation.no_horizon_beyond_the_last_year": (
        "insert into marts.specialisation values (2010, 'total', 'started_within_14', 28, 100)"
    ),
    "specialisation.one_size_of_a_cohort": change(
        "specialisation", "denominator = 99", "measure = 'admitted'"
    ),
    "specialisation.admitted_have_applied": change(
        "specialisation", "numerator = 61", "measure = 'admitted'"
    ),
    "specialisation.started_within_some_years_have_started": change(
        "specialisation", "numerator = 46", "measure = 'started_within_13'"
    ),
    "specialisation.graduates_are_of_the_started": change(
        "specialisation", "numerator = 44", "measure = 'started'"
    ),
    "specialisation.established_are_of_the_graduates": change(
        "specialisation", "denominator = 41", "measure = 'established_1y' and specialisation = 'total'"
    ),
    "specialisation.started_by_specialisation_add_up": change(
        "specialisation", "denominator = 31", "measure = 'graduates' and specialisation = 'distrikt'"
    ),
    "specialisation.graduates_by_specialisation_add_up": change(
        "specialisation", "numerator = 26", "measure = 'graduates' and specialisation = 'distrikt'"
    ),
    "specialisation.followed_by_specialisation_add_up": change(
        "specialisation", "denominator = 25", "measure = 'established_1y' and specialisation = 'distrikt'"
    ),
    "specialisation.established_by_specialisation_add_up": change(
        "specialisation", "numerator = 21", "measure = 'established_1y' and specialisation = 'distrikt'"
    ),
    "specialisation.a_longer_horizon_holds_the_shorter": change(
        "specialisation", "numerator = 3", "measure = 'started_within_5'"
    ),
    "specialisation.no_horizon_is_missing": (
        "delete from marts.specialisation where measure = 'started_within_5'"
    ),
    "specialisation_county.at_least_one_person": change(NURSES, "persons = 0", "county = 'unknown'"),
    "specialisation_county.one_row_for_each_group": again(NURSES),
    "specialisation_county.counties_are_known": change(NURSES, "county = '99'", "county = 'unknown'"),
    "specialisation_county.known_events": change(NURSES, "event = 'arrival'", "event = 'degree'"),
    "specialisation_county.licences_only_in_total": change(
        NURSES, "specialisation = 'distrikt'", "event = 'licence' and county = '01'"
    ),
    "specialisation_county.counties_add_up_to_the_cohort": change(
        NURSES, "persons = persons + 1", "event = 'start' and specialisation = 'total' and county = '01'"
    ),
    "specialisation_county.specialisations_add_up_to_the_total": change(
        NURSES, "persons = persons + 1", "event = 'degree' and specialisation = 'distrikt'"
    ),
    "colonoscopy.one_row_for_each_area": again("colonoscopy"),
    "colonoscopy.known_levels": change("colonoscopy", "level = 'kommun'", "area = '03'"),
    "colonoscopy.numbers_are_there": change("colonoscopy", "trainees = null", "area = '03'"),
    "colonoscopy.numbers_are_not_negative": change("colonoscopy", "screening = -1", "area = '03'"),
    "colonoscopy.private_within_colonoscopies": change("colonoscopy", "private = 2001", "area = '03'"),
    "colonoscopy.covered_within_colonoscopies": change("colonoscopy", "covered = 2001", "area = '03'"),
    "colonoscopy.over_60_within_endoscopists": change("colonoscopy", "over_60 = 13", "area = '03'"),
    "colonoscopy.trainees_within_endoscopists": change("colonoscopy", "trainees = 13", "area = '03'"),
    "colonoscopy.shares_follow_from_the_numbers": change("colonoscopy", "private_share = 0.3", "area = '03'"),
    "colonoscopy.areas_add_up_to_the_nation": change("colonoscopy", "colonoscopies = 2001", "area = '03'"),
    "colonoscopy.private_adds_up_to_the_nation": change("colonoscopy", "private = 301", "area = '03'"),
    "colonoscopy.screening_adds_up_to_the_nation": change("colonoscopy", "screening = 201", "area = '03'"),
    "colonoscopy.caecum_adds_up_to_the_nation": change("colonoscopy", "caecum = 1901", "area = '03'"),
    "colonoscopy.adenoma_adds_up_to_the_nation": change("colonoscopy", "adenoma = 601", "area = '1'"),
    "colonoscopy.covered_adds_up_to_the_nation": change("colonoscopy", "covered = 1001", "area = '03'"),
    "colonoscopy.population_within_the_nation": change("colonoscopy", "population = 100001", "area = '03'"),
    "colonoscopy.endoscopists_of_an_area_are_in_the_nation": change(
        "colonoscopy", "endoscopists = 26", "area = '03'"
    ),
    "colonoscopy.endoscopists_of_the_nation_are_in_an_area": change(
        "colonoscopy", "endoscopists = 9", "area = '03'"
    ),
    "forecast.nobody_is_negative": change("forecast", "supply_fte = -1", "observed"),
    "forecast.not_more_at_work_than_there_are": change("forecast", "supply = 901", "observed"),
    "forecast.the_interval_is_in_order": change("forecast", "supply_low = 850", "not observed"),
    "forecast_flows.no_flow_is_negative": change("forecast_flows", "persons = -1", "flow = 'left'"),
    "forecast_demand.no_demand_is_negative": change("forecast_demand", "demand_fte = -1", "sector = 'stat'"),
    "forecast_demand.every_row_has_a_demand": change("forecast_demand", "demand = null", "sector = 'stat'"),
    "forecast_intake.nobody_is_negative": change("forecast_intake", "required = -1", "status = 'ok'"),
    "forecast_intake.told_where_it_can_be": change("forecast_intake", "required = 1", "status = 'not_known'"),
    "forecast_backtest.somebody_was_observed": change("forecast_backtest", "observed = 0", "area = '1'"),
    "graduate_forecast.nobody_is_negative": change(
        "graduate_forecast", "expected = -1", "institution = 'LU'"
    ),
    "graduate_forecast.a_total_each_year": "delete from marts.graduate_forecast "
    "where institution = 'total' and year = 2025",
    "licensed_workforce.somebody_is_there": change("licensed_workforce", "licensed = 0", "area = '03'"),
    "licensed_workforce.counts_are_nested": change(
        "licensed_workforce", "in_profession = 1950", "area = '01'"
    ),
    "licensed_workforce.counties_add_up_to_the_nation": change(
        "licensed_workforce", "licensed = 999", "area = '03'"
    ),
    "licensed_workforce.regions_add_up_to_the_nation": change(
        "licensed_workforce", "licensed = 2999", "level = 'health_region'"
    ),
    "licensed_workforce.ages_add_up_to_the_total": change(
        "licensed_workforce", "licensed = 999", "breakdown_value = '-34'"
    ),
    "workplace.somebody_is_there": change("workplace", "in_profession = 0", "sector = 'unknown'"),
    "workplace.density_follows_from_the_numbers": change("workplace", "population = null", "area = '01'"),
    "workplace.sectors_add_up_to_the_total": change("workplace", "in_profession = 99", "sector = 'unknown'"),
    "demand_indicators.somebody_is_looked_at": change(
        "demand_indicators", "denominator = 0", "indicator = 'labour_demand'"
    ),
    "demand_indicators.numerator_within_the_denominator": change(
        "demand_indicators", "numerator = -1", "indicator = 'unemployed'"
    ),
    "demand_indicators.counties_add_up_to_the_nation": change(
        "demand_indicators", "denominator = 2899", "indicator = 'left_country' and level = 'county'"
    ),
    "career_moves.somebody_moves": change("career_moves", "persons = 0", "state = 'abroad' and years = 1"),
    "career_moves.known_states": change("career_moves", "state = 'gone'", "state = 'abroad' and years = 1"),
    "career_moves.the_same_persons_are_followed_one_and_five_years": change(
        "career_moves", "persons = 21", "state = 'abroad' and years = 1"
    ),
    "st_training.women_within_all": change("st_training", "women = 901", "level = 'county'"),
    "st_training.a_row_tells_something": change("st_training", "planned = null", "year = 2025"),
    "st_training.counties_add_up_to_the_nation": change("st_training", "in_training = 899", "area = '01'"),
    "specialist_certificates.abroad_within_all": change(
        "specialist_certificates", "trained_abroad = 101", "specialty = 'allmanmedicin'"
    ),
    "specialist_certificates.the_total_counts_persons_once": change(
        "specialist_certificates", "persons = 301", "specialty = 'total'"
    ),
    "physician_path.numerator_within_the_denominator": change(
        "physician_path", "numerator = 101", "years = 5"
    ),
    "physician_path.nobody_goes_back": change("physician_path", "numerator = 79", "years = 5"),
    "staff_density.one_row_for_each_group": again("staff_density"),
    "staff_density.employees_are_there": change("staff_density", "employees = -1", "area = '03'"),
    "staff_density.known_sexes": change("staff_density", "sex = '3'", "sex = '1'"),
    "staff_density.density_follows_from_the_numbers": change(
        "staff_density", "population = null", "area = '03' and sex = 'total'"
    ),
    "staff_density.breaks_are_flagged": change("staff_density", "year = 2020", "true"),
    "staff_density.men_and_women_add_up_to_the_total": change(
        "staff_density", "employees = 101", "area = '03' and sex = '1'"
    ),
    "staff_density.counties_add_up_to_the_nation": change(
        "staff_density", "employees = 1001", "area = '03' and sex = 'total'"
    ),
    "staff_density.counties_within_the_population_of_the_nation": change(
        "staff_density", "population = 100001", "area = '03' and sex = 'total'"
    ),
    **planning_marts.SABOTAGE,
}


def test_every_critical_expectation_of_a_mart_is_sabotaged() -> None:
    critical = {
        f"{mart}.{expectation.name}"
        for mart in MARTS
        for expectation in SUITES[f"marts.{mart}"].expectations
        if expectation.severity == "critical"
    }
    assert set(SABOTAGE) == critical


@pytest.mark.parametrize("broken", SABOTAGE)
def test_a_wrong_mart_fails(con: duckdb.DuckDBPyConnection, broken: str) -> None:
    fill(con)
    con.execute(SABOTAGE[broken])
    mart, name = broken.split(".")
    (result,) = run_suites(con, [only(SUITES[f"marts.{mart}"], name)])
    assert not result.passed
    assert result.severity == "critical"
    assert re.match(r"[1-9]\d* of \d+ row", result.observed), result.observed


def deliver(con: duckdb.DuckDBPyConnection) -> None:
    """Two deliveries of licences; the second is in force."""
    con.execute(
        """
        insert into delivered.deliveries values
            ('hosp', '2023', 'l.csv', 'legitimationer', null, 1000, 1000, 0, 0, 'accepted', '', false, true),
            ('hosp', '2024', 'l.csv', 'legitimationer', null, 1103, 1100, 2, 1, 'accepted', '', true, true),
            ('hosp', '2025', null, null, null, null, null, null, null, 'rejected', 'no', false, null);
        insert into delivered.quarantine
        select 'l.csv', n, 'code', 'hosp', '2024', 'legitimationer' from range(2) as rows_of (n);
        insert into delivered.hosp_legitimationer
        select n::varchar, 'SJ', date '2020-06-01' + n::integer, 'SE', null, 'l.csv', n, '2024'
        from range(1100) as rows_of (n);
        """
    )


EVERY_DELIVERY = {
    "every_row_accounted_for": "update delivered.deliveries set rows_delivered = 1104 where is_in_force",
    "every_row_set_aside_is_listed": "delete from delivered.quarantine where line = 1",
    "accepted_rows_are_in_force": "delete from delivered.hosp_legitimationer where lopnr = '7'",
    "volume_against_the_delivery_before": (
        "update delivered.deliveries set rows_accepted = 2000 where delivery = '2023'"
    ),
}


def test_right_deliveries_pass(con: duckdb.DuckDBPyConnection) -> None:
    deliver(con)
    suite = only(SUITES["delivered.hosp_legitimationer"], *EVERY_DELIVERY)
    results = run_suites(con, [suite])
    assert [(result.name, result.passed) for result in results] == [(name, True) for name in EVERY_DELIVERY]
    assert all(result.frame_rows for result in results)


@pytest.mark.parametrize("name", EVERY_DELIVERY)
def test_a_wrong_delivery_fails(con: duckdb.DuckDBPyConnection, name: str) -> None:
    deliver(con)
    con.execute(EVERY_DELIVERY[name])
    (result,) = run_suites(con, [only(SUITES["delivered.hosp_legitimationer"], name)])
    assert not result.passed
    assert "2024" in result.observed


def test_what_is_known_is_not_judged_again(
    con: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor is a frame whose rows another register's delivery did not change; one that changed is."""
    deliver(con)
    suite = only(SUITES["delivered.hosp_legitimationer"], *EVERY_DELIVERY)
    judged, looked_at = list[str](), list[str]()
    judge, frame = run._Judge.judge, run._frame

    def judge_and_tell(self: run._Judge, *about: Any) -> list[tuple[bool, str]]:
        judged.extend(expectation.name for expectation in about[-1])
        return judge(self, *about)

    def frame_and_tell(*about: Any) -> Any:
        looked_at.append(about[-1].name)
        return frame(*about)

    monkeypatch.setattr(run._Judge, "judge", judge_and_tell)
    monkeypatch.setattr(run, "_frame", frame_and_tell)
    first = run_suites(con, [suite])
    assert judged == list(EVERY_DELIVERY)
    judged.clear()
    looked_at.clear()
    assert run_suites(con, [suite], known=first) == first
    assert not judged
    assert not looked_at
    con.execute(
        "insert into delivered.deliveries values "
        "('bas', '2024', 's.csv', 'sysselsattning', 2024, 5, 5, 0, 0, 'accepted', '', true, true)"
    )
    second = run_suites(con, [suite], known=first)
    assert looked_at
    assert not judged
    assert [replace(result, key="") for result in second] == [replace(result, key="") for result in first]
    looked_at.clear()
    assert run_suites(con, [suite], known=second) == second
    assert not looked_at
    con.execute(EVERY_DELIVERY["every_row_accounted_for"])
    assert [r.name for r in run_suites(con, [suite], known=second) if not r.passed] == [
        "every_row_accounted_for"
    ]
    assert "every_row_accounted_for" in judged


def test_a_file_of_several_years_may_be_replaced_in_part(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        """
        insert into delivered.parts values ('rtb', 'folkbokforing', 2022, '2023'),
            ('rtb', 'folkbokforing', 2023, '2024');
        insert into delivered.deliveries values
            ('rtb', '2023', 'f.csv', 'folkbokforing', null, 3, 3, 0, 0, 'accepted', '', true, true),
            ('rtb', '2024', 'f_2023.csv', 'folkbokforing', 2023, 1, 1, 0, 0, 'accepted', '', true, true);
        insert into delivered.rtb_folkbokforing values
            ('1', 2022, '0180', 'f.csv', 2, '2023'), ('1', 2023, '0180', 'f_2023.csv', 2, '2024');
        """
    )
    (result,) = run_suites(con, [only(SUITES["delivered.rtb_folkbokforing"], "accepted_rows_are_in_force")])
    assert result.passed, result.observed
    assert result.frame_rows == 2


def test_a_warning_tells_what_it_found(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        "insert into delivered.hosp_legitimationer select n::varchar, 'SJ', date '2020-01-01' + n::integer, "
        "if(n % 4 = 0, 'SE', 'EU'), null, 'l.csv', n, 'd' from range(300) as rows_of (n)"
    )
    suite = only(SUITES["delivered.hosp_legitimationer"], "share_educated_in_sweden")
    (result,) = run_suites(con, [suite])
    assert (result.passed, result.severity) == (False, "warning")
    assert result.observed == "1 of 1 row: year 2020, share_from_sweden 0.25"
    assert result.rule == "share_from_sweden: 0.5 – 1"
    con.execute("update delivered.hosp_legitimationer set utbildningsland = 'SE'")
    (result,) = run_suites(con, [suite])
    assert (result.passed, result.observed) == (True, "share_from_sweden 1 (1 row)")


GOOD = """
table: marts.measures
about_sv: Mått.
about_en: Measures.
frames:
  rows_of:
    by: [measure]
    sql: select measure, position from marts.measures
expectations:
  - name: positions
    frame: rows_of
    type: expect_column_values_to_be_between
    arguments: {column: position, min_value: 1}
    severity: warning
    means_sv: Fel ordning.
    means_en: Wrong order.
"""


def write(folder: Path, text: str, name: str = "marts_measures.yml") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("  - name: positions", "  - name: [", "line 12: not readable as YAML"),
        (
            "severity: warning",
            "severity: fatal",
            "expectations.positions.severity: expected critical or warning, found 'fatal'",
        ),
        (
            "type: expect_column",
            "type: column",
            "expectations.positions.type: expected an expectation of Great Expectations",
        ),
        (
            "    means_sv: Fel ordning.\n",
            "",
            "expectations.positions.means_sv: expected a text, found nothing",
        ),
        ("about_en: Measures.\n", "about_en: ''\n", "about_en: expected a text, found ''"),
        (
            "frame: rows_of",
            "frame: other",
            "looks at the frame 'other', which is not defined. There are rows_of",
        ),
        ("    severity", "    when: now\n    severity", "expectations.positions: does not know when"),
        ("name: positions", "name: Bad-Name", "expected a name of lower-case letters"),
        ("  rows_of:\n", "  idle: {sql: select 1}\n  rows_of:\n", "no expectation looks at the frame idle"),
        ("  rows_of:\n", "  rows_of: {sql: select 1}\n  rows_of:\n", "'rows_of' is there twice"),
        ("table: marts.measures", "table: marts.mobility", "belongs in marts_mobility.yml"),
        (
            "table: marts.measures",
            "table: other.measures",
            "table: expected delivered.NAME or marts.NAME, found 'other.measures'",
        ),
        ("expectations:", "frames_too:", "does not know frames_too"),
        ("table:", "include: [{part: _x.yml}]\ntable:", "include 1: _x.yml is not a part"),
    ],
)
def test_a_bad_suite_is_told_with_its_place(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in GOOD
    with pytest.raises(SuiteError) as caught:
        load_suites(write(tmp_path / "expectations", GOOD.replace(old, new, 1)))
    assert message in str(caught.value)
    assert str(caught.value).startswith("expectations/marts_measures.yml")


def test_two_expectations_of_one_name_are_told(tmp_path: Path) -> None:
    body = GOOD[GOOD.index("  - name") :]
    with pytest.raises(SuiteError, match="the expectation positions is there more than once"):
        load_suites(write(tmp_path, GOOD + body))


def test_a_part_takes_what_the_suite_gives(tmp_path: Path) -> None:
    part = (
        GOOD[GOOD.index("frames:") :]
        .replace("min_value: 1", "min_value: $least")
        .replace("marts.measures", "$table")
    )
    write(tmp_path, part, "_part.yml")
    head = GOOD[: GOOD.index("frames:")]
    (suite,) = load_suites(write(tmp_path, head + "include: [{part: _part.yml, with: {least: 3}}]"))
    assert suite.expectations[0].arguments == {"column": "position", "min_value": 3}
    assert suite.frames[0].sql == "select measure, position from marts.measures"
    with pytest.raises(SuiteError, match="include 1: the part needs least"):
        load_suites(write(tmp_path, head + "include: [{part: _part.yml}]"))


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(SuiteError, match="There is no folder"):
        load_suites(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("from marts.measures", "from marts.nothing", "frame rows_of: the SQL does not run"),
        (
            "select measure, position from marts.measures",
            "drop table marts.measures",
            "expected one SQL query",
        ),
        ("by: [measure]", "by: [name]", "`by` names name, which the SQL does not give"),
        ("column: position", "column: place", "expectation positions: the frame rows_of has no column place"),
        ("_be_between", "_be_pretty", "Great Expectations has no type 'expect_column_values_to_be_pretty'"),
        ("min_value: 1", "least: 1", "expectation positions: the arguments do not fit"),
    ],
)
def test_a_suite_that_cannot_run_is_told(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, old: str, new: str, message: str
) -> None:
    (suite,) = load_suites(write(tmp_path, GOOD.replace(old, new, 1)))
    with pytest.raises(SuiteError, match=re.escape(message)):
        run_suites(con, [suite])
    con.execute("rollback")
    assert con.sql("select count(*) from marts.measures").fetchall() == [(0,)]
    con.execute("begin")


def result(name: str, *, passed: bool, severity: str = "warning", observed: str = "3 rows") -> Result:
    return Result(
        suite="marts_measures",
        table="marts.measures",
        about_sv="Mått.",
        about_en="Measures.",
        name=name,
        rule="position ≥ 1",
        severity=severity,
        passed=passed,
        observed=observed,
        means_sv="Fel & brister.",
        means_en="Wrong.",
        frame="rows_of",
        frame_rows=3,
    )


def test_the_page_names_failures_and_needs_nothing_outside(tmp_path: Path) -> None:
    results = [
        result("fine", passed=True),
        result("nothing_there", passed=True, observed=NO_ROWS),
        result("told", passed=False, observed="1 of 3 rows: name <script>alert(1)</script>"),
        result("stops", passed=False, severity="critical", observed="2 of 3 rows"),
    ]
    write_page(results, tmp_path / "a.html", made_up=True, last_year=2024)
    text = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert '<html lang="sv">' in text
    assert not re.search(r"https?:|<script|@import|url\(|src=", text)
    assert "&lt;script&gt;alert(1)" in text
    assert "Fel &amp; brister." in text
    assert "Påhittade personer" in text
    assert "2024" in text
    failures = text[text.index('id="fel"') : text.index("Alla förväntningar")]
    assert 0 < failures.index("stops") < failures.index("told")
    assert "fine" not in failures
    numbers = re.findall(r"<strong>(\d+)</strong>", text)
    assert numbers == ["1", "1", "1", "1"]
    write_page(results, tmp_path / "b.html", made_up=True, last_year=2024)
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


def test_the_page_of_real_data_does_not_speak_of_made_up_persons(tmp_path: Path) -> None:
    write_page([result("fine", passed=True)], tmp_path / "a.html", made_up=False, last_year=None)
    text = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert "åhittade" not in text
    assert "Allt som kunde prövas höll" in text
