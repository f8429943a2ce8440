"""A page a degree: its flow, its curves, where they come from and go; and the page of all degrees."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from vardflode.publication.edition import HORIZONS
from vardflode.publication.labels import DEGREES
from vardflode.publication.texts import window
from vardflode.site.context import Context, Page
from vardflode.site.pages.flow import TOTAL, flow, shown_window, steps
from vardflode.site.pages.nurses import specialisation
from vardflode.site.tables import Line, Table

_SHARES = ("graduates", "licensed", "employed_1y", "in_profession_1y", "established_1y")
_COUNTS = ("beginners", "graduates", "in_profession_1y")
_MOBILITY = ("home_county", "study_county", "work_county")


def degree_page(c: Context) -> Page:
    """The page of the degree that the key names."""
    degree = c.key[1]
    chosen = shown_window(c, degree)
    page = Page(c.key, c.name("degree_code", degree), above=("degrees", ""), has_map=True)
    if chosen is None:
        page.lead = c.say(
            "Inga tal kan visas för examen: för få har börjat.",
            "No numbers can be shown for the degree: too few have begun.",
        )
        page.blocks.append(_related(c, degree))
        return page
    page.lead = Markup(" ").join(_lead(c, degree, chosen))
    page.blocks += [
        c.section(
            "flodet",
            c.say("Flödet från utbildning till yrke", "The flow from education to profession"),
            flow(c, degree, chosen),
        ),
        c.section(
            "over-tid",
            c.say("Över tid", "Over time"),
            c.beside(_over_time(c, degree), _retention(c, degree)),
            _all_windows(c, degree),
        ),
        c.section(
            "var",
            str(
                c.say(
                    "Varifrån de kommer, var de studerar och arbetar", "Where they come from, study and work"
                )
            ),
            *_where(c, degree),
        ),
        c.section(
            "larosaten",
            c.say("Lärosäten", "Institutions"),
            _by(c, degree, chosen, "institution", _COUNTS),
        ),
        c.section(
            "grupper",
            c.say("Olika grupper", "Different groups"),
            c.beside(
                *(
                    _by(c, degree, chosen, kind, _SHARES[:4])
                    for kind in ("sex", "age_group", "upper_secondary", "prior_degree")
                )
            ),
        ),
        c.section("sokande", c.say("Sökande", "Applicants"), _applicants(c, degree)),
        specialisation(c) if DEGREES[degree]["yrkeskod"] == "SJ" or degree == "SP" else Markup(""),
        _related(c, degree),
    ]
    return page


def _lead(c: Context, degree: str, chosen: str) -> Iterator[str]:
    at = {"degree_code": degree, "cohort": chosen}
    graduates, licensed, profession = (
        c.cell(TOTAL, "share", **at, measure=m) for m in ("graduates", "licensed", "in_profession_1y")
    )
    if graduates.is_shown:
        yield c.say(
            "Av dem som började {w} tog {n} examen.",
            "Of those who began in {w}, {n} took the degree.",
            w=window(chosen),
            n=c.num(TOTAL, "share", **at, measure="graduates"),
        )
    else:
        yield c.say(
            "{n} började utbildningen {w}.",
            "{n} began in {w}.",
            n=c.num(TOTAL, "numerator", **at, measure="beginners"),
            w=window(chosen),
        )
    if licensed.is_shown:
        yield c.say(
            "Av de examinerade fick {n} legitimation.",
            "Of the graduates {n} got the licence.",
            n=c.num(TOTAL, "share", **at, measure="licensed"),
        )
    if profession.is_shown:
        yield c.say(
            "Ett år efter inträdet arbetade {n} av de sysselsatta i yrket.",
            "One year after entry {n} of the employed worked in the profession.",
            n=c.num(TOTAL, "share", **at, measure="in_profession_1y"),
        )


def _over_time(c: Context, degree: str) -> Markup:
    """Shares of the flow; of a degree with so few that none is told, numbers."""
    shares = [Line(c.name("measure", m), {"measure": m}) for m in _SHARES if m in steps(degree)]
    counts = [
        Line(c.name("measure", m), {"measure": m}) for m in ("beginners", "graduates", "in_profession_1y")
    ]
    windows = c.figures.codes(TOTAL, "cohort")
    return c.lines_along(
        "andelar",
        c.say("Flödets andelar efter nybörjarkohort", "Shares of the flow by cohort of beginners"),
        "cohort",
        windows,
        shares,
        cube=TOTAL,
        number="share",
        degree_code=degree,
        most=1,
    ) or c.lines_along(
        "antal",
        c.say(
            "Flödet i antal efter nybörjarkohort; andelar visas inte, eftersom personerna är för få",
            "The flow in numbers by cohort of beginners; shares are not shown, since the persons are too few",
        ),
        "cohort",
        windows,
        counts,
        cube=TOTAL,
        number="numerator",
        degree_code=degree,
    )


def _retention(c: Context, degree: str) -> Markup:
    lines = [Line(c.name("measure", m), {"measure": m}) for m in (f"retained_{k}y" for k in HORIZONS)]
    return c.lines_along(
        "kvar",
        str(
            c.say(
                "Kvar i yrket, andel av de verksamma ett år efter inträdet",
                "Still in the profession, share of those in it one year after entry",
            )
        ),
        "cohort",
        c.figures.codes(TOTAL, "cohort"),
        lines,
        cube=TOTAL,
        number="share",
        degree_code=degree,
        most=1,
    )


def _all_windows(c: Context, degree: str) -> Markup:
    return c.table(
        Table(
            "alla-fonster",
            str(
                c.say(
                    "Flödet i antal, alla nybörjarkohorter", "The flow in numbers, all cohorts of beginners"
                )
            ),
            {"cube": TOTAL, "number": "numerator", "degree_code": degree},
            [Line(window(w), {"cohort": w}) for w in c.figures.codes(TOTAL, "cohort")],
            [Line(c.name("measure", m), {"measure": m}) for m in steps(degree)],
            c.name_of_dimension("cohort"),
            c.language,
        ),
        folded=True,
    )


def _where(c: Context, degree: str) -> Iterator[Markup]:
    cubes = {kind: f"mobility_{kind}" for kind in _MOBILITY}
    newest = [c.figures.newest("mobility_total", "cohort", "persons", {"degree_code": degree})]
    if newest[0] is None:
        return
    counties = sorted({code for kind, cube in cubes.items() for code in c.figures.codes(cube, kind)})
    at = {"degree_code": degree, "cohort": newest[0]}
    words = {
        "home_county": c.say("Bodde före studierna", "Lived before the studies"),
        "study_county": c.say("Studerade", "Studied"),
        "work_county": c.say("Arbetar", "Work"),
    }
    yield c.p(
        c.say(
            "{n} sysselsatta ett år efter inträdet, av dem som började {w}.",
            "{n} employed one year after entry, of those who began in {w}.",
            n=c.num("mobility_total", "persons", **at),
            w=window(newest[0]),
        )
    )
    yield c.maps(
        [
            (str(words[kind]), {code: c.cell(cube, "persons", **at, **{kind: code}) for code in counties})
            for kind, cube in cubes.items()
        ],
        "persons",
        c.say("Sysselsatta ett år efter inträdet efter län", "Employed one year after entry by county"),
    )
    yield c.table(
        Table(
            "lan",
            str(
                c.say(
                    "Sysselsatta ett år efter inträdet efter län, nybörjare {w}",
                    "Employed one year after entry by county, beginners {w}",
                    w=window(newest[0]),
                )
            ),
            {"number": "persons", **at},
            # A county has a code in each of the dimensions; a cube looks at its own.
            [
                Line(c.name("county", code), dict.fromkeys(_MOBILITY, code), c.href(("county", code)))
                for code in counties
            ],
            [Line(str(words[kind]), {"cube": cube}) for kind, cube in cubes.items()],
            c.name_of_dimension("county"),
            c.language,
            bars=True,
        )
    )
    yield c.table(
        Table(
            "rorlighet",
            str(
                c.say(
                    "Rörlighet: hur hemlän, studielän och arbetslän förhåller sig",
                    "Mobility: how home county, county of study and of work relate",
                )
            ),
            {"cube": "mobility_mobility", "number": "persons", "degree_code": degree},
            [
                Line(c.name("mobility", m), {"mobility": m})
                for m in c.figures.codes("mobility_mobility", "mobility")
            ],
            [Line(window(w), {"cohort": w}) for w in c.figures.codes("mobility_mobility", "cohort")],
            c.name_of_dimension("mobility"),
            c.language,
        ),
        folded=True,
    )


def _by(c: Context, degree: str, chosen: str, kind: str, told: tuple[str, ...]) -> Markup:
    cube = f"flow_measures_{kind}"
    counts = [
        Line(c.name("measure", m), {"measure": m, "number": "numerator"})
        for m in (told if told is _COUNTS else ("beginners",))
    ]
    shares = [
        Line(c.say("{m}, andel", "{m}, share", m=c.name("measure", m)), {"measure": m, "number": "share"})
        for m in (told[1:] if told is _COUNTS else told)
        if m in steps(degree)
    ]
    return c.table(
        Table(
            f"efter-{kind.replace('_', '-')}",
            f"{c.name_of_dimension(kind)}, {c.say('nybörjare', 'beginners')} {window(chosen)}",
            {"cube": cube, "degree_code": degree, "cohort": chosen},
            [
                Line(
                    c.name(kind, code),
                    {kind: code},
                    c.href(("institution", code)) if kind == "institution" else "",
                )
                for code in c.figures.codes(cube, kind)
            ],
            [*counts, *shares],
            c.name_of_dimension(kind),
            c.language,
            bars=True,
        )
    )


def _applicants(c: Context, degree: str) -> Markup:
    lines = [Line(c.metric(n), {"number": n}) for n in ("applicants", "first_choice", "admitted")]
    return c.lines_along(
        "sokande-tid",
        c.say("Sökande och antagna efter läsår", "Applicants and admitted by academic years"),
        "cohort",
        c.figures.codes("applicants_total", "cohort"),
        lines,
        cube="applicants_total",
        degree_code=degree,
    )


def _related(c: Context, degree: str) -> Markup:
    profession = DEGREES[degree]["yrkeskod"] or ("SPS" if degree == "SP" else "")
    taught = [
        code
        for code in c.figures.codes("flow_measures_institution", "institution")
        if any(
            c.cell(
                "flow_measures_institution",
                "numerator",
                degree_code=degree,
                cohort=w,
                institution=code,
                measure="beginners",
            ).value
            for w in c.figures.codes("flow_measures_institution", "cohort")[-3:]
        )
    ]
    return c.section(
        "vidare",
        c.say("Läs vidare", "Read on"),
        c.links(
            [
                *([("profession", profession)] if profession else []),
                *(("institution", code) for code in taught),
            ]
        ),
    )


def degrees_page(c: Context) -> Page:
    """All degrees side by side."""
    page = Page(c.key, c.say("Examina", "Degrees"))
    windows = c.figures.codes(TOTAL, "cohort")
    degrees = c.figures.codes(TOTAL, "degree_code")
    newest = {d: shown_window(c, d) for d in degrees}
    most = max(
        (w for w in newest.values() if w),
        default=windows[-1],
        key=lambda w: sum(v == w for v in newest.values()),
    )
    page.lead = c.say(
        "Flödet från utbildning till yrke för {n} examina, bredvid varandra. Talen gäller dem som började {w}.",
        "The flow from education to profession for {n} degrees, side by side. The numbers are of those who began in {w}.",
        n=len(degrees),
        w=window(most),
    )
    columns = [
        Line(c.name("measure", "beginners"), {"measure": "beginners", "number": "numerator"}),
        *(
            Line(
                c.say("{m}, andel", "{m}, share", m=c.name("measure", m)),
                {"measure": m, "number": "share"},
            )
            for m in (
                "graduates",
                "licensed",
                "employed_1y",
                "in_profession_1y",
                "retained_5y",
                "established_1y",
            )
        ),
    ]
    page.blocks.append(
        c.compare(
            Table(
                "examina",
                str(
                    c.say(
                        "Examina jämförda, nybörjare {w}", "Degrees compared, beginners {w}", w=window(most)
                    )
                ),
                {"cube": TOTAL, "cohort": most},
                [Line(c.name("degree_code", d), {"degree_code": d}, c.href(("degree", d))) for d in degrees],
                columns,
                c.name_of_dimension("degree_code"),
                c.language,
                bars=True,
            )
        )
    )
    return page
