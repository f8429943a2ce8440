"""What the rounded forecast says of the counts behind it: those of the years that were observed.

A rounded number is an interval; the nation is the sum of its regions; who is in the profession is in the
stock; general practitioners are physicians, and nurses are specialised or not.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import gcd

import polars as pl

from vardflode.disclosure.declared import BY_NAME
from vardflode.disclosure.knowledge import Knowledge
from vardflode.disclosure.relations.draft import GROUP, Draft, joined
from vardflode.disclosure.relations.professions import within_professions

TABLE = BY_NAME["forecast"]
KIND = TABLE.name
NATION, REGIONS = "00", ("1", "2", "3", "4", "5", "6")
STOCK, IN_PROFESSION = "stock", "supply"
# Numbers are rounded to whole tens: 135 to 144 are told as 140.
TENS = 10


def add_forecast(draft: Draft, tables: Mapping[str, pl.DataFrame], knowledge: Knowledge) -> None:
    """Add the counts of `forecast` as groups, also those of regions that are not told."""
    rows = tables[TABLE.name].filter(pl.col("supply_low").is_null(), pl.col(IN_PROFESSION).is_not_null())
    if not len(rows):
        return
    areas = pl.DataFrame({"health_region": [*REGIONS, NATION]})
    every = rows.select("group_code", "year").unique(maintain_order=True).join(areas, how="cross")
    every = every.join(rows, on=["group_code", "year", "health_region"], how="left", maintain_order="left")
    numbers = every.unpivot(
        [STOCK, IN_PROFESSION],
        index=["group_code", "year", "health_region"],
        variable_name="name",
        value_name="rounded",
    ).with_columns(
        kind=pl.lit(KIND),
        subject="group_code",
        since=pl.col("year").cast(pl.Int64),
        until=pl.col("year").cast(pl.Int64),
        breakdown=pl.when(pl.col("health_region") == NATION)
        .then(pl.lit("total"))
        .otherwise(pl.lit("region")),
        value="health_region",
        told=pl.lit(None, pl.Float64),
        protected=True,
    )
    draft.add(numbers)
    groups = draft.of(KIND)
    told = numbers.filter(pl.col("rounded").is_not_null()).join(groups.select(*GROUP, "id"), on=GROUP)
    # Anyone sees to what they are rounded: told exactly, they are no intervals.
    step, rounded = gcd(TENS, *map(int, told["rounded"].to_list())), pl.col("rounded").cast(pl.Float64)
    draft.bounds.append(told.select("id", least=rounded - step // 2, most=rounded + (step - 1) // 2))

    cell = ["subject", "since", "name"]
    total = groups.filter(pl.col("breakdown") == "total").select(*cell, whole="id")
    parts = groups.filter(pl.col("breakdown") == "region").select(*cell, part="id").join(total, on=cell)
    draft.sum(parts.with_columns(gap=pl.lit(0, pl.Int64)))
    draft.nest(joined(groups, IN_PROFESSION, STOCK, is_base=True))
    within_professions(draft, groups)
