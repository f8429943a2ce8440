"""What the declaration of a table says of its groups: parts and totals, what is out of what, shares."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from vardflode.disclosure.declared import BY_NAME, TOTAL, Parts, Table
from vardflode.disclosure.knowledge import Knowledge
from vardflode.disclosure.relations.draft import Draft, joined, to_cells, to_totals, with_pieces
from vardflode.disclosure.relations.shares import limit_by_shares
from vardflode.disclosure.zeros import empty_cells


def add_general(draft: Draft, tables: Mapping[str, pl.DataFrame], knowledge: Knowledge) -> None:
    """Add the groups of each table, and all that its declaration says of them."""
    for name, rows in tables.items():
        stand(draft, BY_NAME[name], rows)
        tie(draft, BY_NAME[name], rows)


def stand(draft: Draft, table: Table, rows: pl.DataFrame) -> None:
    """Add the counts of a table as groups, also those of rows that are not there though their cells are known
    to be: they are told as nobody.

    A cell is an attribute and its code, or the dimensions that are not `total`, and the codes of all.
    """
    every = with_absent(table, rows)
    long = every.unpivot(
        table.counts, index=[*table.key, "is_there"], variable_name="column", value_name="told"
    )
    since, until = table.time
    if table.value:
        cell = {"breakdown": pl.col(table.by), "value": pl.col(table.value)}
        beside = [of for of in table.cell if of not in (table.by, table.value)]
    else:
        named = [pl.when(pl.col(of) != TOTAL).then(pl.lit(of)) for of in table.cell]
        by = pl.concat_str(*named, separator="+", ignore_nulls=True)
        cell = {
            "breakdown": pl.when(by == "").then(pl.lit(TOTAL)).otherwise(by),
            "value": pl.concat_str(table.cell, separator=":"),
        }
        beside = []
    numbers = long.with_columns(
        kind=pl.lit(table.name),
        subject=pl.col(table.subject) if table.subject else pl.lit(""),
        since=since,
        until=until,
        # What else a row of an attribute is of (an indicator) is part of what is counted.
        name=pl.concat_str("column", *beside, separator=":"),
        protected=True,
        **cell,
    )
    draft.add(numbers)
    draft.stand(table.name, numbers, table.key)


def tie(draft: Draft, table: Table, rows: pl.DataFrame) -> None:
    """Add what the declaration says of the groups that are there, and of pieces of windows that overlap."""
    with_pieces(draft, table.name)
    groups = draft.of(table.name)
    counted = [name.split(":", 1) for name in groups["name"].unique(maintain_order=True)]
    for count, base in table.bases.items():
        for name, *beside in counted:
            if name == count:
                draft.nest(
                    joined(groups, ":".join([count, *beside]), ":".join([base, *beside]), is_base=True)
                )
    for of, parts in table.parts.items():
        mine = groups.filter(_counted().is_in(parts.counts)) if parts.counts else groups
        made_up = to_totals(mine, of, parts.at_most) if table.value else _all_of(mine, table, of, parts)
        if parts.overlap:
            draft.nest(made_up.select(child="part", parent="whole", is_base=False))
        else:
            draft.sum(made_up)
    for derived in table.derived:
        if not derived.is_gap:
            limit_by_shares(draft, table, rows, derived)


def _counted() -> pl.Expr:
    """Which of the table's counts a group is; what stands after it is what else the row is of."""
    return pl.col("name").str.split(":").list.first()


def _all_of(groups: pl.DataFrame, table: Table, of: str, parts: Parts) -> pl.DataFrame:
    """The groups by the codes of a dimension, and each one's of all codes."""
    place = table.cell.index(of)
    codes = pl.col("value").str.split(":").list
    all_codes = [pl.lit(TOTAL) if k == place else codes.get(k) for k in range(len(table.cell))]
    inner = pl.when(codes.get(place) != TOTAL).then(pl.concat_str(all_codes, separator=":"))
    return to_cells(groups, inner, None, parts.at_most)


def with_absent(table: Table, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows of a table, and those that are not there though their cells are known to be: the base is told
    as zero there, and no more of them; `is_there` says which are which.
    """
    if not table.base:
        return rows.with_columns(is_there=True)
    absent = empty_cells(table, rows).with_columns(pl.lit(0).cast(rows.schema[table.base]).alias(table.base))
    whole = [rows.with_columns(is_there=True), absent.with_columns(is_there=False)]
    return pl.concat(whole, how="diagonal")
