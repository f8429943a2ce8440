"""How nurses go on to specialise: one cohort, its steps, its specialisations and its counties."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import polars as pl

from vardflode.disclosure.declared import BY_NAME
from vardflode.disclosure.knowledge import Knowledge
from vardflode.disclosure.relations.draft import GROUP, Draft, joined, to_cells, with_pieces
from vardflode.disclosure.relations.general import with_absent
from vardflode.disclosure.relations.shares import limit_by_shares

TABLE, BY_COUNTY = BY_NAME["specialisation"], BY_NAME["specialisation_county"]
KIND = TABLE.name
COHORT, STARTED, GRADUATES, ESTABLISHED = "cohort", "started", "graduates", "established_1y"
OF_ESTABLISHED = f"{ESTABLISHED} of"
# What each measure is out of; the others are out of the cohort.
BASE = {GRADUATES: STARTED, ESTABLISHED: OF_ESTABLISHED}
EVENTS = {"licence": COHORT, "start": STARTED, "degree": GRADUATES}
COUNTIES = BY_COUNTY.parts["county"].at_most


def add_specialisation(draft: Draft, tables: Mapping[str, pl.DataFrame], knowledge: Knowledge) -> None:
    """Add the groups of `specialisation` and `specialisation_county` and what is said of them.

    A cell is a specialisation (breakdown `total` or `specialisation`), in a county (`county`, with the name
    after it).
    """
    rows = tables[TABLE.name]
    base = pl.col("measure").replace(BASE | {m: COHORT for m in rows["measure"].unique() if m not in BASE})
    same = {
        "kind": pl.lit(KIND),
        "subject": pl.lit(""),
        "since": pl.col("cohort_from"),
        "until": pl.col("cohort_to"),
    }
    numbers = pl.concat(
        [
            rows.select(*TABLE.key, told="numerator", name="measure", column=pl.lit("numerator")),
            rows.select(*TABLE.key, told="denominator", name=base, column=pl.lit("denominator")),
        ]
    ).with_columns(**same, breakdown=_breakdown(), value="specialisation", is_there=True, protected=True)
    counties = with_absent(BY_COUNTY, tables[BY_COUNTY.name]).with_columns(
        **same,
        breakdown=pl.lit("county"),
        value=pl.concat_str("specialisation", "county", separator=":"),
        name=pl.col("event").replace(EVENTS),
        told="persons",
        column=pl.lit("persons"),
        protected=True,
    )
    draft.add(
        pl.concat(
            [f.select(*GROUP, pl.col("told").cast(pl.Float64), "protected") for f in (numbers, counties)]
        )
    )
    draft.stand(TABLE.name, numbers, TABLE.key)
    draft.stand(BY_COUNTY.name, counties, BY_COUNTY.key)
    with_pieces(draft, KIND)
    groups = draft.of(KIND)
    measures = rows["measure"].unique(maintain_order=True).to_list()
    by_all = groups.filter(pl.col("breakdown") != "county")
    for measure in measures:
        draft.nest(joined(by_all, measure, BASE.get(measure, COHORT), is_base=True))
    within = sorted(
        (m for m in measures if m.startswith("started_within_")), key=lambda m: int(m.split("_")[2])
    )
    chain = [
        *pairwise([*within, STARTED]),
        ("admitted", "applied"),
        (STARTED, COHORT),
        (OF_ESTABLISHED, GRADUATES),
    ]
    for child, parent in chain:
        draft.nest(joined(by_all, child, parent))
    inner = pl.when(pl.col("breakdown") == "specialisation").then(pl.lit("total"))
    draft.sum(to_cells(by_all, inner, "total", None))
    inner = pl.when(pl.col("breakdown") == "county").then(pl.col("value").str.split(":").list.get(0))
    for whole in ("total", "specialisation"):
        draft.sum(to_cells(groups, inner, whole, COUNTIES))
    named = pl.col("value").str.split(":").list
    inner = pl.when(named.get(0) != "total").then(pl.concat_str(pl.lit("total:"), named.get(1)))
    draft.sum(to_cells(groups.filter(pl.col("breakdown") == "county"), inner, "county", None))
    for derived in TABLE.derived:
        limit_by_shares(draft, TABLE, rows, derived)


def _breakdown() -> pl.Expr:
    return (
        pl.when(pl.col("specialisation") == "total").then(pl.lit("total")).otherwise(pl.lit("specialisation"))
    )
