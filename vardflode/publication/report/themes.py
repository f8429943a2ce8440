"""The chapters that are no degree's: nurses' specialisation, colonoscopies, staff density."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from vardflode.publication.labels import dimension, label, metric, occupation_groups
from vardflode.publication.lookup import MISSING, Lookup
from vardflode.publication.report import charts, findings
from vardflode.publication.report.across import MOST_COLUMNS, even
from vardflode.publication.report.document import Block, Chapter, Figure, Paragraph
from vardflode.publication.report.findings import NATION, RECOMMENDED, TOTAL, density_year
from vardflode.publication.report.material import PERCENT, Material
from vardflode.publication.texts import number, percent, window

YEARS = range(21)
# Years since the licence within which most who specialise have begun (the first pilot).
SETTLED = 10
# Professions with a map each.
_MAPPED = ("SJ", "LK", "BM")


def nurses(m: Material) -> Iterator[Chapter]:
    """How nurses go on to specialise (the pilots' figures 3 and 4)."""
    if m.has("specialisation"):
        yield Chapter("nurses", m.say("nurses"), list(_nurses(m, m.cubes["specialisation"])))


def _nurses(m: Material, cube: Lookup) -> Iterator[Block]:
    yield from m.opening(findings.nurses(m))
    yield Paragraph(m.say("nurses_intro"))
    years, share, cohort = m.say("years_since"), m.say("share_axis"), dimension("nurse_cohort")[m.language]
    curves = {
        code: [cube.cell("share", code, TOTAL, f"started_within_{k}") for k in YEARS]
        for code in cube.codes("nurse_cohort")
    }
    points: list[dict[str, Any]] = [
        {years: k, share: cell.value, cohort: window(code)}
        for code, cells in curves.items()
        for k, cell in enumerate(cells)
        if cell.is_shown
    ]
    if points:
        figure = f"nurses-curve.{m.language}"
        m.draw(figure, charts.lines(points, years, share, cohort, m.language))
        alt = m.say("nurses_curve_alt", told=m.ends(points, years, share, cohort))
        yield Figure(figure, m.say("nurses_curve"), alt)
        told = [k for k in YEARS if k % 5 == 0 or k <= 3]
        rows = [
            [window(code), *(cells[k].percent(m.language) for k in told)] for code, cells in curves.items()
        ]
        yield m.table("specialisation", m.say("nurses_curve"), [cohort, *map(str, told)], rows)
    yield _started(m, cube)
    for code in _old_enough(cube):
        kinds = [kind for kind in cube.codes("specialisation") if kind not in (TOTAL, "unknown")]
        cells = {kind: cube.cell("share", code, kind, "graduates") for kind in kinds}
        if sum(cell.is_shown for cell in cells.values()) < 3:
            continue
        shown = sorted(
            (kind for kind in kinds if cells[kind].is_shown), key=lambda kind: -(cells[kind].value or 0)
        )
        bars = [{"name": label("specialisation", k, m.language), share: cells[k].value} for k in shown]
        figure = f"nurses-specialisation.{m.language}"
        m.draw(figure, charts.bars(bars, "name", share, m.language, ".0%"))
        caption = m.say("nurses_by", window=window(code))
        told_bars = "; ".join(f"{bar['name']} {percent(float(bar[share] or 0), m.language)}" for bar in bars)
        yield Figure(figure, caption, m.say("nurses_by_alt", told=told_bars))
        measures = ("graduates", "established_1y")
        rows = [
            [
                label("specialisation", kind, m.language),
                *(cube.cell("numerator", code, kind, measure).number(m.language) for measure in measures),
                *(cube.cell("share", code, kind, measure).percent(m.language) for measure in measures),
            ]
            for kind in cube.codes("specialisation")
            if cube.cell("numerator", code, kind, "graduates") != MISSING
        ]
        names = [label("measure", measure, m.language) for measure in measures]
        shares = [f"{name}, {share.lower()}" for name in names]
        head = [dimension("specialisation")[m.language], *names, *shares]
        yield m.table("specialisation", caption, head, rows)
        return


def _started(m: Material, cube: Lookup) -> Block:
    """How many began each specialisation: those of whom its graduates are a share."""
    cohorts = cube.codes("nurse_cohort")
    rows = [
        [
            label("specialisation", kind, m.language),
            *(cube.cell("denominator", code, kind, "graduates").number(m.language) for code in cohorts),
        ]
        for kind in cube.codes("specialisation")
    ]
    head = [dimension("specialisation")[m.language], *map(window, cohorts)]
    return m.table("specialisation", m.say("nurses_started"), head, rows)


def _old_enough(cube: Lookup) -> list[str]:
    """Cohorts from the newest on of which most have had the time to specialise; all, if none is so old."""
    codes = list(reversed(cube.codes("nurse_cohort")))
    old = [c for c in codes if cube.cell("share", c, TOTAL, f"started_within_{SETTLED}").is_shown]
    return old or codes


def colonoscopies(m: Material) -> Iterator[Chapter]:
    """Capacity against the recommendation, equality between regions, age of endoscopists, quality."""
    if all(m.has(f"colonoscopy_{level}") for level in ("region", "health_region", "nation")):
        yield Chapter("colonoscopy", m.say("colonoscopy"), list(_colonoscopies(m)))


def _colonoscopies(m: Material) -> Iterator[Block]:
    region, health, nation = (m.cubes[f"colonoscopy_{n}"] for n in ("region", "health_region", "nation"))
    year = region.codes("year")[-1]
    yield from m.opening(findings.colonoscopies(m))
    yield Paragraph(m.say("colonoscopy_intro"))
    title = metric("incidence_pct")[m.language]
    found = [(code, region.cell("incidence_pct", year, code)) for code in region.codes("area")]
    shown = sorted(
        ((code, cell) for code, cell in found if cell.is_shown), key=lambda pair: -(pair[1].value or 0)
    )
    bars = [{"name": label("region", code, m.language), title: cell.value} for code, cell in shown]
    figure = f"colonoscopy-regions.{m.language}"
    rule = RECOMMENDED, m.say("recommended", pct=number(RECOMMENDED, m.language, 1))
    m.draw(figure, charts.bars(bars, "name", title, m.language, ",.2f", rule))
    told = m.extremes([(label("region", code, m.language), cell) for code, cell in found], 2)
    yield Figure(figure, m.say("colonoscopy_bars", year=year), m.say("colonoscopy_bars_alt", told=told))
    capacity = [
        ("population", 0),
        ("colonoscopies", 0),
        ("incidence_pct", 2),
        ("gap", 0),
        ("per_endoscopist", 0),
    ]
    areas = [(nation, "nation", NATION)]  # first, as in every table
    areas += [(health, "health_region", code) for code in health.codes("area")]
    areas += [(region, "region", code) for code in region.codes("area")]
    yield _table(m, m.say("colonoscopy_table", year=year), areas, year, capacity)
    quality = [
        ("caecal_intubation_pct", 1),
        ("adenoma_detection_pct", 1),
        ("register_coverage_pct", 1),
    ]
    yield _table(m, m.say("colonoscopy_quality", year=year), areas, year, quality)
    share, when = metric("over_60_share")[m.language], m.say("year")
    points = [
        {when: int(code), share: cell.value, share + " ": share}
        for code in nation.codes("year")
        if (cell := nation.cell("over_60_share", code, NATION)).is_shown
    ]
    if points:
        figure = f"colonoscopy-age.{m.language}"
        m.draw(figure, charts.lines(points, when, share, share + " ", m.language))
        alt = m.say("colonoscopy_age_alt", told=m.ends(points, when, share, share + " "))
        yield Figure(figure, m.say("colonoscopy_age_figure"), alt)
    persons = [("endoscopists", 0), ("over_60", 0), ("over_60_share", PERCENT), ("trainees", 0)]
    rows = [[code, *_numbers(m, nation, code, NATION, persons)] for code in nation.codes("year")]
    names = [metric(name)[m.language] for name, _ in persons]
    yield m.table("colonoscopy", m.say("colonoscopy_age"), [when, *names], rows)
    yield _table(m, m.say("colonoscopy_endoscopists", year=year), areas, year, persons)


def _numbers(
    m: Material, cube: Lookup, year: str, area: str, numbers: Sequence[tuple[str, int]]
) -> Iterator[str]:
    """Texts of numbers with so many decimals, or as a per cent."""
    for name, decimals in numbers:
        cell = cube.cell(name, year, area)
        if name == "gap" and cell.value:  # no lack below zero
            told = "gap_short" if cell.value > 0 else "gap_above"
            yield m.say(told, count=number(abs(cell.value), m.language))
            continue
        yield m.told(cell, decimals)


def _table(
    m: Material,
    caption: str,
    areas: Sequence[tuple[Lookup, str, str]],
    year: str,
    numbers: Sequence[tuple[str, int]],
) -> Block:
    rows = [
        [label(kind, code, m.language), *_numbers(m, cube, year, code, numbers)] for cube, kind, code in areas
    ]
    names = (m.say("gap") if name == "gap" else metric(name)[m.language] for name, _ in numbers)
    return m.table("colonoscopy", caption, [dimension("area")[m.language], *names], rows)


def density(m: Material) -> Iterator[Chapter]:
    """Staff by inhabitants, on the real open data."""
    if m.has("staff_density"):
        yield Chapter("density", m.say("density"), list(_density(m, m.cubes["staff_density"])))


def _density(m: Material, cube: Lookup) -> Iterator[Block]:
    year = density_year(cube)
    yield from m.opening(findings.density(m))
    yield Paragraph(m.say("density_intro", year=year or cube.codes("year")[-1]))
    counties = [code for code in cube.codes("area") if code != NATION]
    professions = list(cube.codes("occupation_group"))
    if year:
        for code in [p for p in _MAPPED if p in professions]:
            name = label("occupation_group", code, m.language)
            cells = {county: cube.cell("per_100k", year, county, code, TOTAL) for county in counties}
            values = {county: cell.value for county, cell in cells.items()}
            figure = f"density-{code.lower()}.{m.language}"
            drawn = charts.county_maps(
                [("", values)], metric("per_100k")[m.language], m.say("map_hidden"), m.language
            )
            m.draw(figure, drawn, real=True)
            caption = m.say("density_map", profession=name, year=year)
            told = m.extremes([(label("county", c, m.language), cell) for c, cell in cells.items()])
            yield Figure(figure, caption, m.say("density_map_alt", told=told))
            yield _profession_table(m, cube, year, code, caption)
        shown = [
            p
            for p in professions
            if p not in _MAPPED and cube.cell("per_100k", year, NATION, p, TOTAL).is_shown
        ]
        for part in even(shown, MOST_COLUMNS):
            yield _density_table(m, cube, year, part)
    for metric_name, caption, decimals in (
        ("employees", "density_nation", 0),
        ("per_100k", "density_nation_per_100k", 1),
    ):
        rows = [
            [
                label("occupation_group", code, m.language),
                *(
                    cube.cell(metric_name, y, NATION, code, TOTAL).number(m.language, decimals)
                    for y in cube.codes("year")
                ),
            ]
            for code in professions
        ]
        head = [dimension("occupation_group")[m.language], *cube.codes("year")]
        yield m.table("staff_density", m.say(caption), head, rows)
    held = [
        [
            label("occupation_group", code, m.language),
            "; ".join(f"{ssyk} {label('ssyk2012', ssyk, m.language)}" for ssyk in occupation_groups()[code]),
            "; ".join(label("profession_code", of, m.language) for of in code.split("+")),
        ]
        for code in professions
    ]
    head = [m.say(key) for key in ("density_row", "density_occupations", "density_professions")]
    yield m.table("staff_density", m.say("density_holds"), head, held, texts=len(head))


def _profession_table(m: Material, cube: Lookup, year: str, profession: str, caption: str) -> Block:
    rows = [
        [
            label("area", area, m.language),
            cube.cell("employees", year, area, profession, TOTAL).number(m.language),
            cube.cell("per_100k", year, area, profession, TOTAL).number(m.language, 1),
        ]
        for area in cube.codes("area")
    ]
    names = [metric(name)[m.language] for name in ("employees", "per_100k")]
    return m.table("staff_density", caption, [dimension("county")[m.language], *names], rows)


def _density_table(m: Material, cube: Lookup, year: str, professions: Sequence[str]) -> Block:
    rows = [
        [
            label("area", area, m.language),
            *(cube.cell("per_100k", year, area, code, TOTAL).number(m.language, 1) for code in professions),
        ]
        for area in cube.codes("area")
    ]
    head = [
        dimension("county")[m.language],
        *(label("occupation_group", code, m.language) for code in professions),
    ]
    return m.table("staff_density", m.say("density_table", year=year), head, rows)
