"""Supply and demand to the horizon: with interval, by region, in scenarios, and how good earlier forecasts were."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from vardflode.site import charts
from vardflode.site.context import Context
from vardflode.site.tables import Line, Table

FORECAST, SCENARIOS, NATION = "forecast", "forecast_scenarios", "00"
_TOLD = ("supply", "supply_low", "supply_high", "demand", "shortage", "shortage_low", "shortage_high")


def has_forecast(c: Context, group: str) -> bool:
    """Whether a forecast of a group is told."""
    return group in c.figures.codes(FORECAST, "group_code")


def shortage_now(c: Context, group: str) -> Iterator[str]:
    """What the forecast says in a sentence."""
    if not has_forecast(c, group):
        return
    last = c.figures.codes(FORECAST, "year")[-1]
    at = {"group_code": group, "health_region": NATION, "year": last}
    shortage = c.cell(FORECAST, "shortage", **at)
    if shortage.value is None:
        return
    supply, demand = (c.num(FORECAST, name, **at) for name in ("supply", "demand"))
    lacks = shortage.value > 0
    yield (
        c.say(
            "Om allt går som nu är tillgången {s} och efterfrågan {d} år {y}: de räcker inte.",
            "If all goes on as now supply is {s} and demand {d} in {y}: too few.",
            s=supply,
            d=demand,
            y=last,
        )
        if lacks
        else c.say(
            "Om allt går som nu är tillgången {s} och efterfrågan {d} år {y}: de räcker.",
            "If all goes on as now supply is {s} and demand {d} in {y}: enough.",
            s=supply,
            d=demand,
            y=last,
        )
    )


def forecast_section(c: Context, group: str) -> Markup:
    """The part of a page about the forecast; where there is none, why."""
    heading = c.say("Tillgång och efterfrågan framåt", "Supply and demand to come")
    if not has_forecast(c, group):
        return c.section(
            "prognos",
            heading,
            c.p(
                c.say(
                    "Någon prognos visas inte för gruppen: prognoser redovisas bara där minst 100 är verksamma i yrket i området, och för grupper som regionerna bedömer.",
                    "No forecast is shown for the group: forecasts are told only where at least 100 are in the profession in the area, and of groups that the regions assess.",
                )
            ),
        )
    return c.section(
        "prognos",
        heading,
        supply_and_demand(c, group, NATION, "prognos-riket", c.name("county", NATION)),
        _regions(c, group),
        c.beside(_scenarios(c, group), _intake(c, group)),
        c.beside(_record(c, group), _flows(c, group)),
        _earlier(c, group),
    )


def supply_and_demand(c: Context, group: str, region: str, name: str, where: str) -> Markup:
    """A chart of a group in a region, with its table."""
    at = {"cube": FORECAST, "group_code": group, "health_region": region}
    years = [
        y
        for y in c.figures.codes(FORECAST, "year")
        if c.cell(FORECAST, "supply", year=y, group_code=group, health_region=region).is_shown
    ]
    if not years:
        return Markup("")
    told = {
        n: [c.cell(FORECAST, n, year=y, group_code=group, health_region=region).value for y in years]
        for n in _TOLD
    }
    ends = {
        k: (low, high)
        for k, (low, high) in enumerate(zip(told["supply_low"], told["supply_high"], strict=True))
        if low is not None and high is not None
    }
    caption = c.say(
        "Tillgång och efterfrågan, {g}, {w}",
        "Supply and demand, {g}, {w}",
        g=c.name("group_code", group),
        w=where,
    )
    last = str(c.material.last_year)
    drawn = charts.lines(
        years,
        [
            charts.Series(c.metric("supply"), told["supply"], ends),
            charts.Series(c.metric("demand"), told["demand"], dashed=True),
        ],
        c.write("supply"),
        caption,
        zero=False,
        now=(years.index(last), c.say("prognos", "forecast")) if last in years else None,
    )
    table = Table(
        name,
        caption,
        at,
        c.lines_of(FORECAST, "year"),
        c.numbers(*_TOLD),
        c.name_of_dimension("year"),
        c.language,
    )
    return c.chart(
        caption,
        drawn,
        c.table(table, folded=True),
        note=c.say(
            "Bandet är tillgångens 80-procentsintervall. Axeln börjar inte vid noll.",
            "The band is the 80 per cent interval of supply. The axis does not begin at zero.",
        )
        if ends
        else c.say("Axeln börjar inte vid noll.", "The axis does not begin at zero."),
    )


def _regions(c: Context, group: str) -> Markup:
    last, now = c.figures.codes(FORECAST, "year")[-1], str(c.material.last_year)
    columns = [Line(f"{c.metric('shortage')} {now}", {"year": now, "number": "shortage"})]
    columns += [
        Line(f"{c.metric(n)} {last}", {"year": last, "number": n}) for n in ("supply", "demand", "shortage")
    ]
    return c.by(
        "prognos-regioner",
        c.say("Sjukvårdsregionerna nu och {y}", "The health-care regions now and in {y}", y=last),
        "health_region",
        columns,
        page="health_region",
        bars=False,
        cube=FORECAST,
        group_code=group,
    )


def _scenarios(c: Context, group: str) -> Markup:
    last = c.figures.codes(SCENARIOS, "year")[-1]
    return c.by(
        "scenarier",
        c.say("Scenarier, riket {y}", "Scenarios, the nation in {y}", y=last),
        "scenario",
        c.numbers("supply", "demand", "shortage"),
        bars=False,
        cube=SCENARIOS,
        group_code=group,
        year=last,
    )


def _intake(c: Context, group: str) -> Markup:
    cube = "forecast_intake"
    year = c.figures.codes(cube, "year")[-1:]
    return c.by(
        "intag",
        c.say(
            "Nybörjare per läsår: nu, och så många som behövs för balans {y}",
            "Beginners per academic year: now, and needed for balance in {y}",
            y="".join(year),
        ),
        "scenario",
        c.numbers("beginning", "required"),
        bars=False,
        cube=cube,
        group_code=group,
        year="".join(year),
    )


def _record(c: Context, group: str) -> Markup:
    cube = "forecast_record"
    year = c.figures.codes(cube, "year")[-1:]
    return c.by(
        "facit",
        c.say("Hur väl tidigare prognoser hade slagit in", "How good earlier forecasts had been"),
        "years_ahead",
        c.numbers("mape_pct", "mape_of_today_pct", "mape_of_trend_pct", "forecasts"),
        bars=False,
        cube=cube,
        group_code=group,
        year="".join(year),
    )


def _flows(c: Context, group: str) -> Markup:
    cube = "forecast_flows"
    years = c.figures.codes(cube, "year")
    columns = [
        Line(y, {"year": y}) for y in dict.fromkeys([*years[:1], *years[4:5], *years[9:10], *years[-1:]])
    ]
    return c.by(
        "floden",
        c.say(
            "Vad som ändrar antalet legitimerade, personer per år",
            "What changes the number of licensed, persons a year",
        ),
        "flow",
        columns,
        bars=False,
        cube=cube,
        number="persons",
        group_code=group,
    )


def _earlier(c: Context, group: str) -> Markup:
    cube = "forecast_earlier"
    return c.by(
        "tidigare",
        c.say(
            "Vad tidigare års prognoser hade sagt, tillgång",
            "What the forecasts of earlier years would have said, supply",
        ),
        "year",
        c.lines_of(cube, "origin_year"),
        bars=False,
        folded=True,
        cube=cube,
        number="expected",
        group_code=group,
    )
