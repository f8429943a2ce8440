"""Mobility: the same persons by home, study and work county and by class, each out of those employed."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from vardflode.disclosure.declared import BY_NAME
from vardflode.disclosure.knowledge import Knowledge
from vardflode.disclosure.relations.draft import ABSENT, CELL, Draft
from vardflode.disclosure.relations.general import stand, tie

TABLE = BY_NAME["mobility"]
KIND = TABLE.name
COUNT = TABLE.base
SIDES = ("home_county", "study_county", "work_county")
# For each class the sides that are the same county; sides apart are different ones.
CLASSES = {
    "stayed": (SIDES,),
    "returned": (("home_county", "work_county"), ("study_county",)),
    "retained": (("study_county", "work_county"), ("home_county",)),
    "left": (("home_county", "study_county"), ("work_county",)),
    "moved_on": (("home_county",), ("study_county",), ("work_county",)),
}
COUNTIES = TABLE.parts["work_county"].codes
INSIDE = "class"


def add_mobility(draft: Draft, tables: Mapping[str, pl.DataFrame], knowledge: Knowledge) -> None:
    """Add the groups of `mobility` and what ties its margins; the groups of the flow are there."""
    stand(draft, TABLE, tables[TABLE.name])
    _add_classes(draft)
    tie(draft, TABLE, tables[TABLE.name])
    groups = draft.of(KIND)
    employed = draft.of("flow").filter(pl.col("name") == "employed_1y").select(*CELL, parent="id")
    draft.nest(groups.select(*CELL, child="id").join(employed, on=CELL).with_columns(is_base=False))
    _sum_classes(draft, groups)


def _add_classes(draft: Draft) -> None:
    """Of each class those of each county that its sides share: not told."""
    window = ["subject", "since", "until"]
    groups = draft.of(KIND)
    here = groups.filter(pl.col("breakdown").is_in(SIDES)).select(*window, side="breakdown", county="value")
    asked = pl.DataFrame(
        [(kind, "+".join(group), side) for kind, of in CLASSES.items() for group in of for side in group],
        schema=["of", "group", "side"],
        orient="row",
    )
    # A county that is not there on a side may hold a few: the others hold the rest.
    inside = here.join(asked, on="side").select(*window, "of", "group", "county").unique(maintain_order=True)
    draft.add(
        inside.with_columns(
            kind=pl.lit(KIND),
            breakdown=pl.lit(INSIDE),
            value=pl.concat_str("of", "group", "county", separator=":"),
            name=pl.lit(COUNT),
            told=pl.lit(None, pl.Float64),
            protected=False,
        )
    )


def _sum_classes(draft: Draft, groups: pl.DataFrame) -> None:
    """Each class is the sum of its counties; each county is the sum of its classes; and sides apart in a
    class are never the same county.
    """
    window = ["subject", "since", "until"]
    part = pl.col("value").str.split(":").list
    inside = groups.filter(pl.col("breakdown") == INSIDE).select(
        *window, of=part.get(0), group=part.get(1), county=part.get(2), part="id"
    )
    classes = groups.filter(pl.col("breakdown") == "mobility").select(*window, of="value", whole="id")
    of_class = inside.join(classes, on=[*window, "of"])
    counties = pl.len().over("whole", "group").cast(pl.Int64)
    for _, parts in of_class.partition_by("group", as_dict=True, maintain_order=True).items():
        draft.sum(parts.with_columns(gap=ABSENT * (len(COUNTIES) - counties).clip(0)))
    sides = groups.filter(pl.col("breakdown").is_in(SIDES)).select(
        *window, side="breakdown", county="value", whole="id"
    )
    of_side = inside.with_columns(side=pl.col("group").str.split("+")).explode("side")
    draft.sum(of_side.join(sides, on=[*window, "side", "county"]).with_columns(gap=pl.lit(0)))
    apart = of_class.filter(pl.len().over("whole", "county") > 1)
    name = pl.concat_str("whole", "county", separator=" ")
    wholes = apart.select(claim=name, id="whole", weight=1).unique(maintain_order=True)
    draft.claim(pl.concat([wholes, apart.select(claim=name, id="part", weight=-1)]))
