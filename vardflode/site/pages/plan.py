"""The national plan: its measures, how far they have come, and its goals."""

from __future__ import annotations

import polars as pl
from markupsafe import Markup

from vardflode.site.context import Context, Page
from vardflode.site.tables import Line, Table

PLAN, GOALS = "plan", "plan_goals"
_STATES = ("not_started", "under_way", "completed")


def plan_page(c: Context) -> Page:
    """The page of the plan."""
    page = Page(c.key, c.say("Den nationella planen", "The national plan"))
    years = c.figures.codes(PLAN, "year")
    newest = years[-1]
    measures = c.figures.codes(PLAN, "plan_measure")
    page.lead = c.say(
        "Planen för hälso- och sjukvårdens kompetensförsörjning har {n} insatser. Tabellen visar hur många aktörer som hade kommit hur långt {y}.",
        "The plan for the supply of skills in health care has {n} measures. The table tells how many actors had come how far in {y}.",
        n=len(measures),
        y=newest,
    )
    page.blocks += [
        c.section(
            "insatser",
            c.say("Insatserna", "The measures"),
            c.by(
                "insatser-tabell",
                c.say("Aktörer efter läge, {y}", "Actors by state, {y}", y=newest),
                "plan_measure",
                c.numbers(*_STATES),
                cube=PLAN,
                year=newest,
            ),
            c.by(
                "genomforda",
                c.say(
                    "Aktörer som har genomfört insatsen, efter år",
                    "Actors that have completed the measure, by year",
                ),
                "plan_measure",
                c.lines_of(PLAN, "year"),
                folded=True,
                bars=False,
                cube=PLAN,
                number="completed",
            ),
        ),
        c.section("mal", c.say("Effektmålen", "The goals"), _goals(c)),
    ]
    return page


def _goals(c: Context) -> Markup:
    if GOALS not in c.figures:
        return Markup("")
    keys = c.figures.cube(GOALS).keys
    rows = []
    for row in (
        c.figures.cube(GOALS)
        .frame.select(keys)
        .sort(pl.col("plan_measure").cast(pl.Int64, strict=False), "plan_indicator")
        .iter_rows(named=True)
    ):
        words = {key: c.figures.label(GOALS, key, row[key], c.language) for key in keys}
        text = c.say(
            "{m}: {i}, {d} till {y}",
            "{m}: {i}, {d} by {y}",
            m=words["plan_measure"],
            i=words["plan_indicator"],
            d=words["direction"].lower(),
            y=row["goal_year"],
        )
        rows.append(Line(text, row))
    return c.table(
        Table(
            "mal-tabell",
            c.say("Mål för indikatorer", "Goals of indicators"),
            {"cube": GOALS},
            rows,
            c.numbers("goal_target"),
            c.say("Insats och indikator", "Measure and indicator"),
            c.language,
        )
    )
