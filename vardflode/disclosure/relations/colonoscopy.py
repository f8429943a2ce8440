"""Colonoscopies of a year: regions in health-care regions in the nation, and what is out of what."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from vardflode.disclosure.declared import BY_NAME
from vardflode.disclosure.knowledge import Knowledge
from vardflode.disclosure.relations.areas import add_divided, in_areas, places_of
from vardflode.disclosure.relations.draft import Draft
from vardflode.disclosure.relations.general import stand, tie

TABLE = BY_NAME["colonoscopy"]
KIND = TABLE.name
PERSONS = ("endoscopists", "over_60", "trainees")
# A person who works in several areas counts once in each, so these sum to all or more; who is one in an area
# is one in every larger one.
ONCE_IN_EACH = ("endoscopists", "trainees")


def add_colonoscopy(draft: Draft, tables: Mapping[str, pl.DataFrame], knowledge: Knowledge) -> None:
    """Add the groups of `colonoscopy` and what is said of them; a county in two health-care regions is
    divided.
    """
    stand(draft, TABLE, tables[TABLE.name])
    places = places_of(knowledge)
    add_divided(draft, KIND, "region", places)
    tie(draft, TABLE, tables[TABLE.name])
    for parts in in_areas(draft.of(KIND), "region", "nation", "00", places):
        once = pl.col("name").is_in(ONCE_IN_EACH)
        draft.sum(parts.filter(~pl.col("name").is_in(PERSONS)).with_columns(gap=pl.lit(0)))
        draft.nest(parts.filter(once).select(child="part", parent="whole", is_base=False))
        persons = parts.filter(pl.col("name").is_in(PERSONS)).with_columns(claim="whole")
        wholes = persons.select("claim", id="whole", weight=-1).unique(maintain_order=True)
        draft.claim(pl.concat([wholes, persons.select("claim", id="part", weight=1)]))
