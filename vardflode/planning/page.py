"""A page of a scenario: a figure, a table and what they rest on. Rounded as what is published is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl
from jinja2 import Environment, PackageLoader, StrictUndefined

from vardflode.forecast.scenarios import REFERENCE, Scenario
from vardflode.publication.labels import label
from vardflode.publication.report import charts
from vardflode.publication.texts import number

# Persons that published stocks, supply and demand, and intake, are rounded to (docs/definitions_planning.md).
TENS, FIVES = 10, 5
COLUMNS = ("supply", "supply_fte", "demand", "demand_fte", "gap")
STATUS = {
    "not_known": "behovet är okänt (dagens läge är inte bedömt)",
    "not_applicable": "utbildningen är längre än prognosen och räcker inte",
    "surplus": "inga behövs",
}


def write_page(
    out: Path,
    title: str,
    told: pl.DataFrame,
    intake: pl.DataFrame,
    density: pl.DataFrame,
    scenarios: Mapping[str, Scenario],
    made_up: bool,
) -> Path:
    """Write `scenario.html` and `scenario.csv` to a folder, and return the page.

    Args:
        told: rows of `marts.forecast` of one group and area, with every scenario.
        intake: rows of `marts.forecast_intake` of the group.
        density: as `forecast.density.required_for_density`, or without rows.
    """
    rounded = told.filter("reliable").select(
        "scenario", "year", "observed", *((pl.col(c) / TENS).round() * TENS for c in COLUMNS)
    )
    rounded = rounded.with_columns(pl.col(COLUMNS).cast(pl.Int64)).sort("scenario", "year")
    out.mkdir(parents=True, exist_ok=True)
    rounded.write_csv(out / "scenario.csv", separator=";")
    environment = Environment(
        loader=PackageLoader("vardflode.planning", "."), autoescape=True, undefined=StrictUndefined
    )
    environment.filters |= {"whole": _whole, "fives": lambda value: _whole(value, FIVES), "area": _area}
    page = out / "scenario.html"
    text = environment.get_template("page.html.j2").render(
        title=title,
        figure=_figure(rounded, scenarios) if rounded.height else "",
        years=_years(rounded),
        last=_last(rounded, scenarios),
        intake=intake.to_dicts(),
        density=density.to_dicts() if rounded.height else [],
        names={code: scenario.namn for code, scenario in scenarios.items()},
        status=STATUS,
        made_up=made_up,
    )
    page.write_text(text, encoding="utf-8")
    return page


def _whole(value: float | None, to: int = 1) -> str:
    return "\u2013" if value is None else number(round(value / to) * to, "sv")


def _area(area: str) -> str:
    return label("health_region", area, "sv")


def _now(rounded: pl.DataFrame) -> int:
    """The last year that is observed."""
    return max(rounded.filter("observed")["year"].to_list())


def _years(rounded: pl.DataFrame) -> list[dict[str, object]]:
    """As now, a row a year from the last that is observed."""
    now = _now(rounded)
    return rounded.filter(pl.col("scenario") == REFERENCE, pl.col("year") >= now).to_dicts()


def _last(rounded: pl.DataFrame, scenarios: Mapping[str, Scenario]) -> list[dict[str, object]]:
    """The last year of each scenario, as the file orders them."""
    last = {row["scenario"]: row for row in rounded.filter(year=rounded["year"].max()).to_dicts()}
    return [last[code] for code in scenarios if code in last]


def _figure(rounded: pl.DataFrame, scenarios: Mapping[str, Scenario]) -> str:
    """Supply and demand as now, and a panel for each scenario that changes either."""
    now = _now(rounded)
    courses = {code: rounded.filter(scenario=code).select("year", "supply", "demand") for code in scenarios}
    changed = [code for code, course in courses.items() if not course.equals(courses[REFERENCE])]
    words, supply, demand = ("år", "personer"), "Tillgång", "Efterfrågan"
    if not changed:
        lines = _lines(courses[REFERENCE], supply, demand)
        return charts.outlook([("", lines)], now, words, "sv", dashed=[demand])
    as_now = [f"{supply} som nu", f"{demand} som nu"]
    panels = [
        (
            scenarios[code].namn,
            [
                *_lines(courses[REFERENCE], *as_now),
                *_lines(courses[code].filter(pl.col("year") >= now), supply, demand),
            ],
        )
        for code in changed
    ]
    columns = 2 if len(panels) > 1 else 1
    dashed = [demand, as_now[1]]
    return charts.outlook(panels, now, words, "sv", columns=columns, dashed=dashed, faint=as_now)


def _lines(course: pl.DataFrame, supply: str, demand: str) -> list[charts.Outlook]:
    """Supply and demand by year."""
    return [
        charts.Outlook(name, dict(course.select("year", figure).drop_nulls().iter_rows()))
        for figure, name in (("supply", supply), ("demand", demand))
    ]
