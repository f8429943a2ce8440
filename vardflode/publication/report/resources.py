"""The chapters that are not of persons: occupations without a licence, money, colonoscopies, the plan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

from vardflode.publication.labels import dimension, label, metric
from vardflode.publication.lookup import Lookup
from vardflode.publication.report import charts
from vardflode.publication.report.document import Block, Chapter, Figure, Paragraph
from vardflode.publication.report.findings import NATION, TOTAL
from vardflode.publication.report.material import Material
from vardflode.publication.texts import small

# Years after the first one that tables tell.
_AHEAD = (0, 5, 10, 20)
_PARTS = ("clinical", "indication", "screening", TOTAL)


def resources(m: Material) -> Iterator[Chapter]:
    """A chapter of each that the edition has (report of 2019, inventory of colonoscopies, the plan)."""
    for anchor, needed, blocks in (
        ("survey", "survey_nation", _survey),
        ("occupations", "occupation_density", _occupations),
        ("money", "hired_staff", _money),
        ("colonoscopies_ahead", "colonoscopy_forecast", _colonoscopies),
        ("help", "capacity", _help),
        ("plan", "plan", _plan),
    ):
        if m.has(needed):
            yield Chapter(anchor, m.say(f"{anchor}_chapter"), list(blocks(m, m.cubes[needed])))


def _by_year(
    m: Material, name: str, number: str, decimals: int, kind: str, caption: str, *fixed: str, last: str = ""
) -> Block:
    """A row for each code of `kind`, a column for each year; `fixed` codes stand before it, `last` after."""
    cube = m.cubes[name]
    years = cube.codes("year")
    rows = [
        [
            label(kind, code, m.language),
            *(
                m.told(cube.cell(number, year, *fixed, code, *([last] if last else [])), decimals)
                for year in years
            ),
        ]
        for code in cube.codes(kind)
    ]
    return m.table(name, m.say(caption), [dimension(kind)[m.language], *years], rows)


def _survey(m: Material, cube: Lookup) -> Iterator[Block]:
    yield Paragraph(m.say("survey_intro"))
    years, regions = cube.codes("year"), m.cubes["survey_health_region"]
    newest, short = years[-1], "answers_shortage"
    answers = (short, "answers_balance", "answers_surplus", "no_answer")
    # Of each table: the heading of a column, and where its numbers stand.
    tables = {
        "survey_nation": [(metric(name)[m.language], cube, name, newest, NATION) for name in answers],
        "survey_regions": [
            (label("health_region", area, m.language), regions, short, newest, area)
            for area in regions.codes("area")
        ],
        "survey_years": [(year, cube, short, year, NATION) for year in years],
    }
    for experience, (caption, columns) in product(cube.codes("experience"), tables.items()):
        rows = [
            [
                label("profession_code", code, m.language),
                *(of.cell(name, *at, code, experience).number(m.language) for _, of, name, *at in columns),
            ]
            for code in cube.codes("profession_code")
        ]
        head = [dimension("profession_code")[m.language], *(column[0] for column in columns)]
        among = small(label("experience", experience, m.language))
        yield m.table("survey", m.say(caption, experience=among, year=newest), head, rows)


def _occupations(m: Material, cube: Lookup) -> Iterator[Block]:
    yield Paragraph(m.say("occupations_intro"))
    for number, decimals in (("employees", 0), ("per_100k", 1)):
        caption = f"occupations_{number}"
        yield _by_year(m, "occupation_density", number, decimals, "ssyk2012", caption, NATION, last=TOTAL)
    counties, codes, year = cube.codes("area"), cube.codes("ssyk2012"), cube.codes("year")[-1]
    for part in (codes[: len(codes) // 2], codes[len(codes) // 2 :]):
        rows = [
            [
                label("area", area, m.language),
                *(cube.cell("employees", year, area, code, TOTAL).number(m.language) for code in part),
            ]
            for area in counties
        ]
        head = [dimension("county")[m.language], *(label("ssyk2012", code, m.language) for code in part)]
        yield m.table("occupation_density", m.say("occupations_county", year=year), head, rows)
    if m.has("care_demand"):
        yield from _care(m, m.cubes["care_demand"])


def _care(m: Material, cube: Lookup) -> Iterator[Block]:
    yield Paragraph(m.say("care_intro"))
    areas, years = cube.codes("care_area"), cube.codes("year")
    # One is the last counted year's.
    now = next(y for y in reversed(years) if cube.cell("care_index", y, areas[0]).value == 1)
    told = [year for year in years if int(year) - int(now) in _AHEAD]
    rows = [
        [label("care_area", area, m.language), *(m.told(cube.cell("care_index", y, area), 3) for y in told)]
        for area in areas
    ]
    yield m.table("care_demand", m.say("care_table"), [dimension("care_area")[m.language], *told], rows)


def _money(m: Material, cube: Lookup) -> Iterator[Block]:
    yield Paragraph(m.say("money_intro"))
    for number in ("hired_share_pct", "hired_of_total_pct"):
        yield _by_year(m, "hired_staff", number, 1, "staff_group", f"money_{number}", NATION)
    year, groups = cube.codes("year")[-1], cube.codes("staff_group")
    rows = [
        [
            label("area", area, m.language),
            *(m.told(cube.cell("hired_share_pct", year, area, group), 1) for group in groups),
        ]
        for area in cube.codes("area")
    ]
    head = [dimension("county")[m.language], *(label("staff_group", group, m.language) for group in groups)]
    yield m.table("hired_staff", m.say("money_county", year=year), head, rows)
    if m.has("sick_leave"):
        yield _by_year(m, "sick_leave", "sick_leave_pct", 1, "staff_group", "money_sick_leave", NATION)
    if m.has("paid_training"):
        yield Paragraph(m.say("money_paid_intro"))
        yield _by_year(m, "paid_training", "paid_for", 0, "form", "money_paid", NATION)


def _colonoscopies(m: Material, cube: Lookup) -> Iterator[Block]:
    years = cube.codes("year")
    yield Paragraph(m.say("colonoscopies_ahead_intro"))
    when, number, what = m.say("year"), m.say("colonoscopies_ahead_axis"), m.say("colonoscopies_ahead_line")
    numbers = ("expected_low", "expected_middle", "expected_high")
    points: list[dict[str, Any]] = [
        {when: int(year), number: cell.value, what: metric(name)[m.language]}
        for name in numbers
        for year in years
        if (cell := cube.cell(name, year, NATION, TOTAL)).is_shown
    ]
    if points:
        figure = f"colonoscopies-ahead.{m.language}"
        m.draw(figure, charts.lines(points, when, number, what, m.language, style=",.0f"))
        first, last = (
            cube.cell(numbers[1], y, NATION, TOTAL).number(m.language) for y in (years[0], years[-1])
        )
        alt = m.say("colonoscopies_ahead_alt", first=first, now=years[0], last=last, end=years[-1])
        yield Figure(figure, m.say("colonoscopies_ahead_figure"), alt)
    rows = [
        [year, *(cube.cell(numbers[1], year, NATION, part).number(m.language) for part in _PARTS)]
        for year in years
    ]
    head = [when, *(label("component", part, m.language) for part in _PARTS)]
    yield m.table("colonoscopy_forecast", m.say("colonoscopies_ahead_parts"), head, rows)
    year = years[min(4, len(years) - 1)]
    rows = [
        [
            label("health_region", area, m.language),
            *(cube.cell(name, year, area, TOTAL).number(m.language) for name in numbers),
        ]
        for area in cube.codes("health_region")
    ]
    head = [dimension("health_region")[m.language], *(metric(name)[m.language] for name in numbers)]
    yield m.table("colonoscopy_forecast", m.say("colonoscopies_ahead_regions", year=year), head, rows)
    yield Paragraph(m.say("colonoscopies_ahead_staff"))


def _help(m: Material, cube: Lookup) -> Iterator[Block]:
    yield Paragraph(m.say("help_intro"))
    year, regions = cube.codes("year")[-1], cube.codes("health_region")
    months = [c for c in cube.codes("month") if any(cube.cell("lack", year, c, r).is_shown for r in regions)]
    last, numbers = months[-1], ("lack", "room", "met", "unmet")
    rows = [
        [
            label("health_region", region, m.language),
            *(cube.cell(name, year, last, region).number(m.language) for name in numbers),
        ]
        for region in regions
    ]
    head = [dimension("health_region")[m.language], *(metric(name)[m.language] for name in numbers)]
    named = label("month", last, m.language)
    yield m.table("capacity", m.say("help_month", month=named, year=year), head, rows)
    rows = [
        [
            label("month", month, m.language),
            *(cube.cell("unmet", year, month, region).number(m.language) for region in regions),
        ]
        for month in months
    ]
    head = [dimension("month")[m.language], *(label("health_region", r, m.language) for r in regions)]
    yield m.table("capacity", m.say("help_unmet", year=year), head, rows)


def _plan(m: Material, cube: Lookup) -> Iterator[Block]:
    yield Paragraph(m.say("plan_intro"))
    year = cube.codes("year")[-1]
    numbers: Sequence[str] = ("not_started", "under_way", "completed")
    rows = [
        [
            cube.label("plan_measure", code, m.language),
            *(cube.cell(name, year, code).number(m.language) for name in numbers),
        ]
        for code in cube.codes("plan_measure")
    ]
    head = [dimension("plan_measure")[m.language], *(metric(name)[m.language] for name in numbers)]
    yield m.table("plan", m.say("plan_table", year=year), head, rows)
    if m.has("plan_goals"):
        yield _goals(m, m.cubes["plan_goals"])


def _goals(m: Material, cube: Lookup) -> Block:
    """What the plan wants to reach."""
    of = ("plan_measure", "plan_indicator", "direction", "goal_year")
    year = cube.codes("year")[-1]
    rows = [
        [
            *(cube.label(name, code, m.language) for name, code in zip(of, codes, strict=True)),
            cube.cell("goal_target", year, *codes).number(m.language, 1),
        ]
        for codes in product(*(cube.codes(name) for name in of))
        if cube.cell("goal_target", year, *codes).is_shown
    ]
    head = [*(dimension(name)[m.language] for name in of), metric("goal_target")[m.language]]
    return m.table("plan_goals", m.say("plan_goals", year=year), head, rows, texts=len(of))
