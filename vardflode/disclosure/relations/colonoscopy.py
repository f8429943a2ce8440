"""Colonoscopies of a year: regions in health-care regions in the nation, and what is out of what."""

from __future__ import annotations

import polars as pl

from vardflode.disclosure.declared import BY_NAME, RATIOS
from vardflode.disclosure.relations.draft import Draft, joined
from vardflode.disclosure.relations.shares import limit_by_shares

KIND = "colonoscopy"
KEY = BY_NAME["colonoscopy"].key
# What each count is part of, and the column with its share (and what that is times).
OUT_OF: dict[str, tuple[str, str | None, int]] = {
    ratio["part"]: (ratio["whole"], ratio["name"], ratio["times"]) for ratio in RATIOS if ratio.get("is_part")
} | {"trainees": ("endoscopists", None, 1)}
EXAMINATIONS = ("colonoscopies", "private", "screening", "caecum", "adenoma", "covered")
PERSONS = ("endoscopists", "over_60", "trainees")
COUNTS = (*EXAMINATIONS, *PERSONS)
# A person who works in several areas counts once in each, so these sum to all or more; who is one in an area
# is one in every larger one.
ONCE_IN_EACH = ("endoscopists", "trainees")
DIVIDED = "divided"


def add_colonoscopy(draft: Draft, rows: pl.DataFrame, lies_in: list[tuple[str, str]]) -> None:
    """Add the groups of `colonoscopy` and what is said of them.

    Args:
        draft: gets them.
        rows: published rows; numbers that are not told are null.
        lies_in: pairs of county and health-care region; a county in two of them is divided.
    """
    numbers = rows.unpivot(COUNTS, index=KEY, variable_name="column", value_name="told").with_columns(
        kind=pl.lit(KIND),
        subject=pl.lit(""),
        since="year",
        until="year",
        breakdown="level",
        value="area",
        name="column",
        is_there=True,
        protected=True,
    )
    places = pl.DataFrame(lies_in, schema=["county", "region"], orient="row")
    several = places.filter(pl.len().over("county") > 1).rename({"county": "value"})
    pieces = (
        numbers.filter(pl.col("level") == "region")
        .join(several, on="value")
        .with_columns(
            breakdown=pl.lit(DIVIDED),
            value=pl.concat_str("value", "region", separator=":"),
            told=pl.lit(None, numbers.schema["told"]),
            protected=False,
        )
    )
    draft.add(pl.concat([numbers, pieces.select(numbers.columns)]))
    draft.stand(KIND, numbers, KEY)
    groups = draft.of(KIND)
    for count, (base, _, _) in OUT_OF.items():
        draft.nest(joined(groups, count, base, is_base=True))
    _add_areas(draft, groups, places)
    for count, (base, share, times) in OUT_OF.items():
        if share:
            limit_by_shares(draft, KIND, rows, KEY, share, count, base, times)
    limit_by_shares(draft, KIND, rows, KEY, "per_endoscopist", "colonoscopies", "endoscopists")
    if "population" in rows.columns:
        limit_by_shares(
            draft,
            KIND,
            rows.with_columns(population=pl.col("population").cast(pl.Float64)),
            KEY,
            "incidence_pct",
            "colonoscopies",
            "population",
            100,
        )


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
