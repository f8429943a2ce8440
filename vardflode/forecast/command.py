"""`vardflode scenario`: what a scenario does to a group, from the warehouse in force, without a build."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import click
import duckdb
import polars as pl
from rich.console import Console
from rich.table import Table

from vardflode.common.exit_status import Exit
from vardflode.forecast.dimensions import ALL_AREAS, NATION
from vardflode.forecast.evidence import RELATIONS, Evidence
from vardflode.forecast.page import write_page
from vardflode.forecast.scenarios import (
    AS_NOW,
    REFERENCE,
    Scenario,
    ScenarioError,
    group_codes,
    load_scenarios,
)
from vardflode.forecast.tables import scenario_tables
from vardflode.settings import Settings


def run_scenario(settings: Settings, file: Path, group: str, area: str, out: Path | None) -> int:
    """Compute the scenarios of a file and show each against going on as now; return the exit status.

    Args:
        group, area: whose supply and demand is shown.
        out: a folder for a page and a CSV file.

    Raises:
        ScenarioError: the file, group or area cannot be used; the message says where and why.
    """
    scenarios = {REFERENCE: AS_NOW} | load_scenarios(file)
    if group not in group_codes():
        raise ScenarioError(f"group: expected one of {', '.join(group_codes())}, found {group}.")
    if area not in ALL_AREAS:
        raise ScenarioError(
            f"area: expected a health-care region 1-6, or {NATION} for the nation, found {area}."
        )
    if not settings.warehouse.is_file():
        click.echo(f"Error: no warehouse in {settings.data}. Next: vardflode build", err=True)
        return Exit.UNUSABLE
    try:
        evidence, names, made_up = _read(settings)
    except duckdb.CatalogException:
        click.echo("Error: the warehouse is of before there were forecasts. Next: vardflode build", err=True)
        return Exit.UNUSABLE
    if group not in evidence.codes:
        click.echo(f"Error: {group} cannot be forecast: its register is not delivered.", err=True)
        return Exit.UNUSABLE
    try:
        tables = scenario_tables(evidence, settings.horizon, scenarios)
    except LookupError as error:
        click.echo(f"Error: {error}.", err=True)
        return Exit.UNUSABLE
    told = tables["forecast"].filter(pl.col("group_code") == group, pl.col("area") == area)
    console = Console(highlight=False)
    title = f"{names.get(group, group)}, {_area(area)}"
    for code in list(scenarios)[1:] or [REFERENCE]:
        console.print(_against(told, code, scenarios[code], title))
    console.print(_required(tables["forecast_intake"], group, scenarios), soft_wrap=True)
    if not told["reliable"].all():
        console.print(
            "Färre än 100 verksamma i området: osäkert. / Fewer than 100 in the profession: not reliable."
        )
    if made_up:
        console.print("Påhittade personer: registren är syntetiska. / The persons are made up.")
    if out:
        page = write_page(
            out, title, told, tables["forecast_intake"].filter(group_code=group), scenarios, bool(made_up)
        )
        console.print(f"Sida / page  {page}")
    return Exit.OK


def _read(settings: Settings) -> tuple[Evidence, dict[str, str], bool]:
    """What the warehouse in force knows, what groups are called, and whether the persons are made up."""
    with contextlib.closing(duckdb.connect(str(settings.warehouse), read_only=True)) as con:
        schemas = {name: schema for schema, names in RELATIONS.items() for name in names}
        evidence = Evidence.of(lambda name: con.sql(f"from {schemas[name]}.{name}"))
        of_groups = con.sql("from kodverk.labels where dimension = 'group_code'")
        labels = of_groups.project("code, label_sv").fetchall()
        (made_up,) = con.sql("select is_synthetic from delivered.reference").fetchone() or (False,)
    return evidence, dict(labels), bool(made_up)


def _area(area: str) -> str:
    return "riket" if area == NATION else f"sjukvårdsregion {area}"


def _against(told: pl.DataFrame, code: str, scenario: Scenario, title: str) -> Table:
    """A table: supply, demand and what is missing, as now and in the scenario."""
    table = Table(title=f"{title}: {scenario.namn} ({code})", title_justify="left")
    table.add_column("år")
    for name in ("tillgång", "efterfrågan", "brist"):
        table.add_column(f"{name}\nsom nu", justify="right")
        table.add_column(f"{name}\nscenario", justify="right")
    both = told.filter(scenario=REFERENCE).join(told.filter(scenario=code), on="year", suffix="_changed")
    for row in both.filter(pl.col("demand").is_not_null()).sort("year").iter_rows(named=True):
        cells = [
            row[f"{figure}{which}"] for figure in ("supply", "demand", "gap") for which in ("", "_changed")
        ]
        table.add_row(str(row["year"]), *map(_whole, cells))
    return table


def _required(intake: pl.DataFrame, group: str, scenarios: Mapping[str, Scenario]) -> str:
    """Sentences of the beginners that would be needed."""
    lines: Sequence[str] = [
        f"{scenarios[code].namn}: {_whole(beginners)} nybörjare per läsår, "
        + (f"{_whole(required)} behövs" if required is not None else _STATUS[status])
        + f" för balans i riket {year}."
        for _, code, year, beginners, required, _, status in intake.filter(group_code=group).iter_rows()
    ]
    return "\n".join(lines)


_STATUS = {
    "not_known": "behovet är okänt (dagens läge är inte bedömt)",
    "not_applicable": "utbildningen är längre än prognosen och räcker inte",
}


def _whole(value: float | None) -> str:
    """A number of persons as Swedes write it; `..` where there is none."""
    return ".." if value is None else f"{round(value):,}".replace(",", "\u00a0").replace("-", "−")
