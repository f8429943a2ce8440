"""Applicants of a degree. A person counts once in each row, so institutions sum to all or more."""

from __future__ import annotations

import polars as pl

from vardflode.disclosure.declared import BY_NAME
from vardflode.disclosure.relations.draft import (
    CELL,
    Draft,
    joined,
    to_totals,
    with_absent,
    with_pieces,
)

KIND = "applicants"
KEY = BY_NAME["applicants"].key
COUNTS = BY_NAME["applicants"].counts


def add_applicants(draft: Draft, rows: pl.DataFrame) -> None:
    """Add the groups of `applicants` and what is said of them."""
    every = with_absent("applicants", rows, COUNTS[0])
    long = every.unpivot(COUNTS, index=[*KEY, "is_there"], variable_name="column", value_name="told")
    numbers = long.with_columns(
        kind=pl.lit(KIND),
        subject="degree_code",
        since="cohort_from",
        until="cohort_to",
        value="breakdown_value",
        name="column",
        protected=True,
    )
    draft.add(numbers)
    draft.stand("applicants", numbers, KEY)
    with_pieces(draft, KIND)
    groups = draft.of(KIND)
    for count in COUNTS[1:]:
        draft.nest(joined(groups, count, COUNTS[0], is_base=True))
    draft.sum(to_totals(groups, "sex", 3))
    key = [name for name in CELL if name not in ("breakdown", "value")] + ["name"]
    total = groups.filter(pl.col("breakdown") == "total").select(*key, parent="id")
    inside = groups.filter(pl.col("breakdown") == "institution").select(*key, child="id")
    draft.nest(inside.join(total, on=key).with_columns(is_base=False))
