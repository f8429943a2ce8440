"""A page of a scenario: a figure, a table and what they rest on. Rounded as what is published is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl
import vl_convert
from jinja2 import Environment, PackageLoader, StrictUndefined

from vardflode.forecast.scenarios import REFERENCE, Scenario

# Persons that published stocks, supply and demand are rounded to (docs/definitions_planning.md).
TENS = 10
COLUMNS = ("supply", "supply_fte", "demand", "demand_fte", "gap")


def write_page(
    out: Path,
    title: str,
    told: pl.DataFrame,
    intake: pl.DataFrame,
    scenarios: Mapping[str, Scenario],
    made_up: bool,
) -> Path:
    """Write `scenario.html` and `scenario.csv` to a folder, and return the page.

    Args:
        told: rows of `marts.forecast` of one group and area, with every scenario.
        intake: rows of `marts.forecast_intake` of the group.
    """
    rounded = told.filter("reliable").select(
        "scenario", "year", "observed", *((pl.col(c) / TENS).round() * TENS for c in COLUMNS)
    )
    rounded = rounded.with_columns(pl.col(COLUMNS).cast(pl.Int64)).sort("scenario", "year")
    out.mkdir(parents=True, exist_ok=True)
    rounded.write_csv(out / "scenario.csv", separator=";")
    names = {code: scenario.namn for code, scenario in scenarios.items()}
    environment = Environment(
        loader=PackageLoader("vardflode.forecast", "."), autoescape=True, undefined=StrictUndefined
    )
    page = out / "scenario.html"
    text = environment.get_template("page.html.j2").render(
        title=title,
        figure=_figure(rounded, names) if rounded.height else "",
        rows=rounded.filter(~pl.col("observed")).to_dicts(),
        intake=intake.to_dicts(),
        names=names,
        made_up=made_up,
    )
    page.write_text(text, encoding="utf-8")
    return page


def _figure(rounded: pl.DataFrame, names: Mapping[str, str]) -> str:
    """Supply and demand by year: a line a scenario, demand dashed."""
    values = [
        {"year": row["year"], "persons": row[figure], "what": what, "scenario": names[row["scenario"]]}
        for row in rounded.iter_rows(named=True)
        if row["scenario"] == REFERENCE or not row["observed"]
        for figure, what in (("supply", "Tillgång"), ("demand", "Efterfrågan"))
        if row[figure] is not None
    ]
    spec = {
        "data": {"values": values},
        "mark": {"type": "line", "strokeWidth": 2.2},
        "width": 640,
        "height": 320,
        "encoding": {
            "x": {
                "field": "year",
                "type": "quantitative",
                "title": "år",
                "axis": {"format": "d"},
                "scale": {"zero": False},
            },
            "y": {"field": "persons", "type": "quantitative", "title": "personer", "scale": {"zero": False}},
            "color": {"field": "scenario", "type": "nominal", "title": None, "sort": None},
            "strokeDash": {"field": "what", "type": "nominal", "title": None, "sort": None},
        },
        "config": {
            "font": "sans-serif",
            "background": "white",
            "legend": {"orient": "bottom", "labelLimit": 400},
        },
    }
    return vl_convert.vegalite_to_svg(spec, vl_version="5.21")
