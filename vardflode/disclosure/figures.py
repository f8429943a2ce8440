"""Counts as they are told: with noise, and with what is computed of them."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from vardflode.disclosure.declared import Derived, Table
from vardflode.disclosure.noise import SMALL, Noise


def with_noise(table: Table, exact: pl.DataFrame, noise: Noise, threshold: int) -> pl.DataFrame:
    """A table's counts as they may be told; what is computed of them is left for later.

    Args:
        table: what its counts are.
        exact: counts, and for each the sum of its persons' keys in `<count>_key`.
        noise: the noise table.
        threshold: told counts from 1 to below it are not told.

    Returns:
        The rows whose base is not told as zero: a row that is there would tell that there was somebody.
    """
    told = exact.with_columns(
        pl.Series(name, noise.told(exact[name].to_numpy(), exact[f"{name}_key"].to_numpy())).cast(pl.Int64)
        for name in table.counts
    )
    if table.base:
        told = told.filter(pl.col(table.base) > 0)
    small = {name: pl.col(name).is_between(1, threshold - 1) for name in table.counts}
    told = told.with_columns(
        pl.when(~is_small).then(pl.col(name)).alias(name) for name, is_small in small.items()
    )
    return told.drop(f"{name}_key" for name in table.counts)


def without(frame: pl.DataFrame, table: Table, places: pl.DataFrame) -> pl.DataFrame:
    """A table when the numbers at some places are not told; a row that is not there is, without a number.

    Args:
        frame: the table.
        table: its name, key and counts.
        places: `column`, `is_there` and the key of each.
    """
    key = list(table.key)
    keys = {name: frame.schema[name] for name in key}
    new = places.filter(~pl.col("is_there")).select(key).unique(maintain_order=True).cast(keys)  # type: ignore[arg-type]
    frame = pl.concat([frame, new], how="diagonal")
    for column in table.counts:
        gone = places.filter(pl.col("column") == column).select(key).unique().cast(keys)  # type: ignore[arg-type]
        frame = frame.join(gone.with_columns(gone=True), on=key, how="left", maintain_order="left")
        frame = frame.with_columns(pl.when(pl.col("gone").is_null()).then(column).alias(column)).drop("gone")
    return frame.sort(key)


def published(table: Table, told: pl.DataFrame, noise: Noise, least_base: int) -> pl.DataFrame:
    """The published form of a table: what is computed of told counts, and why a number is missing.

    Args:
        table: its counts, and what is computed of them.
        told: its told counts; null: not told.
        noise: the noise table.
        least_base: shares are told only where the told base is at least this.

    Returns:
        `status`: `shown`, or `hidden` where a number is not told; in tables with several numbers a row,
        `hidden_columns` and, where a number may have no meaning, `not_applicable_columns` (names with a space
        between).
    """
    frame = told.with_columns(_computed(derived) for derived in table.derived)
    hidden = {name: pl.col(name).is_null() for name in table.counts}
    never = {name: pl.lit(False) for name in table.counts}
    for derived in table.derived:
        of = [name for name in (derived.part, derived.whole) if name in table.counts]
        untold = pl.any_horizontal(pl.col(name).is_null() for name in of)
        is_open = derived.whole not in of
        few = pl.lit(False) if is_open else pl.col(derived.whole) < least_base
        # Of nobody there is no share.
        none = pl.col(derived.whole).is_null() if is_open else pl.col(derived.whole) == 0
        hidden[derived.name] = untold | (few & ~none).fill_null(False)
        never[derived.name] = (~untold & none).fill_null(False)
    if "series_break" in frame.columns:
        # It says that there are two persons at least.
        several = pl.col(table.base) >= SMALL + noise.largest
        frame = frame.with_columns(pl.when(several).then("series_break").alias("series_break"))
    is_hidden = pl.any_horizontal(hidden[name] for name in table.counts)
    reasons = [pl.when(is_hidden).then(pl.lit("hidden")).otherwise(pl.lit("shown")).alias("status")]
    if table.names_reasons:
        reasons.append(_names(hidden).alias("hidden_columns"))
        if table.derived:
            reasons.append(_names(never).alias("not_applicable_columns"))
    shown = [
        pl.when(~(hidden[d.name] | never[d.name])).then(pl.col(d.name)).alias(d.name) for d in table.derived
    ]
    return frame.with_columns(*reasons, *shown)


def _names(which: Mapping[str, pl.Expr]) -> pl.Expr:
    named = [pl.when(so).then(pl.lit(f"{name} ")).otherwise(pl.lit("")) for name, so in which.items()]
    return pl.concat_str(named).str.strip_chars_end()


def _computed(of: Derived) -> pl.Expr:
    """What is computed of told numbers; a part never above its whole: noise can make it the larger one
    (docs/definitions.md).
    """
    part, whole = pl.col(of.part), pl.col(of.whole)
    if of.is_gap:
        return (of.times * whole - part).alias(of.name)
    if of.is_part:
        return (of.times * pl.min_horizontal(part / whole, 1.0)).alias(of.name)
    return (of.times * part / whole).alias(of.name)


def not_applicable(flow: pl.DataFrame, leads_to_licence: Mapping[str, bool]) -> pl.DataFrame:
    """A row that says so for each degree and window of the flow whose graduates need no licence.

    Whatever is told of a window says that it is there: not its graduates only, who may be nobody or told so.
    """
    without_one = [degree for degree, leads in leads_to_licence.items() if not leads]
    windows = ("degree_code", "cohort_from", "cohort_to")
    rows = flow.filter(pl.col("degree_code").is_in(without_one)).unique(windows, maintain_order=True)
    nothing = [pl.lit(None, flow.schema[c]).alias(c) for c in ("numerator", "denominator", "share")]
    return rows.with_columns(
        breakdown=pl.lit("total"),
        breakdown_value=pl.lit("total"),
        measure=pl.lit("licensed"),
        status=pl.lit("not_applicable"),
    ).with_columns(*nothing)
