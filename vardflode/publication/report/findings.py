"""Findings of the themes in sentences: the summary has them, and the themes' chapters begin with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from vardflode.disclosure.declared import NEED
from vardflode.publication.labels import label
from vardflode.publication.lookup import Cell, Lookup
from vardflode.publication.report.material import Material
from vardflode.publication.texts import listed, number, per_hundred, small, window

TOTAL, NATION = "total", "00"
# Recommended colonoscopies per 100 inhabitants a year (the inventory of 2019).
RECOMMENDED = 100 * NEED
# Years since the licence that are told of, the first that can be.
FOLLOWED = (10, 5, 3)
# Two counts may be told in the other order than the true one when they are told no more apart than this: each
# moves by at most 5.
UNSURE = 10
MOST_NAMED = 3


def leading(cells: Mapping[str, Cell], whole: float | None) -> list[str]:
    """The codes of the largest counts, the largest first, at most three: so many that the noise cannot have
    put them before the others. What is not told may be all that remains of the whole.
    """
    shown = sorted((-(cell.value or 0.0), code) for code, cell in cells.items() if cell.is_shown)
    if whole is None or not shown:
        return []
    hidden = len(shown) < len(cells)
    remains = whole + sum(minus for minus, _ in shown) if hidden else 0.0
    after = [*(-minus for minus, _ in shown[1:]), 0.0]
    sure = [
        place
        for place, (minus, _) in enumerate(shown[:MOST_NAMED], start=1)
        if -minus - max(after[place - 1], remains) > UNSURE
    ]
    return [code for _, code in shown[: max(sure, default=0)]]


def nurses(m: Material) -> Iterator[str]:
    """How many had begun to specialise, how that was for the cohort before, and what most of them began."""
    if not m.has("specialisation"):
        return
    cube = m.cubes["specialisation"]
    for years in FOLLOWED:
        codes = cube.codes("nurse_cohort")
        cells = [cube.cell("share", code, TOTAL, f"started_within_{years}") for code in codes]
        told = [f"{per_hundred(c.value, m.language)}" if c.value is not None else "" for c in cells]
        place = max((k for k, text in enumerate(told) if text), default=None)
        if place is None:
            continue
        cohort = {"window": window(codes[place]), "share": told[place]}
        sentence = m.say("finding_specialisation", years=m.say_years(years), **cohort)
        if place and told[place - 1]:
            before = {"window": window(codes[place - 1]), "share": told[place - 1]}
            sentence += m.say("finding_specialisation_before", **before)
        yield sentence
        break
    newest = cube.codes("nurse_cohort")[-1]
    kinds = [kind for kind in cube.codes("specialisation") if kind != TOTAL]
    begun = {kind: cube.cell("denominator", newest, kind, "graduates") for kind in kinds}
    named = leading(begun, cube.cell("denominator", newest, TOTAL, "graduates").value)
    if named:
        names = listed([small(label("specialisation", kind, m.language)) for kind in named], m.language)
        yield m.say("finding_specialisations", window=window(newest), names=names)


def colonoscopies(m: Material) -> Iterator[str]:
    """Capacity against the recommendation, spread between regions, quality."""
    if not (m.has("colonoscopy_nation") and m.has("colonoscopy_region")):
        return
    nation, region = m.cubes["colonoscopy_nation"], m.cubes["colonoscopy_region"]
    year = nation.codes("year")[-1]
    count, pct = (nation.cell(name, year, NATION) for name in ("colonoscopies", "incidence_pct"))
    shares = {code: region.cell("incidence_pct", year, code) for code in region.codes("area")}
    cells = list(shares.values())
    if count.is_shown and all(cell.is_shown for cell in cells):
        yield m.say(
            "finding_colonoscopy",
            year=year,
            count=count.number(m.language),
            pct=pct.number(m.language, 2),
            reached=sum((cell.value or 0) >= RECOMMENDED for cell in cells),
            regions=len(cells),
        )
        codes = sorted(region.codes("area"), key=lambda code: shares[code].value or 0)
        gaps = [region.cell("gap", year, code) for code in codes]
        if all(gap.is_shown for gap in gaps):
            yield m.say(
                "finding_colonoscopy_spread",
                low=shares[codes[0]].number(m.language, 2),
                low_area=label("region", codes[0], m.language),
                high=shares[codes[-1]].number(m.language, 2),
                high_area=label("region", codes[-1], m.language),
                gap=number(sum(max(gap.value or 0, 0) for gap in gaps), m.language),
            )
    over_60, caecum, adenoma = (
        nation.cell(name, year, NATION)
        for name in ("over_60_share", "caecal_intubation_pct", "adenoma_detection_pct")
    )
    if over_60.is_shown and caecum.is_shown and adenoma.is_shown:
        yield m.say(
            "finding_colonoscopy_quality",
            over_60=over_60.percent(m.language, 0),
            caecum=caecum.number(m.language, 1),
            adenoma=adenoma.number(m.language, 1),
        )


def density(m: Material) -> Iterator[str]:
    """Nurses and physicians by inhabitants, and where they are fewest and most."""
    if not m.has("staff_density"):
        return
    cube = m.cubes["staff_density"]
    year = density_year(cube)
    for code in ("SJ", "LK"):
        if year is None or code not in cube.codes("occupation_group"):
            continue
        cells = {a: cube.cell("per_100k", year, a, code, TOTAL) for a in cube.codes("area")}
        shown = {a: cell for a, cell in cells.items() if cell.is_shown and a != NATION}
        if not shown or not cells[NATION].is_shown:
            continue
        low, high = (pick(shown, key=lambda a: shown[a].value or 0) for pick in (min, max))
        yield m.say(
            "finding_density",
            year=year,
            nation=cells[NATION].number(m.language),
            profession=small(label("occupation_group", code, m.language)),
            low=shown[low].number(m.language),
            low_area=label("area", low, m.language),
            high=shown[high].number(m.language),
            high_area=label("area", high, m.language),
        )


def density_year(cube: Lookup) -> str | None:
    """The newest year with a density of counties (the nation's may reach further)."""
    for year in reversed(cube.codes("year")):
        if any(
            cube.cell("per_100k", year, area, code, TOTAL).is_shown
            for area in cube.codes("area")
            if area != NATION
            for code in cube.codes("occupation_group")
        ):
            return year
    return None
