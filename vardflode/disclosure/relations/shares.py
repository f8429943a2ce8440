"""A share is computed from told numbers: where one of those is not told, it says what it may have been."""

from __future__ import annotations

from decimal import Decimal

import polars as pl

from vardflode.disclosure.declared import Derived, Table
from vardflode.disclosure.relations.draft import Draft
from vardflode.sdc.model import OPEN

# A number with more decimals than this is as good as exact.
EXACT = 12


def decimals(value: float) -> int:
    """Decimals that a number is written with."""
    return max(0, -int(Decimal(repr(value)).normalize().as_tuple().exponent))


def limit_by_shares(draft: Draft, table: Table, rows: pl.DataFrame, of: Derived) -> None:
    """What shares say of the told numbers that are missing: a share is `times` part / whole, rounded half a
    unit of its last decimal either way, and 1 at most.
    """
    key, share, above, below, times = table.key, of.name, of.part, of.whole, of.times
    if not {share, above, below} <= set(rows.columns):
        return
    told = rows.filter(pl.col(share).is_not_null())
    if not len(one := told.filter(pl.col(above).is_null() != pl.col(below).is_null())):
        return
    # Nearly all of a column have as many decimals (0.5 among thousandths is 0.500).
    usual = int(told[share].map_elements(decimals, pl.Int64).quantile(0.9, "higher") or 0)
    half = 0.5 * 10.0**-usual * (1 + 1e-9) if usual <= EXACT else 1e-12
    one = one.with_columns(low=(pl.col(share) - half) / times, high=(pl.col(share) + half) / times)
    known_below = pl.col(above).is_null()
    least = pl.when(known_below).then(pl.col("low") * pl.col(below)).otherwise(pl.col(above) / pl.col("high"))
    most = pl.when(known_below).then(pl.col("high") * pl.col(below)).otherwise(pl.col(above) / pl.col("low"))
    # A share of 1 may have been more.
    most = pl.when(known_below & (pl.col(share) >= times)).then(OPEN).otherwise(most)
    most = pl.when(most.is_finite() & (most >= 0)).then(most).otherwise(OPEN)
    limits = one.select(
        *key,
        column=pl.when(known_below).then(pl.lit(above)).otherwise(pl.lit(below)),
        lowest=least.ceil().clip(0),
        highest=most.floor(),
    )
    ids = draft.places[table.name].select("id", "column", *key)
    draft.limits.append(limits.join(ids, on=[*key, "column"]).select("id", "lowest", "highest"))
