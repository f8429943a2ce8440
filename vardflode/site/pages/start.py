"""The first page: what this is, the newest figures, search, and a way to every page."""

from __future__ import annotations

from markupsafe import Markup

from vardflode.publication.texts import alphabetical, window
from vardflode.site.context import Context, Page, environment
from vardflode.site.pages.flow import TOTAL, shown_window
from vardflode.site.pages.professions import LICENSED, newest_year

_LISTS = ("degree", "profession", "health_region", "county", "institution")


def start_page(c: Context) -> Page:
    """What a reader meets."""
    page = Page(
        c.key, c.say("Från vårdutbildning till arbetsliv", "From health-care education to working life")
    )
    page.lead = c.say(
        "Hur många börjar en vårdutbildning, tar examen, får legitimation, arbetar i yrket och blir kvar – och räcker de till? "
        "Här finns talen för varje examen, yrke, län, sjukvårdsregion och lärosäte.",
        "How many begin a health-care education, take the degree, get the licence, work in the profession and stay – and are they enough? "
        "Here are the numbers of every degree, profession, county, health-care region and institution.",
    )
    headings = {
        "degree": c.say("Examina", "Degrees"),
        "profession": c.say("Yrken", "Professions"),
        "health_region": c.say("Sjukvårdsregioner", "Health-care regions"),
        "county": c.say("Län", "Counties"),
        "institution": c.say("Lärosäten", "Institutions"),
    }
    titles = c.material.titles
    lists = [
        (
            headings[kind],
            sorted(
                ((c.title(k), c.url(k)) for k in titles if k[0] == kind),
                key=lambda t: alphabetical(t[0]) if kind != "county" else "",
            ),
        )
        for kind in _LISTS
        if any(k[0] == kind for k in titles)
    ]
    page.blocks += [
        Markup(
            environment()
            .get_template("search.html.j2")
            .render(say=c.say, index=c.url(f"sok.{c.language}.js"))
        ),
        c.section("nyast", c.say("Senaste siffrorna", "The newest figures"), c.cards(_newest(c))),
        Markup(environment().get_template("lists.html.j2").render(lists=lists)),
    ]
    return page


def _newest(c: Context) -> list[tuple[str, Markup, str]]:
    """A number of each kind: education, work, what is lacking, and care."""
    found: list[tuple[str, Markup, str]] = []
    for degree in ("SJ", "LA"):
        chosen = shown_window(c, degree) if degree in c.figures.codes(TOTAL, "degree_code") else None
        at = {"degree_code": degree, "cohort": chosen or "", "measure": "graduates"}
        if chosen and c.cell(TOTAL, "share", **at).is_shown:
            found.append(
                (
                    c.name("degree_code", degree),
                    c.num(TOTAL, "share", **at),
                    c.say(
                        "tog examen av dem som började {w}",
                        "took the degree of those who began in {w}",
                        w=window(chosen),
                    ),
                )
            )
    for group in ("SJ", "LK"):
        year = newest_year(c, group)
        if year:
            found.append(
                (
                    c.name("group_code", group),
                    c.num(LICENSED, "in_profession", group_code=group, year=year),
                    c.say("arbetade i yrket {y}", "worked in the profession in {y}", y=year),
                )
            )
    for cube, number, at, text in (
        (
            "colonoscopy_nation",
            "incidence_pct",
            {"area": "00"},
            c.say("i riket {y}; 1,5 rekommenderas", "in the nation in {y}; 1.5 recommended", y="{y}"),
        ),
        (
            "hired_staff",
            "hired_share_pct",
            {"area": "00", "staff_group": "total"},
            c.say("procent, riket {y}", "per cent, the nation in {y}", y="{y}"),
        ),
        (
            "sick_leave",
            "sick_leave_pct",
            {"area": "00", "staff_group": "total"},
            c.say(
                "procent av ordinarie timmar, riket {y}",
                "per cent of ordinary hours, the nation in {y}",
                y="{y}",
            ),
        ),
    ):
        if year := c.figures.newest(cube, "year", number, at):
            found.append((c.metric(number), c.num(cube, number, year=year, **at), text.format(y=year)))
    return found
