"""Groups within a profession: general practitioners are physicians, and nurses are specialised or not."""

from __future__ import annotations

import polars as pl

from vardflode.disclosure.relations.draft import Draft

# Those of one profession have nobody in common.
WITHIN = {"ALM": "LK", "SPS": "SJ", "SJG": "SJ"}


def within_professions(draft: Draft, groups: pl.DataFrame) -> None:
    """Say that the groups within a profession lie in it, and together too.

    Args:
        draft: with the groups.
        groups: some of them, with the group's code as `subject`.
    """
    key = ["since", "until", "breakdown", "value", "name", "subject"]
    inside = groups.filter(pl.col("subject").is_in(list(WITHIN)))
    inside = inside.with_columns(pl.col("subject").replace(WITHIN)).select(*key, part="id")
    parts = inside.join(groups.select(*key, whole="id"), on=key).sort("part")
    draft.nest(parts.select(child="part", parent="whole", is_base=False))
    together = parts.filter(pl.len().over("whole") > 1)
    draft.sum(together.select("whole", "part", gap=pl.lit(None, pl.Int64)))
