"""The chapter of forecasts: supply and demand, what is missing, how many to educate, how good it has been."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from vardflode.publication.labels import dimension, label, metric
from vardflode.publication.lookup import Lookup
from vardflode.publication.report import charts
from vardflode.publication.report.document import Block, Chapter, Figure, Paragraph
from vardflode.publication.report.findings import NATION, TOTAL
from vardflode.publication.report.material import Material
from vardflode.publication.texts import small

REFERENCE = "reference"
# Groups with a figure each.
_DRAWN = ("SJ", "SPS", "LK", "ALM", "BM", "FT")
# Years ahead that tables tell.
_AHEAD = (5, 10)


def forecasts(m: Material) -> Iterator[Chapter]:
    """Supply and demand to the horizon (the report of 2019, figures 5-7)."""
    if m.has("forecast"):
        yield Chapter("forecast", m.say("forecast"), list(_forecasts(m, m.cubes["forecast"])))


def _forecasts(m: Material, cube: Lookup) -> Iterator[Block]:
    years, groups = list(cube.codes("year")), list(cube.codes("group_code"))
    # Demand is told from the last year on.
    now = next(y for y in years if any(cube.cell("demand", y, g, NATION).is_shown for g in groups))
    told = [now, *(y for y in years if int(y) - int(now) in _AHEAD), years[-1]]
    nation = [g for g in groups if cube.cell("supply", now, g, NATION).is_shown]
    yield Paragraph(m.say("forecast_intro", now=now, last=years[-1]))
    rows = [_group_row(m, cube, group, told) for group in nation]
    head = [dimension("group_code")[m.language]]
    head += [m.say("forecast_supply_in", year=year) for year in told]
    head += [m.say("forecast_shortage_in", year=year) for year in (told[0], told[-1])]
    yield m.table("forecast", m.say("forecast_table"), head, rows)
    for group in [g for g in _DRAWN if g in nation]:
        yield from _group(m, cube, group, years, told)
    if m.has("forecast_intake"):
        yield from _intake(m, m.cubes["forecast_intake"], nation)
    if m.has("forecast_scenarios"):
        yield _scenarios(m, m.cubes["forecast_scenarios"], nation)
    if m.has("forecast_record"):
        yield from _record(m, m.cubes["forecast_record"])
    yield Paragraph(m.say("forecast_assumed"))


def _group_row(m: Material, cube: Lookup, group: str, told: Sequence[str]) -> list[str]:
    supplies = (cube.cell("supply", year, group, NATION).number(m.language) for year in told)
    return [
        label("group_code", group, m.language),
        *supplies,
        *(_between(m, cube, year, group, NATION) for year in (told[0], told[-1])),
    ]


def _between(m: Material, cube: Lookup, year: str, group: str, area: str) -> str:
    """What is missing, with its range by the answers' low and high values."""
    middle, low, high = (
        cube.cell(name, year, group, area) for name in ("shortage", "shortage_low", "shortage_high")
    )
    if not middle.is_shown:
        return middle.number(m.language)
    ends = {"middle": middle, "low": low, "high": high}
    return m.say("forecast_range", **{name: cell.number(m.language) for name, cell in ends.items()})


