"""A page a county and a health-care region: every group at a glance, who comes and stays, and what care it gives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from vardflode.publication.labels import WORDS
from vardflode.publication.texts import small, window
from vardflode.site.context import Context, Page
from vardflode.site.pages.forecasts import FORECAST, has_forecast, supply_and_demand
from vardflode.site.pages.professions import DENSITY, LICENSED, WORKPLACE
from vardflode.site.pages.regions import counties_of, county_of, regions_of
from vardflode.site.tables import Line, Table

NATION = "00"
_COLONOSCOPY = (
    "colonoscopies",
    "incidence_pct",
    "gap",
    "caecal_intubation_pct",
    "adenoma_detection_pct",
    "register_coverage_pct",
    "endoscopists",
    "over_60_share",
    "trainees",
    "per_endoscopist",
)
_ANSWERS = ("answers_shortage", "answers_balance", "answers_surplus")
_MOBILITY = ("home_county", "study_county", "work_county")
_GROUPS = ("lakare", "sjukskoterskor", "ovriga")


def county_page(c: Context) -> Page:
    """The page of the county that the key names."""
    county = c.key[1]
    page = Page(c.key, c.name("county", county), above=("places", ""))
    page.lead = Markup(" ").join(_lead(c, "county", county))
    page.blocks += [
        c.cards(_cards(c, county)),
        c.section("yrken", c.say("Alla yrken", "All professions"), _at_a_glance(c, "county", county)),
        c.section(
            "kommer", c.say("Vilka som kommer och stannar", "Who comes and who stays"), *_comes(c, county)
        ),
        c.section(
            "brist",
            c.say("Brist nu och framåt", "Shortage now and to come"),
            _own_word(c, county),
            *(_shortage(c, region) for region in regions_of(county)),
        ),
        _colonoscopy(c, "region", county),
        c.section(
            "hyr",
            c.say("Hyrpersonal och sjukfrånvaro", "Hired staff and sick leave"),
            c.beside(*_staff(c, county)),
            _paid(c, county),
        ),
        _training(c, "county", county),
        c.section(
            "tathet",
            c.say("Anställda per 100 000 invånare", "Employees per 100 000 inhabitants"),
            *_density(c, county),
        ),
        c.section(
            "vidare",
            c.say("Läs vidare", "Read on"),
            c.links(
                [
                    *(("health_region", region) for region in regions_of(county)),
                    *(
                        ("institution", code)
                        for kind, code in c.material.titles
                        if kind == "institution" and county_of(code) == county
                    ),
                ]
            ),
        ),
    ]
    return page


def region_page(c: Context) -> Page:
    """The page of the health-care region that the key names."""
    region = c.key[1]
    page = Page(c.key, c.name("health_region", region), above=("places", ""))
    page.lead = Markup(" ").join(_lead(c, "health_region", region))
    groups = [g for g in c.figures.codes(FORECAST, "group_code") if has_forecast(c, g)]
    page.blocks += [
        c.section("yrken", c.say("Alla yrken", "All professions"), _at_a_glance(c, "health_region", region)),
        c.section(
            "brist",
            c.say("Brist nu och framåt", "Shortage now and to come"),
            _words_of_counties(c, region),
            _shortage(c, region),
            c.beside(
                *(
                    supply_and_demand(c, g, region, f"prognos-{g.lower()}", c.name("health_region", region))
                    for g in groups
                )
            ),
        ),
        _colonoscopy(c, "health_region", region),
        _training(c, "health_region", region),
        c.section(
            "vidare",
            c.say("Läs vidare", "Read on"),
            c.links([("county", code) for code in counties_of(region)]),
        ),
    ]
    return page


def _lead(c: Context, kind: str, code: str) -> Iterator[str]:
    cube = f"licensed_workforce_{kind}"
    told = []
    for group in ("LK", "SJ"):
        year = "".join(c.figures.codes(cube, "year")[-1:])
        if c.cell(cube, "in_profession", year=year, group_code=group, **{kind: code}).is_shown:
            told.append(
                (
                    c.name("group_code", group),
                    year,
                    c.num(cube, "in_profession", year=year, group_code=group, **{kind: code}),
                )
            )
    for name, year, number in told:
        yield c.say(
            "{g}: {n} bosatta här arbetade i yrket {y}.",
            "{g}: {n} residents here worked in the profession in {y}.",
            g=name,
            n=number,
            y=year,
        )
    if kind == "county":
        regions = [c.link(("health_region", r)) for r in regions_of(code)]
        yield c.say(
            "Länet hör till {r}.",
            "The county belongs to {r}.",
            r=Markup(" och " if c.language == "sv" else " and ").join(regions),
        )


def _cards(c: Context, county: str) -> list[tuple[str, Markup, str]]:
    asked: tuple[tuple[str, str, str, dict[str, str], str, dict[str, str]], ...] = (
        (
            c.say("Koloskopier per 100 invånare", "Colonoscopies per 100 inhabitants"),
            "colonoscopy_region",
            "incidence_pct",
            {"area": county},
            "colonoscopy_nation",
            {"area": NATION},
        ),
        (
            c.say("Hyrpersonal, procent av egen kostnad", "Hired staff, per cent of own cost"),
            "hired_staff",
            "hired_share_pct",
            {"area": county, "staff_group": "total"},
            "hired_staff",
            {"area": NATION, "staff_group": "total"},
        ),
        (
            c.say("Sjukfrånvaro, procent", "Sick leave, per cent"),
            "sick_leave",
            "sick_leave_pct",
            {"area": county, "staff_group": "total"},
            "sick_leave",
            {"area": NATION, "staff_group": "total"},
        ),
        (
            c.say("Läkare i specialiseringstjänstgöring", "Physicians in specialist training"),
            "st_training_county",
            "in_training",
            {"county": county},
            "st_training_total",
            {},
        ),
    )
    cards = []
    for what, cube, number, at, nation, whole in asked:
        year = "".join(c.figures.codes(cube, "year")[-1:])
        told = c.cell(cube, number, year=year, **at)
        reason = "" if told.is_shown else f"; {WORDS['reasons'][told.status][c.language]}"
        note = c.say(
            "{y}; riket {n}{r}",
            "{y}; the nation {n}{r}",
            y=year,
            n=c.num(nation, number, year=year, **whole),
            r=reason,
        )
        cards.append((what, c.num(cube, number, year=year, **at), note))
    return cards


def _groups(c: Context) -> list[Line]:
    groups = [code for kind, code in c.material.titles if kind == "profession"]
    return sorted(
        (Line(c.name("group_code", g), {"group_code": g}, c.href(("profession", g))) for g in groups),
        key=lambda line: small(line.label),
    )


def _at_a_glance(c: Context, kind: str, code: str) -> Markup:
    year = c.figures.codes(LICENSED, "year")[-1]
    licensed, workplace, demand = (
        f"{cube}_{kind}" for cube in ("licensed_workforce", "workplace", "demand_indicators")
    )
    nation = c.say("riket", "the nation")
    columns = [
        *(
            Line(c.metric(n), {"cube": licensed, "number": n, kind: code})
            for n in ("licensed", "in_profession", "in_profession_share")
        ),
        Line(
            c.say("{m}, {a}", "{m}, {a}", m=c.metric("in_profession_share"), a=nation),
            {"cube": LICENSED, "number": "in_profession_share"},
        ),
        Line(
            c.say("Verksamma på arbetsställen här", "In the profession at workplaces here"),
            {"cube": workplace, "number": "in_profession", kind: code},
        ),
        Line(c.metric("per_100k"), {"cube": workplace, "number": "per_100k", kind: code}),
        Line(
            c.say("{m}, {a}", "{m}, {a}", m=c.metric("per_100k"), a=nation),
            {"cube": WORKPLACE, "number": "per_100k"},
        ),
        Line(
            c.name("indicator", "established"),
            {"cube": demand, "number": "share", "indicator": "established", kind: code},
        ),
    ]
    return c.table(
        Table(
            "alla-yrken",
            c.say("Legitimerade och verksamma {y}", "Licensed and in the profession in {y}", y=year),
            {"year": year},
            _groups(c),
            columns,
            c.name_of_dimension("group_code"),
            c.language,
        ),
        note=c.say(
            "Legitimerade och verksamma räknas där de bor, på arbetsställen där de arbetar.",
            "The licensed are counted where they live, at workplaces where they work.",
        ),
    )


def _comes(c: Context, county: str) -> Iterator[Markup]:
    degrees = c.figures.codes("mobility_work_county", "degree_code")
    newest = {d: c.figures.newest("mobility_total", "cohort", "persons", {"degree_code": d}) for d in degrees}
    told = [w for w in newest.values() if w]
    if not told:
        return
    chosen = max(sorted(set(told)), key=told.count)
    studied = any(
        c.cell(
            "flow_measures_study_county",
            "numerator",
            degree_code=d,
            cohort=w,
            study_county=county,
            measure="beginners",
        ).value
        for d in c.figures.codes("flow_measures_study_county", "degree_code")
        for w in c.figures.codes("flow_measures_study_county", "cohort")[-3:]
    )
    if not studied:
        yield c.p(
            c.say(
                "Ingen har på senare år börjat en vårdutbildning i länet. De som arbetar här är alltså utbildade i andra län: kolumnen Arbetar här visar hur många som kom, "
                "och varje examens sida visar i vilka län de studerar. Vilket lärosäte var och en kommer från publiceras inte, eftersom talen är för små.",
                "Nobody has begun a health-care education in the county in later years. So those who work here were educated in other counties: the column Work here tells how many came, "
                "and the page of each degree in which counties they study. Which institution each came from is not published, since the numbers are too small.",
            )
        )
    words = {
        "home_county": c.say("Bodde här före studierna", "Lived here before the studies"),
        "study_county": c.say("Studerade här", "Studied here"),
        "work_county": c.say("Arbetar här", "Work here"),
    }
    yield c.table(
        Table(
            "kommer-tabell",
            c.say(
                "Sysselsatta ett år efter inträdet, nybörjare {w}",
                "Employed one year after entry, beginners {w}",
                w=window(chosen),
            ),
            {"number": "persons", "cohort": chosen, **dict.fromkeys(_MOBILITY, county)},
            c.lines_of("mobility_total", "degree_code", "degree"),
            [Line(words[k], {"cube": f"mobility_{k}"}) for k in _MOBILITY],
            c.name_of_dimension("degree_code"),
            c.language,
            bars=True,
        )
    )
    yield c.by(
        "studerade",
        c.say("Utbildade i länet, nybörjare {w}", "Educated in the county, beginners {w}", w=window(chosen)),
        "degree_code",
        [
            Line(c.name("measure", m), {"measure": m})
            for m in ("beginners", "graduates", "in_profession_1y", "retained_5y")
        ],
        page="degree",
        folded=True,
        cube="flow_measures_study_county",
        number="numerator",
        cohort=chosen,
        study_county=county,
    )


def _own_word(c: Context, county: str) -> Markup:
    """What the region itself answers of each profession."""
    cube, of = "survey_county", _ANSWERS[0]
    if cube not in c.figures:  # nobody was asked, as far as anyone knows here
        return Markup("")
    experiences, professions = (c.figures.codes(cube, n) for n in ("experience", "profession_code"))
    told = [
        y
        for y in c.figures.codes(cube, "year")
        if any(
            c.cell(cube, of, year=y, area=county, profession_code=p, experience=e).is_shown
            for p in professions
            for e in experiences
        )
    ]
    if not told:
        return c.p(
            c.say(
                "Regionen har inte svarat på frågan om tillgången på personal.",
                "The region has not answered the question about the supply of staff.",
            )
        )

    def answer(profession: str, experience: str) -> str:
        at = {"year": told[-1], "area": county, "profession_code": profession, "experience": experience}
        return next((c.metric(n) for n in _ANSWERS if c.cell(cube, n, **at).value), "–")

    rows = [[c.name("profession_code", p), *(answer(p, e) for e in experiences)] for p in professions]
    return c.plain(
        "egen-bedomning",
        c.say(
            "Regionens egen bedömning av tillgången, {y}",
            "The region's own word of the supply of staff, {y}",
            y=told[-1],
        ),
        [c.name_of_dimension("profession_code"), *(c.name("experience", e) for e in experiences)],
        [row for row in rows if set(row[1:]) != {"–"}],
        c.say("Ett streck: inget svar.", "A dash: no answer."),
    )


def _words_of_counties(c: Context, region: str) -> Markup:
    """How many counties of a health-care region answered what, of those with experience and without."""
    cube = "survey_health_region"
    tables = [
        c.by(
            f"bedomning-{experience}",
            c.say(
                "Länens egen bedömning av tillgången: {e}, {y}",
                "The counties' own word of the supply of staff: {e}, {y}",
                e=small(c.name("experience", experience)),
                y=c.figures.codes(cube, "year")[-1],
            ),
            "profession_code",
            c.numbers(*_ANSWERS, "no_answer"),
            bars=False,
            folded=True,
            cube=cube,
            year=c.figures.codes(cube, "year")[-1],
            area=region,
            experience=experience,
        )
        for experience in c.figures.codes(cube, "experience")
    ]
    return c.beside(*tables)


def _shortage(c: Context, region: str) -> Markup:
    years = c.figures.codes(FORECAST, "year")
    now, last = str(c.material.last_year), years[-1] if years else ""
    columns = [
        *(Line(f"{c.metric(n)} {now}", {"number": n, "year": now}) for n in ("supply", "demand", "shortage")),
        *(
            Line(f"{c.metric(n)} {last}", {"number": n, "year": last})
            for n in ("supply", "demand", "shortage")
        ),
    ]
    told = c.by(
        f"brist-{region}",
        c.say(
            "{r}: tillgång, efterfrågan och brist",
            "{r}: supply, demand and shortage",
            r=c.name("health_region", region),
        ),
        "group_code",
        columns,
        page="profession",
        bars=False,
        cube=FORECAST,
        health_region=region,
        note=c.say(
            "Dagens brist är regionernas egen bedömning, omräknad till personer.",
            "Today's shortage is the regions' own word, turned into persons.",
        ),
    )
    return told or c.p(
        c.say(
            "För {r} visas ingen prognos: ingen grupp har minst 100 verksamma i yrket.",
            "No forecast is shown of {r}: no group has 100 in the profession.",
            r=c.name("health_region", region),
        )
    )


def _colonoscopy(c: Context, kind: str, code: str) -> Markup:
    cube = f"colonoscopy_{kind}"
    year = c.figures.newest(cube, "year", "colonoscopies", {"area": code})
    if year is None:
        return Markup("")
    nation = Line(c.name("county", NATION), {"cube": "colonoscopy_nation", "area": NATION})
    here = Line(c.name(c.key[0], code), {"cube": cube, "area": code})
    rows = [Line(c.metric(n), {"number": n}) for n in _COLONOSCOPY]
    return c.section(
        "koloskopi",
        c.say("Koloskopi", "Colonoscopy"),
        c.beside(
            c.lines_along(
                "koloskopi-tid",
                c.metric("incidence_pct"),
                "year",
                c.figures.codes(cube, "year"),
                [here, nation],
                number="incidence_pct",
                most=1.5,
                rule=1.5,
                note=c.say("Prickad linje: rekommendationen 1,5.", "Dotted line: the recommended 1.5."),
            ),
            c.table(
                Table(
                    "koloskopi-nu",
                    c.say("Koloskopi {y}", "Colonoscopy in {y}", y=year),
                    {"year": year},
                    rows,
                    [here, nation],
                    c.say("Uppgift", "Number"),
                    c.language,
                )
            ),
        ),
        c.p(c.link(("colonoscopy", ""), c.say("Alla regioner: koloskopi", "All regions: colonoscopy"))),
    )


def _staff(c: Context, county: str) -> Iterator[Markup]:
    for cube, number, title in (
        (
            "hired_staff",
            "hired_share_pct",
            c.say(
                "Hyrpersonal, procent av kostnaden för egen personal",
                "Hired staff, per cent of the cost of own staff",
            ),
        ),
        (
            "sick_leave",
            "sick_leave_pct",
            c.say("Sjukfrånvaro, procent av ordinarie timmar", "Sick leave, per cent of ordinary hours"),
        ),
    ):
        lines = [
            *(
                Line(c.name("staff_group", g), {"staff_group": g, "area": county})
                for g in ("total", *_GROUPS)
            ),
            Line(c.say("Alla, riket", "All, the nation"), {"staff_group": "total", "area": NATION}),
        ]
        yield c.lines_along(
            cube.replace("_", "-"),
            title,
            "year",
            c.figures.codes(cube, "year"),
            lines,
            cube=cube,
            number=number,
        )


def _paid(c: Context, county: str) -> Markup:
    cube = "paid_training"
    return c.by(
        "betald",
        c.say(
            "Personer vars specialistutbildning regionen betalar",
            "Persons whose specialist training the region pays for",
        ),
        "year",
        c.lines_of(cube, "form"),
        bars=False,
        folded=True,
        cube=cube,
        number="paid_for",
        area=county,
    )


def _training(c: Context, kind: str, code: str) -> Markup:
    cube = f"st_training_{kind}"
    blocks = [
        c.by(
            "st",
            c.say("Läkare i specialiseringstjänstgöring", "Physicians in specialist training"),
            "year",
            c.numbers("in_training", "women_share", "started", "completed", "stopped"),
            bars=False,
            cube=cube,
            more={kind: code},
        )
    ]
    if kind == "county":
        posts = "planned_posts"
        blocks.append(
            c.by(
                "planerade",
                c.say("Planerade ST-tjänster", "Planned posts of specialist training"),
                "specialty",
                c.lines_of(posts, "year"),
                bars=False,
                cube=posts,
                number="planned",
                county=code,
            )
        )
    return c.section("st-del", c.say("Läkare under utbildning", "Physicians in training"), c.beside(*blocks))


def _density(c: Context, county: str) -> Iterator[Markup]:
    for cube, kind, title in (
        (
            DENSITY,
            "occupation_group",
            c.say("Yrken som kräver legitimation, {y}", "Occupations that need a licence, {y}", y="{y}"),
        ),
        (
            "occupation_density",
            "ssyk2012",
            c.say("Yrken utan legitimation, {y}", "Occupations without a licence, {y}", y="{y}"),
        ),
    ):
        codes = c.figures.codes(cube, kind)
        year = next(
            (
                y
                for y in reversed(c.figures.codes(cube, "year"))
                if any(
                    c.cell(cube, "per_100k", year=y, area=county, sex="total", **{kind: k}).is_shown
                    for k in codes
                )
            ),
            None,
        )
        if year is None:
            continue
        columns = [
            Line(c.metric("employees"), {"number": "employees", "area": county}),
            Line(c.metric("per_100k"), {"number": "per_100k", "area": county}),
            Line(c.say("Riket", "The nation"), {"number": "per_100k", "area": NATION}),
        ]
        yield c.by(
            f"tathet-{kind.replace('_', '-')}",
            title.format(y=year),
            kind,
            columns,
            bars=False,
            folded=True,
            cube=cube,
            year=year,
            sex="total",
        )


def places_page(c: Context) -> Page:
    """All counties and health-care regions side by side."""
    page = Page(c.key, c.say("Län och regioner", "Counties and regions"), has_map=True)
    page.lead = c.say(
        "21 län och 6 sjukvårdsregioner bredvid varandra.",
        "21 counties and 6 health-care regions side by side.",
    )
    year = c.figures.codes(LICENSED, "year")[-1]
    counties = [code for kind, code in c.material.titles if kind == "county"]
    rows = [Line(c.name("county", k), {"county": k, "area": k}, c.href(("county", k))) for k in counties]
    newest = {
        cube: c.figures.newest(cube, "year", n, at)
        for cube, n, at in (
            ("colonoscopy_nation", "incidence_pct", {"area": NATION}),
            ("hired_staff", "hired_share_pct", {"area": NATION, "staff_group": "total"}),
            ("sick_leave", "sick_leave_pct", {"area": NATION, "staff_group": "total"}),
        )
    }
    columns = [
        *_per_inhabitant(c, "workplace_county", year),
        *_columns_of(c, newest),
    ]
    per = {k: c.cell("workplace_county", "per_100k", year=year, group_code="SJ", county=k) for k in counties}
    incidence = {
        k: c.cell("colonoscopy_region", "incidence_pct", year=newest["colonoscopy_nation"] or "", area=k)
        for k in counties
    }
    maps = [
        c.maps(
            [
                (
                    c.say(
                        "{g} per 100 000 invånare, {y}",
                        "{g} per 100 000 inhabitants, {y}",
                        g=c.name("group_code", "SJ"),
                        y=year,
                    ),
                    per,
                )
            ],
            "per_100k",
            c.metric("per_100k"),
        ),
        c.maps(
            [
                (
                    c.say(
                        "{m}, {y}", "{m}, {y}", m=c.metric("incidence_pct"), y=newest["colonoscopy_nation"]
                    ),
                    incidence,
                )
            ],
            "incidence_pct",
            c.metric("incidence_pct"),
        ),
    ]
    page.blocks += [
        c.section(
            "lan",
            c.say("Län", "Counties"),
            c.beside(*maps),
            c.compare(
                Table(
                    "lan-jamforda",
                    c.say("Län jämförda", "Counties compared"),
                    {},
                    rows,
                    columns,
                    c.name_of_dimension("county"),
                    c.language,
                )
            ),
        ),
        c.section(
            "regioner",
            c.say("Sjukvårdsregioner", "Health-care regions"),
            c.compare(_regions_table(c, year, newest["colonoscopy_nation"] or "")),
        ),
    ]
    return page


def _columns_of(c: Context, newest: dict[str, str | None]) -> Sequence[Line]:
    return [
        Line(
            c.say("{m} {y}", "{m} {y}", m=c.metric("incidence_pct"), y=newest["colonoscopy_nation"]),
            {
                "cube": "colonoscopy_region",
                "number": "incidence_pct",
                "year": newest["colonoscopy_nation"] or "",
            },
        ),
        Line(
            c.say(
                "Hyrpersonal, procent av egen kostnad {y}",
                "Hired staff, per cent of own cost {y}",
                y=newest["hired_staff"],
            ),
            {
                "cube": "hired_staff",
                "number": "hired_share_pct",
                "staff_group": "total",
                "year": newest["hired_staff"] or "",
            },
        ),
        Line(
            c.say("Sjukfrånvaro, procent {y}", "Sick leave, per cent {y}", y=newest["sick_leave"]),
            {
                "cube": "sick_leave",
                "number": "sick_leave_pct",
                "staff_group": "total",
                "year": newest["sick_leave"] or "",
            },
        ),
    ]


def _per_inhabitant(c: Context, cube: str, year: str) -> list[Line]:
    """A column each for physicians, nurses and specialist nurses at their workplaces."""
    return [
        Line(
            c.say(
                "{g} per 100 000 invånare {y}",
                "{g} per 100 000 inhabitants {y}",
                g=c.name("group_code", g),
                y=year,
            ),
            {"cube": cube, "number": "per_100k", "group_code": g, "year": year},
        )
        for g in ("LK", "SJ", "SPS")
    ]


def _regions_table(c: Context, year: str, colonoscopy: str) -> Table:
    last = c.figures.codes(FORECAST, "year")[-1:]
    regions = [code for kind, code in c.material.titles if kind == "health_region"]
    columns = [
        *_per_inhabitant(c, "workplace_health_region", year),
        Line(
            c.say("{m} {y}", "{m} {y}", m=c.metric("incidence_pct"), y=colonoscopy),
            {"cube": "colonoscopy_health_region", "number": "incidence_pct", "year": colonoscopy},
        ),
        *(
            Line(
                c.say("Brist {y}, {g}", "Shortage {y}, {g}", y=y, g=small(c.name("group_code", g))),
                {"cube": FORECAST, "number": "shortage", "group_code": g, "year": y},
            )
            for y in last
            for g in ("LK", "SJ")
        ),
    ]
    rows = [
        Line(c.name("health_region", r), {"health_region": r, "area": r}, c.href(("health_region", r)))
        for r in regions
    ]
    return Table(
        "regioner-jamforda",
        c.say("Sjukvårdsregioner jämförda", "Health-care regions compared"),
        {},
        rows,
        columns,
        c.name_of_dimension("health_region"),
        c.language,
    )
