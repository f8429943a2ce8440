"""A page an institution: its educations, who took the degree, and whether they work in the profession and stay."""

from __future__ import annotations

from vardflode.publication.texts import alphabetical, window
from vardflode.site.context import Context, Page
from vardflode.site.pages.regions import county_of
from vardflode.site.tables import Line, Table

CUBE = "flow_measures_institution"
_MOST_LINES = 8


def institution_page(c: Context) -> Page:
    """The page of the institution that the key names."""
    code = c.key[1]
    page = Page(c.key, c.name("institution", code), above=("institutions", ""))
    windows = c.figures.codes(CUBE, "cohort")
    began = {
        d: [
            c.cell(CUBE, "numerator", degree_code=d, cohort=w, institution=code, measure="beginners")
            for w in windows
        ]
        for d in c.figures.codes(CUBE, "degree_code")
    }
    degrees = sorted(
        (d for d, cells in began.items() if any(cell.value for cell in cells)),
        key=lambda d: -sum(cell.value or 0 for cell in began[d]),
    )
    chosen = _followed(c, code, degrees, windows)
    newest = next(
        (w for k, w in reversed(list(enumerate(windows))) if any(began[d][k].value for d in degrees)),
        windows[-1],
    )
    page.lead = (
        c.say(
            "{n} vårdutbildningar har haft nybörjare. Talen nedan gäller dem som började {w}, om inget annat sägs.",
            "{n} health-care educations have had beginners. The numbers below are of those who began in {w}, if nothing else is said.",
            n=len(degrees),
            w=window(chosen),
        )
        if degrees
        else c.say(
            "Inga nybörjare kan visas för lärosätet.", "No beginners can be shown for the institution."
        )
    )
    shares = [
        Line(
            c.say("{m}, andel", "{m}, share", m=c.name("measure", m)),
            {"cube": CUBE, "measure": m, "number": "share", "cohort": chosen},
        )
        for m in ("graduates", "licensed", "in_profession_1y", "retained_5y")
    ]
    nation = Line(
        c.say("Examinerade, andel i riket", "Graduates, share in the nation"),
        {"cube": "flow_measures_total", "measure": "graduates", "number": "share", "cohort": chosen},
    )
    rows = c.lines_of(CUBE, "degree_code", "degree", degrees)
    counts = [
        Line(c.name("measure", m), {"cube": CUBE, "measure": m, "number": "numerator", "cohort": chosen})
        for m in ("beginners", "graduates", "licensed", "in_profession_1y", "retained_5y")
    ]
    page.blocks += [
        c.section(
            "utbildningar",
            c.say("Alla utbildningar", "All educations"),
            c.table(
                Table(
                    "alla",
                    c.say(
                        "Från nybörjare till kvar i yrket, nybörjare {w}",
                        "From beginners to still in the profession, beginners {w}",
                        w=window(chosen),
                    ),
                    {"institution": code},
                    rows,
                    [*counts[:2], shares[0], nation, *counts[2:]],
                    c.name_of_dimension("degree_code"),
                    c.language,
                )
            ),
            c.table(
                Table(
                    "andelar",
                    c.say("Andelar, nybörjare {w}", "Shares, beginners {w}", w=window(chosen)),
                    {"institution": code},
                    rows,
                    shares,
                    c.name_of_dimension("degree_code"),
                    c.language,
                ),
                folded=True,
            ),
        ),
        c.section(
            "over-tid",
            c.say("Över tid", "Over time"),
            c.beside(
                *(
                    c.lines_along(
                        f"{m}-tid",
                        c.say("{m} efter kohort", "{m} by cohort", m=c.name("measure", m)),
                        "cohort",
                        windows,
                        rows[:_MOST_LINES],
                        cube=CUBE,
                        number="numerator",
                        institution=code,
                        measure=m,
                    )
                    for m in ("beginners", "graduates")
                )
            ),
        ),
        c.section(
            "sokande",
            c.say("Sökande", "Applicants"),
            c.by(
                "sokande-tabell",
                c.say("Sökande och antagna {w}", "Applicants and admitted {w}", w=window(newest)),
                "degree_code",
                c.numbers("applicants", "first_choice", "admitted"),
                page="degree",
                cube="applicants_institution",
                cohort=newest,
                institution=code,
            ),
        ),
        c.section(
            "kon",
            c.name_of_dimension("sex"),
            c.table(
                Table(
                    "kon-tabell",
                    c.say("Nybörjare efter kön, {w}", "Beginners by sex, {w}", w=window(newest)),
                    {
                        "cube": "flow_measures_institution_sex",
                        "number": "numerator",
                        "measure": "beginners",
                        "cohort": newest,
                        "institution": code,
                    },
                    rows,
                    c.lines_of("flow_measures_institution_sex", "sex"),
                    c.name_of_dimension("degree_code"),
                    c.language,
                    bars=True,
                )
            ),
        ),
        c.section(
            "vidare",
            c.say("Läs vidare", "Read on"),
            c.links(
                [
                    *((("county", county_of(code)),) if county_of(code) else ()),
                    *(("degree", d) for d in degrees),
                ]
            ),
        ),
    ]
    return page


def _followed(c: Context, code: str, degrees: list[str], windows: list[str]) -> str:
    """The newest window in which most of what is told of any has been followed into the profession."""

    def told(w: str) -> int:
        return sum(
            bool(
                c.cell(
                    CUBE, "numerator", degree_code=d, cohort=w, institution=code, measure="in_profession_1y"
                ).value
            )
            for d in degrees
        )

    return max(windows, key=lambda w: (told(w), w))


def institutions_page(c: Context) -> Page:
    """All institutions side by side."""
    page = Page(c.key, c.say("Lärosäten", "Institutions"))
    codes = sorted(
        (code for kind, code in c.material.titles if kind == "institution"),
        key=lambda k: alphabetical(c.name("institution", k)),
    )
    page.lead = c.say(
        "{n} lärosäten med vårdutbildningar, bredvid varandra.",
        "{n} institutions with health-care education, side by side.",
        n=len(codes),
    )
    windows = c.figures.codes(CUBE, "cohort")
    newest = windows[-1]
    degrees = [d for d in ("SJ", "SP", "BM", "LA", "FY", "AT") if d in c.figures.codes(CUBE, "degree_code")]
    columns = [Line(c.name("degree_code", d), {"degree_code": d}) for d in degrees]
    rows = [Line(c.name("institution", k), {"institution": k}, c.href(("institution", k))) for k in codes]
    page.blocks.append(
        c.compare(
            Table(
                "larosaten",
                c.say(
                    "Nybörjare {w}, de största utbildningarna",
                    "Beginners {w}, the largest educations",
                    w=window(newest),
                ),
                {"cube": CUBE, "number": "numerator", "measure": "beginners", "cohort": newest},
                rows,
                columns,
                c.name_of_dimension("institution"),
                c.language,
                bars=True,
            )
        )
    )
    return page
