"""`vardflode scenario`: what a scenario does to a group, from the warehouse in force, without a build."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import click
import duckdb
import polars as pl
from rich.console import Console
from rich.table import Table

from vardflode.common.database import connect
from vardflode.common.exit_status import Exit
from vardflode.forecast.density import required_for_density
from vardflode.forecast.dimensions import ALL_AREAS, NATION
from vardflode.forecast.evidence import Evidence
from vardflode.forecast.model import make_model
from vardflode.forecast.rates import GENERAL_PRACTICE
from vardflode.forecast.scenarios import (
    AS_NOW,
    REFERENCE,
    Scenario,
    ScenarioError,
    group_codes,
    load_scenarios,
)
from vardflode.forecast.tables import NO_FORECAST, Tables, scenario_tables
from vardflode.planning.general_practice import inhabitants, overview
from vardflode.planning.page import STATUS, write_page
from vardflode.publication.labels import label
from vardflode.publication.texts import number
from vardflode.settings import Settings


@dataclass(frozen=True)
class Asked:
    """Whose supply and demand is shown; and the density to reach, with its year, or neither."""

    group: str
    area: str = NATION
    inhabitants: float | None = None
    by: int | None = None


@dataclass(frozen=True)
class Answer:
    """What the page and the terminal tell: tables, `density` and `practice` perhaps without rows."""

    title: str
    forecast: pl.DataFrame
    intake: pl.DataFrame
    density: pl.DataFrame
    practice: pl.DataFrame


def run_scenario(settings: Settings, file: Path, asked: Asked, out: Path | None) -> int:
    """Compute the scenarios of a file and show each against going on as now; return the exit status.

    Args:
        out: a folder for a page and a CSV file.

    Raises:
        ScenarioError: the file, group, area or year cannot be used; the message says where and why.
    """
    scenarios = {REFERENCE: AS_NOW} | load_scenarios(file)
    if asked.group not in group_codes():
        raise ScenarioError(f"group: expected one of {', '.join(group_codes())}, found {asked.group}.")
    if asked.area not in ALL_AREAS:
        raise ScenarioError(
            f"area: expected a health-care region 1-6, or {NATION} for the nation, found {asked.area}."
        )
    if not settings.warehouse.is_file():
        click.echo(f"Error: no warehouse in {settings.data}. Next: vardflode build", err=True)
        return Exit.UNUSABLE
    try:
        with contextlib.closing(connect(settings, settings.warehouse, read_only=True)) as con:
            answer = _answer(con, settings.horizon, asked, scenarios)
            (made_up,) = con.sql("select is_synthetic from delivered.reference").fetchone() or (False,)
    except duckdb.CatalogException:
        click.echo("Error: the warehouse is of before there were forecasts. Next: vardflode build", err=True)
        return Exit.UNUSABLE
    except LookupError as error:
        click.echo(f"Error: {error.args[0]}.", err=True)
        return Exit.UNUSABLE
    _show(answer, scenarios, bool(made_up))
    if out:
        page = write_page(
            out, answer.title, answer.forecast, answer.intake, answer.density, scenarios, bool(made_up)
        )
        click.echo(f"Sida / page  {page}")
    return Exit.OK


def _answer(
    con: duckdb.DuckDBPyConnection, horizon: int, asked: Asked, scenarios: Mapping[str, Scenario]
) -> Answer:
    """What is asked.

    Raises:
        LookupError: it cannot be told; the message says why.
    """
    evidence = Evidence.read(con)
    if asked.group not in evidence.codes and evidence.codes:
        raise LookupError(f"{asked.group} cannot be forecast: its register is not delivered")
    tables = scenario_tables(evidence, horizon, scenarios)
    here = pl.col("group_code") == asked.group, pl.col("area") == asked.area
    return Answer(
        f"{label('group_code', asked.group, 'sv')}, {area_name(asked.area)}",
        tables["forecast"].filter(*here),
        tables["forecast_intake"].filter(here[0]),
        _density(con, evidence, asked, scenarios),
        _practice(con, tables, asked),
    )


def _density(
    con: duckdb.DuckDBPyConnection, evidence: Evidence, asked: Asked, scenarios: Mapping[str, Scenario]
) -> pl.DataFrame:
    """As `required_for_density`: every area as now, the one asked for in the other scenarios."""
    if asked.inhabitants is None or asked.by is None:
        return pl.DataFrame()
    origin = evidence.last_year
    if origin is None:
        raise LookupError(NO_FORECAST)
    population = {}
    for area in ALL_AREAS[:-1]:
        people = dict(inhabitants(con, area).iter_rows())
        if asked.by <= origin or asked.by not in people:
            last = max([origin, *people])
            raise ScenarioError(f"by: expected a year from {origin + 1} to {last}, found {asked.by}.")
        population[area] = people[asked.by]
    model = make_model(evidence, origin, asked.by)
    if model is None:
        raise LookupError(NO_FORECAST)
    told = required_for_density(model, scenarios, asked.group, population, asked.inhabitants)
    # Of the other scenarios, those that change something in the area asked for.
    figures = ("supply", "beginners", "required")
    now = told.filter(scenario=REFERENCE, area=asked.area).row(0, named=True)
    changed = pl.any_horizontal(pl.col(name).ne_missing(pl.lit(now[name])) for name in figures)
    return told.filter((pl.col("scenario") == REFERENCE) | ((pl.col("area") == asked.area) & changed))


def _practice(con: duckdb.DuckDBPyConnection, tables: Tables, asked: Asked) -> pl.DataFrame:
    if asked.group != GENERAL_PRACTICE:
        return pl.DataFrame()
    return overview(con, tables["forecast"], tables["forecast_flows"], asked.area)


def _show(answer: Answer, scenarios: Mapping[str, Scenario], made_up: bool) -> None:
    """Tables and sentences in the terminal."""
    console = Console(highlight=False)
    for code in list(scenarios)[1:] or [REFERENCE]:
        console.print(_against(answer.forecast, code, scenarios[code], answer.title))
    console.print(_required(answer.intake, scenarios), soft_wrap=True)
    if answer.density.height:
        console.print(_density_table(answer.density, scenarios))
    if answer.practice.height:
        console.print(_practice_table(answer.practice, answer.title))
    if not answer.forecast["reliable"].all():
        console.print(
            "Färre än 100 verksamma i området: osäkert. / Fewer than 100 in the profession: not reliable."
        )
    if made_up:
        console.print("Påhittade personer: registren är syntetiska. / The persons are made up.")


def area_name(area: str) -> str:
    """As it stands in a title."""
    return "riket" if area == NATION else label("health_region", area, "sv")


def _table(title: str, first: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left")
    table.add_column(first)
    for name in columns:
        table.add_column(name, justify="right")
    return table


def _against(told: pl.DataFrame, code: str, scenario: Scenario, title: str) -> Table:
    """A table: supply, demand and what is missing, as now and in the scenario."""
    figures = {"supply": "tillgång", "demand": "efterfrågan", "gap": "brist"}
    columns = [f"{name}\n{which}" for name in figures.values() for which in ("som nu", "scenario")]
    table = _table(f"{title}: {scenario.namn} ({code})", "år", *columns)
    both = told.filter(scenario=REFERENCE).join(told.filter(scenario=code), on="year", suffix="_changed")
    for row in both.filter(pl.col("demand").is_not_null()).sort("year").iter_rows(named=True):
        cells = [row[f"{figure}{which}"] for figure in figures for which in ("", "_changed")]
        table.add_row(str(row["year"]), *map(_whole, cells))
    return table


def _required(intake: pl.DataFrame, scenarios: Mapping[str, Scenario]) -> str:
    """Sentences of the beginners that would be needed."""
    return "\n".join(
        f"{scenarios[row['scenario']].namn}: {_whole(row['beginners'])} {began(row['group_code'])}, "
        + (STATUS.get(row["status"]) or f"{_whole(row['required'])} behövs")
        + f" för balans i riket {row['target_year']}."
        for row in intake.iter_rows(named=True)
    )


def began(group: str) -> str:
    """What those who begin are called."""
    return "ST-tjänster per år" if group == GENERAL_PRACTICE else "nybörjare per läsår"


def _density_table(told: pl.DataFrame, scenarios: Mapping[str, Scenario]) -> Table:
    """A table: how many must begin a year in each area for the density that is asked for."""
    year, group = told["target_year"][0], told["group_code"][0]
    people = told["population"][0] / told["wanted"][0]
    title = f"{_whole(people)} invånare per verksam {year}: {began(group)}"
    columns = ("som nu", "behövs", f"verksamma {year}", f"behövs {year}")
    table = _table(title, "område", *columns)
    for row in told.iter_rows(named=True):
        code, where = row["scenario"], area_name(row["area"])
        name = where if code == REFERENCE else f"{where}: {scenarios[code].namn}"
        needed = _whole(row["required"]) if row["status"] == "ok" else STATUS[row["status"]]
        table.add_row(name, _whole(row["beginners"]), needed, _whole(row["supply"]), _whole(row["wanted"]))
    return table


def _practice_table(told: pl.DataFrame, title: str) -> Table:
    """A table of general practice, a row a year."""
    flows = ("läkar-\nexamina", "gör ST", "nya spe-\ncialister")
    table = _table(title, "år", *flows, "specialister", "verksamma", "invånare\nper verksam")
    for year, *cells in told.iter_rows():
        table.add_row(str(year), *map(_whole, cells))
    return table


def _whole(value: float | None) -> str:
    """A number of persons as Swedes write it; `..` where there is none."""
    return ".." if value is None else number(round(value), "sv")
