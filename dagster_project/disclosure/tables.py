"""The published tables: what identifies a row, which numbers in it are counts, and what follows from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dagster_project.disclosure.relations.applicants import COUNTS as APPLICANTS
from dagster_project.disclosure.relations.colonoscopy import COUNTS as COLONOSCOPY
from dagster_project.disclosure.system import Key

COHORTS = ("cohort_from", "cohort_to")
STATUS = ("shown", "hidden", "not_applicable")


@dataclass(frozen=True)
class Table:
    """One published table.

    `follows`: columns computed from counts, and the counts that they would give away. `whole_row`: a row is
    one figure, so when a part of it is hidden the figure is.
    """

    name: str
    key: Sequence[str]
    counts: Sequence[str]
    follows: Mapping[str, Sequence[str]] = field(default_factory=dict)
    whole_row: bool = False
    # The count that must be at least one for a row to be there.
    base: str = ""
    # Columns that say that there are two persons at least: told only where the base is, and is not small.
    of_several: Sequence[str] = ()
    # The column of the key that says what part a row is of, and its value for all; and whether the other
    # values make up the whole together (specialisations), or each is a way to divide it (breakdowns).
    part: str = "breakdown"
    whole: str = "total"
    together: bool = False
    # Columns of the key whose values are tables of their own.
    apart: Sequence[str] = ()


SHARE = {"share": ("numerator", "denominator")}

TABLES = [
    Table(
        "flow_measures",
        ("degree_code", *COHORTS, "breakdown", "breakdown_value", "measure"),
        ("numerator", "denominator"),
        SHARE,
        whole_row=True,
        base="denominator",
        of_several=("series_break",),
    ),
    Table(
        "applicants", ("degree_code", *COHORTS, "breakdown", "breakdown_value"), APPLICANTS, base="applicants"
    ),
    Table(
        "mobility", ("degree_code", *COHORTS, "breakdown", "breakdown_value"), ("persons",), base="persons"
    ),
    Table(
        "specialisation",
        (*COHORTS, "specialisation", "measure"),
        ("numerator", "denominator"),
        SHARE,
        whole_row=True,
        base="denominator",
        part="specialisation",
        together=True,
        apart=("measure",),
    ),
    Table(
        "specialisation_county",
        (*COHORTS, "specialisation", "event", "county"),
        ("persons",),
        base="persons",
        part="specialisation",
        together=True,
        apart=("event",),
    ),
    Table(
        "colonoscopy",
        ("year", "level", "area"),
        COLONOSCOPY,
        {
            "incidence_pct": ("colonoscopies",),
            "gap": ("colonoscopies",),
            "private_share": ("private", "colonoscopies"),
            "screening_share": ("screening", "colonoscopies"),
            "over_60_share": ("over_60", "endoscopists"),
            "per_endoscopist": ("colonoscopies", "endoscopists"),
            "caecal_intubation_pct": ("caecum", "colonoscopies"),
            "adenoma_detection_pct": ("adenoma", "colonoscopies"),
            "register_coverage_pct": ("covered", "colonoscopies"),
        },
        part="level",
        whole="nation",
    ),
]


def left_out_with(table: Table, key: Key, row: Mapping[str, Any]) -> bool:
    """Whether a row goes when the row with this key must: what is part of it, and what it sums with."""
    gone = dict(zip(table.key, key, strict=True))
    alike = [*table.apart, *(name for name in COHORTS if name in table.key)]
    if any(row[name] != gone[name] for name in alike):
        return False
    if gone[table.part] == table.whole:
        return True
    return row[table.part] != table.whole if table.together else row[table.part] == gone[table.part]


BY_NAME = {table.name: table for table in TABLES}
# Already public, or no figure about persons: published as they are.
OPEN_TABLES = ("staff_density", "institutions")
