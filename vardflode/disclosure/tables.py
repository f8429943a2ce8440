"""The published tables: what identifies a row, which numbers in it are counts, and what all of them say
together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from vardflode.disclosure.knowledge import Knowledge
from vardflode.disclosure.relations import applicants, colonoscopy, flow, mobility, specialisation
from vardflode.disclosure.relations.draft import Draft


@dataclass(frozen=True)
class Table:
    """One published table.

    `base`: the count that a row is out of, where a row is left out when that is told as zero. `shares`:
    columns computed from counts, and those counts, the last one the base. `kind`: the column that says what a
    row is by.
    """

    name: str
    key: Sequence[str]
    counts: Sequence[str]
    kind: str
    base: str = ""
    shares: Mapping[str, Sequence[str]] = field(default_factory=dict)


SHARE = {"share": ("numerator", "denominator")}
TABLES = [
    Table("flow_measures", flow.KEY, ("numerator", "denominator"), "breakdown", "denominator", SHARE),
    Table("applicants", applicants.KEY, applicants.COUNTS, "breakdown", "applicants"),
    Table("mobility", mobility.KEY, ("persons",), "breakdown", "persons"),
    Table(
        "specialisation",
        specialisation.KEY,
        ("numerator", "denominator"),
        "specialisation",
        "denominator",
        SHARE,
    ),
    Table("specialisation_county", specialisation.COUNTY_KEY, ("persons",), "event", "persons"),
    Table(
        "colonoscopy",
        colonoscopy.KEY,
        colonoscopy.COUNTS,
        "level",
        shares={share: (part, whole) for part, (whole, share, _) in colonoscopy.OUT_OF.items() if share}
        | {
            "per_endoscopist": ("colonoscopies", "endoscopists"),
            "incidence_pct": ("colonoscopies",),
            "gap": ("colonoscopies",),
        },
    ),
]
BY_NAME = {table.name: table for table in TABLES}
# Already public, or no figure about persons: published as they are.
OPEN_TABLES = ("staff_density", "institutions")
INSTITUTIONS = ("degree_code", "institution", "study_county")


def draft_of(tables: Mapping[str, pl.DataFrame], knowledge: Knowledge) -> Draft:
    """The groups of published tables (null: not told) and what is said of them, whatever the order of rows.

    Args:
        tables: by name, their key and numbers; what is not there was not published.
        knowledge: what is public besides.
    """
    found = {table.name: tables.get(table.name, _empty(table)).sort(table.key) for table in TABLES}
    places = tables.get("institutions", pl.DataFrame(schema=dict.fromkeys(INSTITUTIONS, pl.String)))
    draft = Draft()
    flow.add_flow(
        draft, found["flow_measures"], knowledge.measures, knowledge.observed, knowledge.licensed, places
    )
    mobility.add_mobility(draft, found["mobility"])
    applicants.add_applicants(draft, found["applicants"])
    specialisation.add_specialisation(draft, found["specialisation"], found["specialisation_county"])
    colonoscopy.add_colonoscopy(draft, found["colonoscopy"], list(knowledge.lies_in))
    return draft


def _empty(table: Table) -> pl.DataFrame:
    years = {name: pl.Int64 for name in table.key if name in ("cohort_from", "cohort_to", "year")}
    texts = {name: pl.String for name in table.key if name not in years}
    frame = pl.DataFrame(schema=years | texts | dict.fromkeys(table.counts, pl.Int64))
    return frame.select(*table.key, *table.counts)
