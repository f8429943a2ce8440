"""What the join of degree before the start with cells would tell: how many ends the attack leaves out.

    python -m benchmark.joined data/published

`flow_measures` tells, of each cell, who had a degree before the start, and, of the nation, each later step by
degree before the start. Those of a step in a cell with such a degree are told nowhere, but are at most those
of the step and at most those with the degree there; the cells of a breakdown have the told total between
them. Prints how many lower ends of steps in cells that raises above what the step's own total and parts say,
and how many of those counts it leaves with an interval less than 4 wide.
"""

import sys
from pathlib import Path

import polars as pl

WINDOW = ["degree_code", "cohort_from", "cohort_to"]
CELL = [*WINDOW, "breakdown", "breakdown_value"]
# Cells that a breakdown has at most, `unknown` among them; places are as many as are told.
MOST = {"sex": 3, "age_group": 6, "home_county": 22}
PLACES = ("institution", "study_county")
_ANY = 1_000_000


def least(told: str) -> pl.Expr:
    """What a told number comes from, at least: 5 from 1, n from n - 5 or 6."""
    n = pl.col(told).fill_null(0)
    return pl.when(n <= 5).then(n // 5).otherwise(pl.max_horizontal(n - 5, 6))


def most(told: str) -> pl.Expr:
    """What it comes from, at most; of a number that is not told nothing is known."""
    n = pl.col(told).fill_null(_ANY)
    return pl.when(n == 0).then(4).otherwise(n + 5)


def joined(flow: pl.DataFrame, places: pl.DataFrame, side: str, column: str) -> pl.DataFrame:
    """The steps' counts in cells, with lower end by what is told of themselves (`alone`) and by the join."""
    began = flow.filter(measure="prior_degree")
    with_degree = began.select(
        *CELL,
        low=least("numerator"),
        high=most("numerator"),
        all_low=least("denominator"),
        all_high=most("denominator"),
    )
    if side == "no":
        with_degree = with_degree.with_columns(high=pl.col("all_high") - pl.col("low"))
    steps = flow.filter(~pl.col("measure").is_in(["beginners", "prior_degree"]))
    both = steps.filter(breakdown="prior_degree", breakdown_value=side)
    total = steps.filter(breakdown="total")
    of_side = both.select(*WINDOW, "measure", of_side=least(column)).join(
        total.select(*WINDOW, "measure", of_all=least(column)), on=[*WINDOW, "measure"]
    )
    told = steps.select(*CELL, "measure", low_of_step=least(column), high_of_step=most(column))
    cells = (
        with_degree.filter(pl.col("breakdown").is_in([*MOST, *PLACES]))
        .join(of_side, on=WINDOW)
        .join(told, on=[*CELL, "measure"], how="left")
    )
    counted = pl.concat(
        places.group_by("degree_code").agg(cells=pl.col(name).n_unique()).with_columns(breakdown=pl.lit(name))
        for name in PLACES
    )
    fixed = pl.DataFrame({"breakdown": list(MOST), "fixed": list(MOST.values())})
    of = [*WINDOW, "breakdown", "measure"]
    cells = cells.join(counted, on=["degree_code", "breakdown"], how="left").join(
        fixed, on="breakdown", how="left"
    )
    cells = cells.with_columns(
        # A cell without a row is one of 0-4.
        high_of_step=pl.col("high_of_step").fill_null(4),
        low_of_step=pl.col("low_of_step").fill_null(0),
        absent=4 * (pl.coalesce("fixed", "cells").cast(pl.Int64) - pl.len().over(of).cast(pl.Int64)).clip(0),
    ).with_columns(both=pl.min_horizontal("high_of_step", "high"))
    others = {name: pl.col(name).sum().over(of) - pl.col(name) for name in ("both", "high_of_step")}
    return cells.with_columns(
        alone=pl.max_horizontal("low_of_step", pl.col("of_all") - others["high_of_step"] - pl.col("absent")),
        by_join=pl.col("of_side") - others["both"] - pl.col("absent"),
    )


def main() -> None:
    """Read, join, report."""
    folder = Path(sys.argv[1])
    flow = pl.read_parquet(folder / "flow_measures.parquet")
    places = pl.read_parquet(folder / "institutions.parquet")
    for side in ("yes", "no"):
        for column in ("numerator", "denominator"):
            cells = joined(flow, places, side, column)
            raised = cells.filter(pl.col("by_join") > pl.col("alone"))
            narrow = raised.filter(pl.col("high_of_step") - pl.col("by_join") < 4)
            print(
                f"degree before {side:4}{column:12}{cells.height:7} counts, {raised.height} raised, "
                f"{narrow.height} narrower than 4"
            )


if __name__ == "__main__":
    main()
