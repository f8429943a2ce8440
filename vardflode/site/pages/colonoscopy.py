"""Colonoscopy: need and capacity, what is to come, who does them, how well, and who could help whom."""

from __future__ import annotations

from markupsafe import Markup

from vardflode.site.context import Context, Page
from vardflode.site.tables import Line, Table

NATION, REGION, AREA = "colonoscopy_nation", "colonoscopy_region", "colonoscopy_health_region"
FORECAST, CAPACITY = "colonoscopy_forecast", "capacity"


def colonoscopy_page(c: Context) -> Page:
    """The page of colonoscopy."""
    page = Page(c.key, c.title(c.key), has_map=True)
    year = c.figures.newest(NATION, "year", "incidence_pct", {"area": "00"}) or ""
    at = {"year": year, "area": "00"}
    page.lead = c.say(
        "{n} koloskopier gjordes {y}, {i} per 100 invånare. Rekommendationen är 1,5. {o} av skopisterna var över 60 år.",
        "{n} colonoscopies were made in {y}, {i} per 100 inhabitants. 1.5 are recommended. {o} of the endoscopists were over 60.",
        n=c.num(NATION, "colonoscopies", **at),
        y=year,
        i=c.num(NATION, "incidence_pct", **at),
        o=c.num(NATION, "over_60_share", **at),
    )
    counties = c.figures.codes(REGION, "area")
    cells = {k: c.cell(REGION, "incidence_pct", year=year, area=k) for k in counties}
    page.blocks += [
        c.section(
            "behov",
            c.say("Behov och kapacitet", "Need and capacity"),
            c.beside(
                c.maps(
                    [(f"{c.metric('incidence_pct')}, {year}", cells)],
                    "incidence_pct",
                    c.metric("incidence_pct"),
                ),
                c.lines_along(
                    "over-tid",
                    c.metric("incidence_pct"),
                    "year",
                    c.figures.codes(NATION, "year"),
                    _areas(c),
                    number="incidence_pct",
                    most=1.5,
                    rule=1.5,
                    note=c.say("Prickad linje: rekommendationen 1,5.", "Dotted line: the recommended 1.5."),
                ),
            ),
            c.compare(
                _table(
                    c,
                    "regioner",
                    c.say("Regionerna {y}", "The regions in {y}", y=year),
                    year,
                    ("colonoscopies", "incidence_pct", "gap", "private_share", "screening_share"),
                )
            ),
        ),
        c.section("framat", c.say("Efterfrågan framåt", "Demand to come"), *_to_come(c)),
        c.section(
            "skopister",
            c.say("Skopisterna", "The endoscopists"),
            c.lines_along(
                "aldrar",
                c.say("Andel skopister över 60 år", "Share of endoscopists over 60"),
                "year",
                c.figures.codes(NATION, "year"),
                _areas(c),
                number="over_60_share",
            ),
            c.table(
                _table(
                    c,
                    "skopister-tabell",
                    c.say("Skopister efter region {y}", "Endoscopists by region in {y}", y=year),
                    year,
                    ("endoscopists", "over_60", "over_60_share", "trainees", "per_endoscopist"),
                )
            ),
        ),
        c.section(
            "kvalitet",
            c.say("Kvalitet", "Quality"),
            c.table(
                _table(
                    c,
                    "kvalitet-tabell",
                    c.say("Kvalitet efter region {y}", "Quality by region in {y}", y=year),
                    year,
                    ("caecal_intubation_pct", "adenoma_detection_pct", "register_coverage_pct"),
                )
            ),
        ),
        c.section("hjalp", c.say("Vem som kan hjälpa vem", "Who could help whom"), *_help(c)),
    ]
    return page


def _areas(c: Context) -> list[Line]:
    nation = Line(c.name("county", "00"), {"cube": NATION, "area": "00"})
    return [
        nation,
        *(Line(c.name("health_region", r), {"cube": AREA, "area": r}) for r in c.figures.codes(AREA, "area")),
    ]


def _table(c: Context, name: str, caption: str, year: str, numbers: tuple[str, ...]) -> Table:
    rows = [
        Line(c.name("county", "00"), {"cube": NATION, "area": "00"}),
        *(
            Line(c.name("county", k), {"cube": REGION, "area": k}, c.href(("county", k)))
            for k in c.figures.codes(REGION, "area")
        ),
    ]
    return Table(
        name, caption, {"year": year}, rows, c.numbers(*numbers), c.name_of_dimension("county"), c.language
    )


def _to_come(c: Context) -> list[Markup]:
    years = c.figures.codes(FORECAST, "year")
    chosen = list(dict.fromkeys([*years[:1], *years[4:5], *years[-1:]]))
    columns = [
        Line(c.say("{m} {y}", "{m} {y}", m=c.metric(n), y=y), {"year": y, "number": n})
        for y in chosen
        for n in ("expected_low", "expected_middle", "expected_high")
    ]
    return [
        c.p(
            c.say(
                "Kliniska koloskopier följer befolkningen; screening och vidare indikationer är antaganden som lägger till ett lågt, ett mellan- och ett högt tal.",
                "Clinical colonoscopies follow the population; screening and wider indications are assumptions that add a low, a middle and a high number.",
            )
        ),
        c.lines_along(
            "vantade",
            c.say("Koloskopier att vänta i riket", "Colonoscopies to expect in the nation"),
            "year",
            years,
            c.numbers("expected_low", "expected_middle", "expected_high"),
            cube=FORECAST,
            health_region="00",
            component="total",
        ),
        c.by(
            "vantade-regioner",
            c.say(
                "Koloskopier att vänta efter sjukvårdsregion", "Colonoscopies to expect by health-care region"
            ),
            "health_region",
            columns,
            page="health_region",
            bars=False,
            cube=FORECAST,
            component="total",
        ),
        c.by(
            "vantade-delar",
            c.say("Vad de består av, mellan, riket", "What they are made of, middle, the nation"),
            "component",
            [Line(y, {"year": y}) for y in chosen],
            bars=False,
            folded=True,
            cube=FORECAST,
            number="expected_middle",
            health_region="00",
        ),
    ]


def _help(c: Context) -> list[Markup]:
    year = c.figures.codes(CAPACITY, "year")[-1:]
    regions = c.lines_of(CAPACITY, "health_region")
    found = [
        c.p(
            c.say(
                "Varje månad ställs väntande mot lediga tider, enhet för enhet. Det som saknas kan till en del mötas av enheter som har rum; resten kan ingen hjälpa med.",
                "Each month those who wait are held against free slots, unit by unit. What is lacking can partly be met by units that have room; with the rest nobody can help.",
            )
        )
    ]
    for y in year:
        found += [
            c.by(
                f"hjalp-{n}",
                f"{c.metric(n)}, {y}",
                "month",
                regions,
                bars=False,
                folded=n in ("lack", "met"),
                cube=CAPACITY,
                number=n,
                year=y,
            )
            for n in ("unmet", "room", "lack", "met")
        ]
    return found
