"""Colonoscopies of a year: regions in health-care regions in the nation, and what is out of what."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from vardflode.disclosure.declared import BY_NAME
from vardflode.disclosure.knowledge import Knowledge
from vardflode.disclosure.relations.draft import Draft
from vardflode.disclosure.relations.general import stand, tie

TABLE = BY_NAME["colonoscopy"]
KIND = TABLE.name
PERSONS = ("endoscopists", "over_60", "trainees")
# A person who works in several areas counts once in each, so these sum to all or more; who is one in an area
# is one in every larger one.
ONCE_IN_EACH = ("endoscopists", "trainees")
DIVIDED = "divided"


def add_colonoscopy(draft: Draft, tables: Mapping[str, pl.DataFrame], knowledge: Knowledge) -> None:
    """Add the groups of `colonoscopy` and what is said of them; a county in two health-care regions is
    divided.
    """
    stand(draft, TABLE, tables[TABLE.name])
    places = pl.DataFrame(knowledge.lies_in, schema=["county", "region"], orient="row")
    several = places.filter(pl.len().over("county") > 1).rename({"county": "value"})
    pieces = draft.of(KIND).filter(pl.col("breakdown") == "region").join(several, on="value")
    draft.add(
        pieces.with_columns(
            breakdown=pl.lit(DIVIDED),
            value=pl.concat_str("value", "region", separator=":"),
            told=pl.lit(None, pl.Float64),
            protected=pl.lit(False),
        )
    )
    tie(draft, TABLE, tables[TABLE.name])
    _add_areas(draft, draft.of(KIND), places)


def _add_areas(draft: Draft, groups: pl.DataFrame, places: pl.DataFrame) -> None:
    """Counties in health-care regions in the nation, by way of the pieces of counties that are divided."""
    single = places.filter(pl.len().over("county") == 1).rename({"county": "value"})
    areas = groups.join(single, on="value", how="left")
    piece = pl.col("value").str.split(":").list
    is_region, is_piece = pl.col("breakdown") == "region", pl.col("breakdown") == DIVIDED
    lies = {
        ("region", "nation"): pl.when(is_region).then(pl.lit("00")),
        ("health_region", "nation"): pl.when(pl.col("breakdown") == "health_region").then(pl.lit("00")),
        ("region", "health_region"): pl.when(is_region).then("region").when(is_piece).then(piece.get(1)),
        (DIVIDED, "region"): pl.when(is_piece).then(piece.get(0)),
    }
    for (_, outer), value in lies.items():
        key = ["since", "name"]
        inner = areas.with_columns(outer=value).filter(pl.col("outer").is_not_null())
        wholes = groups.filter(pl.col("breakdown") == outer).select(*key, outer="value", whole="id")
        parts = inner.select(*key, "outer", part="id").join(wholes, on=[*key, "outer"])
        once = pl.col("name").is_in(ONCE_IN_EACH)
        draft.sum(parts.filter(~pl.col("name").is_in(PERSONS)).with_columns(gap=pl.lit(0)))
        draft.nest(parts.filter(once).select(child="part", parent="whole", is_base=False))
        persons = parts.filter(pl.col("name").is_in(PERSONS)).with_columns(claim="whole")
        wholes = persons.select("claim", id="whole", weight=-1).unique(maintain_order=True)
        draft.claim(pl.concat([wholes, persons.select("claim", id="part", weight=1)]))
