"""Tables, maps, figures and alt texts are made of told numbers only.

The report is made of tables whose told numbers were replaced by others that no register of this size has: a number
that is not theirs came from somewhere else. (That an edition is the same whatever the warehouse holds: test_release.)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from html import unescape

import polars as pl
import pytest

from tests.publication.conftest import Made
from vardflode.disclosure.declared import BY_NAME
from vardflode.publication.cubes import NUMBERS, cubes
from vardflode.publication.report.document import Chapter
from vardflode.publication.report.material import Material, material
from vardflode.publication.report.write import report_document

# What stands in texts and is no number of a table: years, ages, horizons, units, codes of occupations, and how many
# have no number.
_NO_NUMBER = re.compile(
    r"\b(19|20)\d\d\b|\d\d[–-]\d\d|utan tal: \d+|without a number: \d+|1[.,]5\b|100[\s,]000"
    r"|\bper 100 |\d+ år|\(\d+\)|År sedan legitimationen: \d+|Years since the licence: \d+|aged \d+|\b\d{4} [A-ZÅÄÖ]"
)
_NUMBER = {"sv": r"\d(?:[\d\u00a0]*\d)?(?:,\d+)?", "en": r"\d(?:[\d,]*\d)?(?:\.\d+)?"}


def marked(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    """A table with another number in place of each that is told, and shares of those."""
    place = pl.int_range(pl.len(), dtype=pl.Int64)
    if "numerator" in frame.columns:
        whole = 50_000 + 37 * place
        part = (whole * (30 + place % 61)) // 100
        told = {"numerator": part, "denominator": whole, "share": part / whole}
        # Beginners are beginners of themselves.
        itself = pl.col("measure") == "beginners" if "measure" in frame.columns else pl.lit(False)
        told["numerator"] = pl.when(itself).then(whole).otherwise(part)
        told["share"] = pl.when(itself).then(1.0).otherwise(part / whole)
    elif name in ("applicants", "mobility", "specialisation_county"):
        told = {n: 70_000 + 41 * place + k for k, n in enumerate(NUMBERS[name])}
    elif BY_NAME[name].relations == "planning":
        told = {n: 70_000 + 41 * place - 7 * k for k, n in enumerate(BY_NAME[name].counts)}
        told |= {
            d.name: told[d.part] / told[d.whole]
            for d in BY_NAME[name].derived
            if {d.part, d.whole} <= told.keys()
        }
    else:
        return frame  # large numbers of examinations, and open data
    return frame.with_columns(pl.when(pl.col(n).is_not_null()).then(e).alias(n) for n, e in told.items())


@pytest.fixture(scope="module")
def tables(made: Made) -> dict[str, pl.DataFrame]:
    """With shares wherever both counts are told, so that figures are drawn."""
    found = {name: made.published.tables[name] for name in NUMBERS if name in made.published.tables}
    for name in ("flow_measures", "specialisation"):
        both = pl.col("numerator").is_not_null() & pl.col("denominator").is_not_null()
        found[name] = found[name].with_columns(share=pl.when(both).then(0.5))
    return {name: marked(name, frame) for name, frame in found.items()}


# The published tables that a chapter tells of; a chapter that is not here is of a degree, or of several.
TABLES = {
    "nurses": ["specialisation"],
    "colonoscopy": ["colonoscopy"],
    "density": ["staff_density"],
    "supply": ["licensed_workforce", "workplace"],
    "demand": ["demand_indicators"],
    "physicians": ["physician_path", "st_training"],
    "careers": ["career_moves"],
    "occupations": ["occupation_density", "care_demand"],
    "survey": ["survey"],
    "money": ["hired_staff", "sick_leave", "paid_training"],
    "colonoscopies_ahead": ["colonoscopy_forecast"],
    "help": ["capacity"],
    "plan": ["plan", "plan_goals"],
    "forecast": ["forecast", "forecast_scenarios", "forecast_intake", "forecast_record", "forecast_earlier"],
    "degrees": ["flow_measures", "applicants", "mobility"],
}


def allowed(tables: dict[str, pl.DataFrame], names: list[str]) -> set[str]:
    """Every number told in tables as it may be written: with a decimal point, nothing between thousands."""
    values = [
        value
        for name in names
        for column in NUMBERS[name]
        for value in tables[name][column].cast(pl.Float64).drop_nulls().to_list()
    ]
    mobility = tables["mobility"]
    whole = mobility.filter(breakdown="total").select(
        "degree_code", "cohort_from", "cohort_to", whole="persons"
    )
    shares = mobility.join(whole, on=["degree_code", "cohort_from", "cohort_to"]).select(
        pl.min_horizontal(pl.col("persons") / pl.col("whole"), 1.0)
    )
    values += shares.to_series().drop_nulls().to_list() if "mobility" in names else []
    found = {f"{abs(v):.{d}f}" for v in values for d in (0, 1, 2, 3)}
    return found | {f"{100 * v:.{d}f}" for v in values if 0 <= v <= 1 for d in (0, 1)}


def texts(chapter: Chapter, m: Material) -> Iterator[str]:
    """The alt texts, what the figures say of their marks, and the cells of the tables."""
    for block in chapter.blocks:
        if block.kind == "figure":
            yield block.alt
            svg = unescape(m.figures[block.name])
            yield from re.findall(r'aria-label="([^"]*)" role="graphics-symbol"', svg)
            if block.name.startswith("flow"):
                yield from re.findall(r"<text[^>]*>([^<]*)</text>", svg)
        elif block.kind == "table":
            for row in block.rows:
                yield from row[1:]


def strange(told: Iterable[str], known: set[str], language: str) -> list[str]:
    """Texts with a number that is none of the known."""
    found = []
    for text in told:
        for number in re.findall(_NUMBER[language], _NO_NUMBER.sub(" ", text)):
            plain = number.replace("\u00a0", "")
            plain = plain.replace(",", ".") if language == "sv" else plain.replace(",", "")
            if plain not in known:
                found.append(f"{number}: {text[:120]}")
    return found


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_number_in_figures_and_tables_is_a_told_one(
    made: Made, tables: dict[str, pl.DataFrame], language: str
) -> None:
    edition = replace(made.edition, few=60_000)  # of the other numbers: some degrees share a chapter
    m = material(cubes(tables, made.published.names), edition, made.published.certificate, language)
    chapters = {c.anchor: c for c in report_document(m).chapters}
    behind = list(chapters).index("definitions")  # what stands behind the numbers
    told = {anchor: list(texts(chapters[anchor], m)) for anchor in list(chapters)[:behind]}
    # The very small country has no window of five physicians.
    unseen = {"degrees"} if len(tables["physician_path"]) else {"degrees", "physicians"}
    assert {*TABLES} - unseen | {"degree-sj", "comparison", "places"} <= told.keys()
    for anchor, found in told.items():
        known = allowed(tables, TABLES.get(anchor, TABLES["degrees"]))
        assert strange(found, known, language) == [], anchor
        assert anchor == "summary" or sum(bool(re.search(r"\d", text)) for text in found) > 10, anchor
    assert {name.partition("-")[0] for name in m.figures} >= {"flow", "mobility", "colonoscopy", "density"}
