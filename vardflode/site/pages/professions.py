"""A page a profession (or group within one): how many, where, how it goes on, and whether they suffice."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from vardflode.deliveries.contract import read_code_list
from vardflode.publication.labels import DEGREES
from vardflode.publication.texts import small
from vardflode.site.context import Context, Key, Page
from vardflode.site.pages.forecasts import forecast_section, has_forecast, shortage_now
from vardflode.site.pages.nurses import specialisation
from vardflode.site.pages.physicians import physicians
from vardflode.site.tables import Line, Table

LICENSED, WORKPLACE, DENSITY = "licensed_workforce_total", "workplace_total", "staff_density"
_INDICATORS = ("established", "unemployed", "left_country", "trained_abroad")


def newest_year(c: Context, group: str) -> str | None:
    """The last year that tells how many of a group work in the profession."""
    return c.figures.newest(LICENSED, "year", "in_profession", {"group_code": group})


def profession_page(c: Context) -> Page:
    """The page of the group that the key names."""
    group = c.key[1]
    year = newest_year(c, group)
    page = Page(c.key, c.name("group_code", group), above=("professions", ""), has_map=True)
    page.lead = Markup(" ").join(_lead(c, group, year))
    page.blocks += [
        c.cards(_cards(c, group, year)),
        forecast_section(c, group),
        c.section(
            "antal",
            c.say("Legitimerade och verksamma", "Licensed and in the profession"),
            *_workforce(c, group, year),
        ),
        c.section("var", c.say("Var de arbetar", "Where they work"), *_where(c, group)),
        c.section("efterfragan", c.say("Tecken på efterfrågan", "Signs of demand"), _demand(c, group)),
        c.section("vart", c.say("Vart de tar vägen", "Where they go"), _moves(c, group)),
        c.section(
            "tathet",
            c.say(
                "Anställda i yrket enligt yrkesregistret",
                "Employees in the occupation by the register of occupations",
            ),
            *_density(c, group),
        ),
        physicians(c) if group in ("LK", "ALM") else "",
        specialisation(c) if group in ("SJ", "SJG", "SPS") else "",
        c.section("vidare", c.say("Läs vidare", "Read on"), c.links(_related(group))),
    ]
    return page


def _lead(c: Context, group: str, year: str | None) -> Iterator[str]:
    if year is None:
        yield c.say(
            "Inga tal om antalet verksamma kan visas.", "No numbers of those in the profession can be shown."
        )
        return
    at = {"group_code": group, "year": year}
    yield c.say(
        "{n} arbetade i yrket {y}.",
        "{n} worked in the profession in {y}.",
        n=c.num(LICENSED, "in_profession", **at),
        y=year,
    )
    if c.cell(LICENSED, "in_profession_share", **at).is_shown:
        yield c.say(
            "Det var {n} av de legitimerade som bodde i landet och var högst 74 år.",
            "That was {n} of the licensed who lived in the country and were 74 at most.",
            n=c.num(LICENSED, "in_profession_share", **at),
        )
    yield from shortage_now(c, group)


def _cards(c: Context, group: str, year: str | None) -> list[tuple[str, Markup, str]]:
    if year is None:
        return []
    at = {"group_code": group, "year": year}
    cards = [
        (
            c.say("Legitimerade", "Licensed"),
            c.num(LICENSED, "licensed", **at),
            c.say("bosatta, högst 74 år, {y}", "residents, 74 at most, {y}", y=year),
        ),
        (c.say("Verksamma i yrket", "In the profession"), c.num(LICENSED, "in_profession", **at), year),
    ]
    if c.cell(WORKPLACE, "per_100k", **at).is_shown:
        cards.append(
            (
                c.say("Per 100 000 invånare", "Per 100 000 inhabitants"),
                c.num(WORKPLACE, "per_100k", **at),
                c.say("verksamma efter arbetsställe, {y}", "in the profession by workplace, {y}", y=year),
            )
        )
    if has_forecast(c, group):
        last = c.figures.codes("forecast", "year")[-1]
        told = {"group_code": group, "year": last, "health_region": "00"}
        if c.cell("forecast", "shortage", **told).is_shown:
            cards.append(
                (
                    c.say("Brist enligt prognosen", "Shortage by the forecast"),
                    c.num("forecast", "shortage", **told),
                    c.say("efterfrågan minus tillgång, {y}", "demand minus supply, {y}", y=last),
                )
            )
    return cards


def _workforce(c: Context, group: str, year: str | None) -> Iterator[Markup]:
    yield c.lines_along(
        "antal-tid",
        c.say("Legitimerade, sysselsatta och verksamma i yrket", "Licensed, employed and in the profession"),
        "year",
        c.figures.codes(LICENSED, "year"),
        c.numbers("licensed", "employed", "in_health_care", "in_profession"),
        cube=LICENSED,
        group_code=group,
    )
    if year is None:
        return
    columns = c.numbers("licensed", "in_profession", "in_profession_share")
    yield c.beside(
        *(
            c.by(
                f"efter-{kind.replace('_', '-')}",
                f"{c.name_of_dimension(kind)}, {year}",
                kind,
                columns,
                cube=f"licensed_workforce_{kind}",
                group_code=group,
                year=year,
            )
            for kind in ("licensed_age", "sex", "training_country", "specialisation", "specialty")
        )
    )


def _where(c: Context, group: str) -> Iterator[Markup]:
    cube = "workplace_county"
    counties = c.figures.codes(cube, "county")
    years = c.figures.codes(cube, "year")
    year = next(
        (
            y
            for y in reversed(years)
            if any(c.cell(cube, "in_profession", year=y, group_code=group, county=k).value for k in counties)
        ),
        None,
    )
    if year is None:
        return
    per = {k: c.cell(cube, "per_100k", year=year, group_code=group, county=k) for k in counties}
    number = "per_100k" if any(cell.is_shown for cell in per.values()) else "in_profession"
    cells = {k: c.cell(cube, number, year=year, group_code=group, county=k) for k in counties}
    drawn = c.maps([(f"{c.metric(number)}, {year}", cells)], number, c.metric(number))
    columns = c.numbers("in_profession", "per_100k")
    rows = [
        Line(c.name("county", "00"), {"cube": WORKPLACE}),
        *(
            Line(line.label, {"cube": cube, **line.at}, line.href)
            for line in c.lines_of(cube, "county", "county")
        ),
    ]
    yield c.beside(
        drawn,
        c.table(
            Table(
                "lan",
                c.say(
                    "Verksamma efter arbetsställets län, {y}",
                    "In the profession by county of the workplace, {y}",
                    y=year,
                ),
                {"group_code": group, "year": year},
                rows,
                columns,
                c.name_of_dimension("county"),
                c.language,
                bars=False,
            )
        ),
    )
    yield c.by(
        "sektor",
        c.say("Verksamma efter sektor", "In the profession by sector"),
        "sector",
        c.lines_of("workplace_sector", "year"),
        cube="workplace_sector",
        number="in_profession",
        group_code=group,
        bars=False,
    )


def _demand(c: Context, group: str) -> Markup:
    cube = "demand_indicators_total"
    lines = [line for line in c.lines_of(cube, "indicator") if line.at["indicator"] in _INDICATORS]
    return c.lines_along(
        "tecken",
        c.say("Tecken på efterfrågan, andelar", "Signs of demand, shares"),
        "year",
        c.figures.codes(cube, "year"),
        lines,
        cube=cube,
        number="share",
        group_code=group,
    )


def _moves(c: Context, group: str) -> Markup:
    cube = "career_moves"
    at = {"group_code": group, "from_sector": "total", "state": "total"}
    tables = []
    for years in c.figures.codes(cube, "years_later"):
        year = c.figures.newest(cube, "year", "persons", {**at, "years_later": years})
        if year:
            tables.append(
                c.by(
                    f"vart-{years}",
                    c.say(
                        "{k} år senare, av dem som var verksamma i yrket {y}",
                        "{k} years later, of those in the profession in {y}",
                        k=years,
                        y=year,
                    ),
                    "state",
                    c.numbers("persons"),
                    cube=cube,
                    group_code=group,
                    from_sector="total",
                    years_later=years,
                    year=year,
                )
            )
    return c.beside(*tables)


def _density(c: Context, group: str) -> Iterator[Markup]:
    of = next(
        (code for code in c.figures.codes(DENSITY, "occupation_group") if group in code.split("+")), None
    )
    if of is None:
        return
    at = {"occupation_group": of, "sex": "total"}
    yield c.p(
        c.say(
            "Öppna data från SCB: anställda efter yrkeskod i november, oavsett legitimation. Yrkesgrupp: {o}.",
            "Open data of Statistics Sweden: employees by occupation code in November, licensed or not. Group: {o}.",
            o=c.name("occupation_group", of),
        )
    )
    yield c.lines_along(
        "tathet-tid",
        c.say("Anställda per 100 000 invånare, riket", "Employees per 100 000 inhabitants, the nation"),
        "year",
        c.figures.codes(DENSITY, "year"),
        [Line(c.name("county", "00"), {"area": "00"})],
        cube=DENSITY,
        number="per_100k",
        occupation_group=of,
        sex="total",
    )
    year = (
        c.figures.newest(DENSITY, "year", "per_100k", {**at, "area": "01"})
        or c.figures.codes(DENSITY, "year")[-1]
    )
    yield c.by(
        "tathet-lan",
        c.say(
            "Anställda per 100 000 invånare efter län, {y}",
            "Employees per 100 000 inhabitants by county, {y}",
            y=year,
        ),
        "area",
        c.numbers("employees", "per_100k"),
        page="county",
        cube=DENSITY,
        year=year,
        folded=True,
        occupation_group=of,
        sex="total",
    )


def _related(group: str) -> list[Key]:
    within = {row["grupp"]: row for row in read_code_list("prognosgrupper.csv")}
    profession = within[group]["yrkeskod"] if group in within else group
    degrees = [
        code
        for code, row in DEGREES.items()
        if row["yrkeskod"] == profession or (profession == "SJ" and code == "SP")
    ]
    groups = [profession, *(code for code, row in within.items() if row["yrkeskod"] == profession)]
    return [
        *(("degree", code) for code in degrees),
        *(("profession", code) for code in groups if code != group),
    ]


def professions_page(c: Context) -> Page:
    """All professions side by side."""
    page = Page(c.key, c.say("Yrken", "Professions"))
    groups = [code for kind, code in c.material.titles if kind == "profession"]
    year = c.figures.codes(LICENSED, "year")[-1]
    page.lead = c.say(
        "Hur många som har legitimation, arbetar i yrket och beräknas fattas, för {n} yrken och grupper bredvid varandra. Talen gäller {y}.",
        "How many are licensed, work in the profession and are expected to lack, for {n} professions and groups side by side. The numbers are of {y}.",
        n=len(groups),
        y=year,
    )
    columns = [
        *(
            Line(c.metric(n), {"cube": LICENSED, "number": n, "year": year})
            for n in ("licensed", "in_profession", "in_profession_share")
        ),
        Line(c.metric("per_100k"), {"cube": WORKPLACE, "number": "per_100k", "year": year}),
    ]
    years = c.figures.codes("forecast", "year")
    for y in dict.fromkeys([y for y in years if y == str(c.material.last_year)] + years[-1:]):
        columns.append(
            Line(
                c.say("{m} {y}", "{m} {y}", m=c.metric("shortage"), y=y),
                {"cube": "forecast", "number": "shortage", "year": y, "health_region": "00"},
            )
        )
    rows = sorted(
        (Line(c.name("group_code", g), {"group_code": g}, c.href(("profession", g))) for g in groups),
        key=lambda line: small(line.label),
    )
    page.blocks.append(
        c.compare(
            Table(
                "yrken",
                c.say("Yrken jämförda, {y}", "Professions compared, {y}", y=year),
                {},
                rows,
                columns,
                c.name_of_dimension("group_code"),
                c.language,
                bars=False,
            )
        )
    )
    return page