def _group(
    m: Material, cube: Lookup, group: str, years: Sequence[str], told: Sequence[str]
) -> Iterator[Block]:
    """A figure of the nation, and a table by health-care region."""
    name = label("group_code", group, m.language)
    when, persons, what = (m.say(key) for key in ("forecast_year", "forecast_persons", "forecast_line"))
    figures = ("supply", "supply_low", "supply_high", "demand")
    points: list[dict[str, Any]] = [
        {when: int(year), persons: cell.value, what: metric(figure)[m.language]}
        for figure in figures
        for year in years
        if (cell := cube.cell(figure, year, group, NATION)).is_shown
    ]
    figure = f"forecast-{group.lower()}.{m.language}"
    m.draw(figure, charts.lines(points, when, persons, what, m.language, style=",.0f"))
    first, last = (
        cube.cell("supply", year, group, NATION).number(m.language) for year in (told[0], told[-1])
    )
    demand = cube.cell("demand", told[-1], group, NATION).number(m.language)
    caption = m.say("forecast_figure", group=name)
    alt = m.say("forecast_alt", first=first, now=told[0], supply=last, demand=demand, last=told[-1])
    yield Figure(figure, caption, alt)
    rows = [
        [
            label("health_region", area, m.language),
            *(cube.cell("supply", year, group, area).number(m.language) for year in told),
            cube.cell("demand", told[-1], group, area).number(m.language),
            *(_between(m, cube, year, group, area) for year in (told[0], told[-1])),
        ]
        for area in cube.codes("health_region")
    ]
    head = [dimension("health_region")[m.language]]
    head += [m.say("forecast_supply_in", year=year) for year in told]
    head += [m.say("forecast_demand_in", year=told[-1])]
    head += [m.say("forecast_shortage_in", year=year) for year in (told[0], told[-1])]
    yield m.table("forecast", m.say("forecast_regions", group=small(name)), head, rows)


def _intake(m: Material, cube: Lookup, groups: Sequence[str]) -> Iterator[Block]:
    """Beginners as planned, and those that would be needed."""
    (year,) = cube.codes("year")
    rows = [
        [
            label("group_code", group, m.language),
            *(cube.cell(n, year, group, REFERENCE).number(m.language) for n in ("beginning", "required")),
        ]
        for group in groups
        if group in cube.codes("group_code")
    ]
    head = [dimension("group_code")[m.language]]
    head += [metric(name)[m.language] for name in ("beginning", "required")]
    yield m.table("forecast_intake", m.say("forecast_intake", year=year), head, rows)


def _scenarios(m: Material, cube: Lookup, groups: Sequence[str]) -> Block:
    """What is missing in the last year, in each scenario."""
    year = cube.codes("year")[-1]
    scenarios = [REFERENCE, *(code for code in cube.codes("scenario") if code != REFERENCE)]
    known = [g for g in groups if g in cube.codes("group_code")]
    rows = [
        [
            label("scenario", code, m.language),
            *(
                cube.cell("shortage", year, group, code).number(m.language)
                for group in known
                if group in _DRAWN
            ),
        ]
        for code in scenarios
    ]
    head = [dimension("scenario")[m.language]]
    head += [label("group_code", group, m.language) for group in known if group in _DRAWN]
    return m.table("forecast_scenarios", m.say("forecast_scenarios", year=year), head, rows)


def _record(m: Material, cube: Lookup) -> Iterator[Block]:
    """How far earlier forecasts have been from what came, and where doing nothing was better."""
    year = cube.codes("year")[-1]
    ahead = sorted(cube.codes("years_ahead"), key=int)
    groups = [g for g in cube.codes("group_code") if g != TOTAL]
    codes = [TOTAL, *groups]
    rows = [
        [
            m.say("forecast_all") if code == TOTAL else label("group_code", code, m.language),
            *(cube.cell("mape_pct", year, code, years).number(m.language, 1) for years in ahead),
        ]
        for code in codes
    ]
    head = [dimension("group_code")[m.language], *(m.say("forecast_ahead", years=years) for years in ahead)]
    yield m.table("forecast_record", m.say("forecast_record"), head, rows)
    worse = [
        label("group_code", group, m.language)
        for group in groups
        if (mine := _mean(cube, "mape_pct", year, group, ahead)) is not None
        and (kept := _mean(cube, "mape_of_today_pct", year, group, ahead)) is not None
        and mine > kept
    ]
    yield Paragraph(m.say("forecast_worse", names=m.named(worse)) if worse else m.say("forecast_not_worse"))


def _mean(cube: Lookup, name: str, year: str, group: str, ahead: Sequence[str]) -> float | None:
    values = [c.value for years in ahead if (c := cube.cell(name, year, group, years)).value is not None]
    return sum(values) / len(values) if values else None
