"""The chapter of forecasts: supply and demand, what is missing, how many to educate, how good it has been."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vardflode.deliveries.contract import read_code_list
from vardflode.publication.labels import dimension, label, metric
from vardflode.publication.lookup import Lookup
from vardflode.publication.report import charts
from vardflode.publication.report.document import Block, Chapter, Figure, Paragraph
from vardflode.publication.report.findings import NATION, TOTAL
from vardflode.publication.report.material import Material
from vardflode.publication.texts import listed, small

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
    if m.has("forecast_earlier"):
        yield from _earlier(m, m.cubes["forecast_earlier"], cube, nation)
    yield from _assumed(m)


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
    """Figures of the nation and of the health-care regions, and a table by region."""
    name, now = label("group_code", group, m.language), int(told[0])
    words = m.say("forecast_year"), m.say("forecast_persons")
    demand = metric("demand")[m.language]
    figure = f"forecast-{group.lower()}.{m.language}"
    lines = _lines(m, cube, years, group, NATION)
    m.draw(figure, charts.outlook([("", lines)], now, words, m.language, dashed=[demand]))
    first, last = (
        cube.cell("supply", year, group, NATION).number(m.language) for year in (told[0], told[-1])
    )
    wanted = cube.cell("demand", told[-1], group, NATION).number(m.language)
    alt = m.say("forecast_alt", first=first, now=told[0], supply=last, demand=wanted, last=told[-1])
    yield Figure(figure, m.say("forecast_figure", group=name), alt)
    panels = [
        (label("health_region", area, m.language), lines)
        for area in cube.codes("health_region")
        if area != NATION and (lines := _lines(m, cube, years, group, area))
    ]
    if panels:
        figure = f"forecast-{group.lower()}-regions.{m.language}"
        m.draw(figure, charts.outlook(panels, now, words, m.language, columns=3, dashed=[demand]))
        yield Figure(figure, m.say("forecast_figure_regions", group=name), m.say("forecast_alt_regions"))
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


def _lines(m: Material, cube: Lookup, years: Sequence[str], group: str, area: str) -> list[charts.Outlook]:
    """Supply with its interval, and demand; none where nothing is told."""

    def told(figure: str) -> dict[int, float]:
        cells = {int(year): cube.cell(figure, year, group, area).value for year in years}
        return {year: value for year, value in cells.items() if value is not None}

    low, high = told("supply_low"), told("supply_high")
    ends = {year: (low[year], high[year]) for year in low if year in high}
    lines = [(metric("supply"), told("supply"), ends), (metric("demand"), told("demand"), {})]
    return [charts.Outlook(name[m.language], values, of) for name, values, of in lines if values]


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
            cube.label("scenario", code, m.language),
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


# Of the published record, what is told of the forecast and of the simplest alternatives.
_METHODS = {
    "mape_pct": "forecast_itself",
    "mape_of_today_pct": "forecast_kept",
    "mape_of_trend_pct": "forecast_trend",
}


def _record(m: Material, cube: Lookup) -> Iterator[Block]:
    """How far earlier forecasts have been from what came, and where something simpler was better."""
    year = cube.codes("year")[-1]
    ahead = sorted(cube.codes("years_ahead"), key=int)
    groups = [g for g in cube.codes("group_code") if g != TOTAL]

    def cells(figure: str, group: str) -> list[str]:
        return [cube.cell(figure, year, group, years).number(m.language, 1) for years in ahead]

    said = [m.say("forecast_ahead", years=years) for years in ahead]
    rows = [[m.say(words), *cells(figure, TOTAL)] for figure, words in _METHODS.items()]
    yield m.table("forecast_record", m.say("forecast_compared"), [m.say("forecast_method"), *said], rows)
    better = {
        words: [
            label("group_code", group, m.language)
            for group in groups
            if (means := _means(cube, figure, year, group, ahead)) and means[0] > means[1]
        ]
        for figure, words in (("mape_of_today_pct", "kept"), ("mape_of_trend_pct", "trend"))
    }
    told = [
        m.say(f"forecast_worse_{words}", names=m.named(names)) for words, names in better.items() if names
    ]
    yield Paragraph(" ".join(told) or m.say("forecast_not_worse"))
    rows = [[label("group_code", group, m.language), *cells("mape_pct", group)] for group in groups]
    head = [dimension("group_code")[m.language], *said]
    yield m.table("forecast_record", m.say("forecast_record"), head, rows)


def _means(
    cube: Lookup, other: str, year: str, group: str, ahead: Sequence[str]
) -> tuple[float, float] | None:
    """Mean errors of the forecast and of an alternative, over the years ahead that tell both."""
    both = [
        (mine.value, its.value)
        for years in ahead
        for mine, its in [[cube.cell(name, year, group, years) for name in ("mape_pct", other)]]
        if mine.value is not None and its.value is not None
    ]
    return (sum(a for a, _ in both) / len(both), sum(b for _, b in both) / len(both)) if both else None


def _earlier(m: Material, cube: Lookup, came: Lookup, groups: Sequence[str]) -> Iterator[Block]:
    """What forecasts from two earlier years would have said, beside what came."""
    origins = cube.codes("origin_year")
    shown = list(dict.fromkeys([origins[0], origins[len(origins) // 2]]))
    last = max(cube.codes("year"))
    panels = []
    for group in [g for g in groups if g in _DRAWN and g in cube.codes("group_code")]:
        observed = {
            int(year): cell.value
            for year in came.codes("year")
            if year <= last and (cell := came.cell("supply", year, group, NATION)).value is not None
        }
        lines = [charts.Outlook(m.say("forecast_came"), observed)]
        for origin in shown:
            made = {
                int(year): cell.value
                for year in cube.codes("year")
                if (cell := cube.cell("expected", year, group, origin)).value is not None
            }
            if int(origin) in observed and made:
                made[int(origin)] = observed[int(origin)]
            lines.append(charts.Outlook(m.say("forecast_made_in", year=origin), made))
        panels.append((label("group_code", group, m.language), [line for line in lines if line.values]))
    if panels:
        figure = f"forecast-earlier.{m.language}"
        words = m.say("forecast_year"), m.say("forecast_persons")
        dashed = [m.say("forecast_made_in", year=origin) for origin in shown]
        m.draw(figure, charts.outlook(panels, int(last), words, m.language, columns=3, dashed=dashed))
        yield Figure(
            figure, m.say("forecast_earlier"), m.say("forecast_earlier_alt", years=listed(shown, m.language))
        )


def _assumed(m: Material) -> Iterator[Block]:
    """What no register tells, and from where it is."""
    yield Paragraph(m.say("forecast_assumed"))
    rows = [
        [
            m.say(f"forecast_{name}"),
            name,
            ", ".join(sorted({row["kalla"] for row in read_code_list(f"{name}.csv")})),
        ]
        for name in ("vardkonsumtion", "tjanstgoringsgrad", "utgangslage")
    ]
    head = [m.say(key) for key in ("forecast_assumption", "forecast_list", "forecast_source")]
    yield m.table("forecast", m.say("forecast_assumptions"), head, rows, texts=3)
