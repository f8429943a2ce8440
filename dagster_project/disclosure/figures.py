"""The exact figures as they would be published: shares beside their counts, and why there is none."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from dagster_project.disclosure.relations.colonoscopy import OUT_OF

SHARE = (pl.col("numerator") / pl.col("denominator")).alias("share")


def with_shares(tables: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """The tables with their computed columns made from their counts, whatever those carry of noise."""
    computed = dict(tables)
    for name in ("flow_measures", "specialisation"):
        # With noise, a part can be a little larger than the whole.
        computed[name] = tables[name].with_columns(pl.min_horizontal(SHARE, 1.0).alias("share"))
    computed["colonoscopy"] = tables["colonoscopy"].with_columns(_colonoscopy_shares())
    return computed


def _colonoscopy_shares() -> list[pl.Expr]:
    """As in the mart of that name (docs/definitions.md, Colonoscopy)."""

    def out_of(part: str, whole: str, times: int = 1) -> pl.Expr:
        return pl.when(pl.col(whole) != 0).then(times * pl.col(part) / pl.col(whole))

    return [
        *(out_of(part, whole, times).alias(name) for part, (whole, name, times) in OUT_OF.items() if name),
        out_of("colonoscopies", "endoscopists").alias("per_endoscopist"),
        out_of("colonoscopies", "population", 100).alias("incidence_pct"),
        (0.015 * pl.col("population") - pl.col("colonoscopies")).alias("gap"),
    ]


def not_applicable(flow: pl.DataFrame, leads_to_licence: Mapping[str, bool]) -> pl.DataFrame:
    """A row that says so for each degree and window whose graduates need no licence."""
    total = (pl.col("breakdown") == "total") & (pl.col("measure") == "graduates")
    without = [degree for degree, leads in leads_to_licence.items() if not leads]
    rows = flow.filter(total & pl.col("degree_code").is_in(without))
    nothing = [pl.lit(None, flow.schema[c]).alias(c) for c in ("numerator", "denominator", "share")]
    return rows.with_columns(
        pl.lit("licensed").alias("measure"), pl.lit("not_applicable").alias("status"), *nothing
    )
