"""The forecast's rounded numbers: what of them must not be told, since they would give a small group away."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from vardflode.disclosure.knowledge import Knowledge
from vardflode.disclosure.noise import SMALL, Noise
from vardflode.disclosure.relations.draft import Draft
from vardflode.disclosure.relations.forecast import NATION, TABLE, add_forecast
from vardflode.sdc.attack import Rule, attack_part


def tell_less(rows: pl.DataFrame, knowledge: Knowledge, noise: Noise, width: int) -> pl.DataFrame:
    """The forecast without the regions, of all years, that would give a small group of another away.

    Of a group with a hole the smallest region is taken, again and again, and last the nation.

    Args:
        rows: `forecast`, as rounded.
        width: by how much a count that may be small must be uncertain.
    """
    while holes := set(_holes(rows, knowledge, noise, width)):
        mine = rows.filter(pl.col("group_code").is_in(list(holes)))
        size = pl.col("stock").max().over("group_code", "health_region")
        smallest = (
            mine.with_columns(size=size, last=pl.col("health_region") == NATION)
            .sort("group_code", "last", "size", "health_region")
            .group_by("group_code", maintain_order=True)
            .agg(pl.col("health_region").first())
        )
        rows = rows.join(smallest, on=["group_code", "health_region"], how="anti", maintain_order="left")
    return rows


def _holes(rows: pl.DataFrame, knowledge: Knowledge, noise: Noise, width: int) -> Iterator[str]:
    """Groups (codes) of whom something small would be known."""
    draft = Draft()
    add_forecast(draft, {TABLE.name: rows}, knowledge)
    model = draft.model(noise)
    for groups, piece in model.split(model.piece):
        found = attack_part(piece, Rule(SMALL, width), np.full(len(groups), -1))
        for target in found.holes:
            yield draft.groups["subject"][int(groups[found.of(target)[0]])]
