"""Counties in health-care regions in the nation; a county in two health-care regions is divided."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from vardflode.disclosure.knowledge import Knowledge
from vardflode.disclosure.relations.draft import Draft

DIVIDED, HEALTH_REGION = "divided", "health_region"


def places_of(knowledge: Knowledge) -> pl.DataFrame:
    """Each `county` and the `region` (health-care region) that it lies in, or both of them."""
    return pl.DataFrame(knowledge.lies_in, schema=["county", "region"], orient="row")


def add_divided(draft: Draft, kind: str, county: str, places: pl.DataFrame) -> None:
    """Add the pieces of counties that lie in two health-care regions: nobody tells them.

    Args:
        draft: with the groups of the kind.
        kind: the table.
        county: the breakdown by county.
        places: as `places_of` has them.
    """
    several = places.filter(pl.len().over("county") > 1).rename({"county": "value"})
    pieces = draft.of(kind).filter(pl.col("breakdown") == county).join(several, on="value")
    draft.add(
        pieces.with_columns(
            breakdown=pl.lit(DIVIDED),
            value=pl.concat_str("value", "region", separator=":"),
            told=pl.lit(None, pl.Float64),
            protected=pl.lit(False),
        )
    )


def in_areas(
    groups: pl.DataFrame, county: str, nation: str, code: str, places: pl.DataFrame
) -> Iterator[pl.DataFrame]:
    """What makes up what (ids `part`, `whole`, and `name`): counties and health-care regions the nation,
    counties and pieces the regions, pieces the counties.

    Args:
        groups: of one table, with its pieces.
        county: the breakdown by county.
        nation: the breakdown of the nation, and `code` its value.
        places: as `places_of` has them.
    """
    single = places.filter(pl.len().over("county") == 1).rename({"county": "value"})
    areas = groups.join(single, on="value", how="left")
    piece = pl.col("value").str.split(":").list
    is_county, is_piece = pl.col("breakdown") == county, pl.col("breakdown") == DIVIDED
    lies = {
        (county, nation): pl.when(is_county).then(pl.lit(code)),
        (HEALTH_REGION, nation): pl.when(pl.col("breakdown") == HEALTH_REGION).then(pl.lit(code)),
        (county, HEALTH_REGION): pl.when(is_county).then("region").when(is_piece).then(piece.get(1)),
        (DIVIDED, county): pl.when(is_piece).then(piece.get(0)),
    }
    for (_, outer), value in lies.items():
        key = ["subject", "since", "name"]
        inner = areas.with_columns(outer=value).filter(pl.col("outer").is_not_null())
        wholes = groups.filter(pl.col("breakdown") == outer).select(*key, outer="value", whole="id")
        yield inner.select(*key, "outer", part="id").join(wholes, on=[*key, "outer"])
