"""Try a scenario: what the published scenarios do to supply and demand, in parts and together."""

from __future__ import annotations

import json

from markupsafe import Markup

from vardflode.site.context import Context, Page, environment
from vardflode.site.pages.forecasts import SCENARIOS
from vardflode.site.tables import Table

REFERENCE, COMBINED = "reference", "combined"
NUMBERS = ("supply", "demand")


def scenario_page(c: Context) -> Page:
    """Sliders for the published scenarios; without scripts a table of them."""
    page = Page(c.key, c.title(c.key))
    groups, years = c.figures.codes(SCENARIOS, "group_code"), c.figures.codes(SCENARIOS, "year")
    page.lead = c.say(
        "Hur mycket betyder digitalisering, längre arbetsliv eller större intag för balansen? Dra i reglagen, och sidan räknar ut tillgång, efterfrågan och brist.",
        "What do digitalisation, a longer working life or a larger intake mean for the balance? Move the sliders, and the page computes supply, demand and shortage.",
    )
    if not groups:
        page.blocks.append(
            c.p(
                c.say(
                    "Inga scenarier är publicerade: ingen grupp är stor nog.",
                    "No scenarios are published: no group is large enough.",
                )
            )
        )
        return page
    scenarios = [s for s in c.figures.codes(SCENARIOS, "scenario") if s != REFERENCE]
    sliders = [s for s in scenarios if s != COMBINED]
    body = json.dumps(effects(c, groups, years, sliders), separators=(",", ":"), ensure_ascii=False)
    page.blocks += [
        Markup(
            environment()
            .get_template("scenario.html.j2")
            .render(
                say=c.say,
                groups=[(g, c.name("group_code", g)) for g in groups],
                sliders=[(s, c.figures.label(SCENARIOS, "scenario", s, c.language)) for s in sliders],
                data=Markup(body.replace("<", "\\u003c")),
                metrics={n: c.metric(n) for n in (*NUMBERS, "shortage")},
            )
        ),
        c.section(
            "sa-raknas",
            c.say("Så räknas det", "How it is computed"),
            c.p(
                c.say(
                    "Varje reglage är ett publicerat scenario. Dess verkan ett år är skillnaden mellan scenariots tal och talen om allt går som nu. Reglaget tar en del av verkan, och flera läggs ihop. "
                    "Med ett reglage på 100 procent och de andra på 0 är svaret det publicerade; däremellan, och för flera på en gång, är det en uppskattning som bortser från att förändringar påverkar varandra. "
                    "Talen är avrundade till hela tiotal.",
                    "Each slider is a published scenario. Its effect in a year is the difference between its numbers and those if all goes on as now. The slider takes a part of the effect, and several are added. "
                    "With one slider at 100 per cent and the others at 0 the answer is the published one; in between, and for several at once, it is an estimate that leaves out how changes affect each other. "
                    "The numbers are rounded to whole tens.",
                )
            ),
        ),
        c.section(
            "alla",
            c.say("De publicerade scenarierna", "The published scenarios"),
            *(
                c.table(
                    Table(
                        f"scenarier-{g.lower()}",
                        c.say(
                            "{g}: brist {y} efter scenario",
                            "{g}: shortage in {y} by scenario",
                            g=c.name("group_code", g),
                            y=years[-1],
                        ),
                        {"cube": SCENARIOS, "group_code": g, "year": years[-1]},
                        c.lines_of(SCENARIOS, "scenario"),
                        c.numbers("supply", "demand", "shortage"),
                        c.name_of_dimension("scenario"),
                        c.language,
                    ),
                    folded=True,
                )
                for g in groups
            ),
        ),
    ]
    return page


def effects(c: Context, groups: list[str], years: list[str], sliders: list[str]) -> dict[str, object]:
    """For each group the numbers if all goes on as now, and what each scenario adds to them, by year."""

    def told(group: str, scenario: str, number: str) -> list[float]:
        return [
            c.cell(SCENARIOS, number, year=y, group_code=group, scenario=scenario).value or 0 for y in years
        ]

    return {
        "years": years,
        "sliders": sliders,
        "groups": {
            g: {
                n: {
                    "now": told(g, REFERENCE, n),
                    "effects": [
                        [round(a - b) for a, b in zip(told(g, s, n), told(g, REFERENCE, n), strict=True)]
                        for s in sliders
                    ],
                }
                for n in NUMBERS
            }
            for g in groups
        },
        "thousands": "\u00a0" if c.language == "sv" else ",",
    }
