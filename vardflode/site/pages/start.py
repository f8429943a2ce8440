"""The first page: what this is, the newest figures, search, and a way to every page."""

from __future__ import annotations

from markupsafe import Markup

from vardflode.site.context import Context, Page, environment
from vardflode.site.pages.flow import TOTAL, shown_window

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
                key=lambda t: _order(t[0]) if kind != "county" else "",
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


def _order(name: str) -> str:
    from vardflode.publication.texts import alphabetical

    return alphabetical(name)


def _newest(c: Context) -> list[tuple[str, Markup, str]]:
    found: list[tuple[str, Markup, str]] = []
    for degree in ("SJ", "LA", "BM"):
        window = shown_window(c, degree) if degree in c.figures.codes(TOTAL, "degree_code") else None
        at = {"degree_code": degree, "cohort": window or "", "measure": "graduates"}
        if window and c.cell(TOTAL, "share", **at).is_shown:
            found.append(
                (
                    c.name("degree_code", degree),
                    c.num(TOTAL, "share", **at),
                    str(
                        c.say(
                            "tog examen av dem som började {w}",
                            "took the degree of those who began in {w}",
                            w=window.replace("-", "–"),
                        )
                    ),
                )
            )
    return found
