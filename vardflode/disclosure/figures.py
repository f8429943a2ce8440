"""Counts as they are told: with noise, and with what is computed of them."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from vardflode.disclosure.declared import NEED, RATIOS, Table
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
    frame = told.with_columns(_computed(table))
    hidden = {name: pl.col(name).is_null() for name in table.counts}
    never = {name: pl.lit(False) for name in table.counts}
    for share, of in table.shares.items():
        untold = pl.any_horizontal(pl.col(name).is_null() for name in of)
        few = pl.col(of[-1]) < least_base if len(of) > 1 else pl.lit(False)
        # Of nobody there is no share.
        none = pl.col(of[-1]) == 0 if len(of) > 1 else pl.col("population").is_null()
        hidden[share] = untold | (few & ~none).fill_null(False)
        never[share] = (~untold & none).fill_null(False)
    if "series_break" in frame.columns:
        # It says that there are two persons at least.
        several = pl.col(table.base) >= SMALL + noise.largest
        frame = frame.with_columns(pl.when(several).then("series_break").alias("series_break"))
    is_hidden = pl.any_horizontal(hidden[name] for name in table.counts)
    reasons = [pl.when(is_hidden).then(pl.lit("hidden")).otherwise(pl.lit("shown")).alias("status")]
    if len(hidden) > 1 and table.shares.keys() != {"share"}:
        reasons.append(_names(hidden).alias("hidden_columns"))
    if len(table.shares) > 1:
        reasons.append(_names(never).alias("not_applicable_columns"))
    shown = [pl.when(~(hidden[name] | never[name])).then(pl.col(name)).alias(name) for name in table.shares]
    return frame.with_columns(*reasons, *shown)


def _names(which: Mapping[str, pl.Expr]) -> pl.Expr:
    named = [pl.when(so).then(pl.lit(f"{name} ")).otherwise(pl.lit("")) for name, so in which.items()]
    return pl.concat_str(named).str.strip_chars_end()


def _computed(table: Table) -> list[pl.Expr]:
    """Shares of told counts, never above the whole: noise can make a part the larger one
    (docs/definitions.md).
    """
    if table.shares.keys() == {"share"}:
        return [pl.min_horizontal(pl.col("numerator") / pl.col("denominator"), 1.0).alias("share")]
    if not table.shares:
        return []
    gap = (NEED * pl.col("population") - pl.col("colonoscopies")).alias("gap")
    ratios = [_ratio(**ratio) for ratio in RATIOS]
    return [ratios[0], gap, *ratios[1:]]


def _ratio(name: str, part: str, whole: str, times: int, is_part: bool = False) -> pl.Expr:
    if is_part:
        return (times * pl.min_horizontal(pl.col(part) / pl.col(whole), 1.0)).alias(name)
    return (times * pl.col(part) / pl.col(whole)).alias(name)


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
