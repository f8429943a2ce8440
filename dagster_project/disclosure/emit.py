"""The published form of a table: hidden numbers empty wherever they would show, and why a number is empty."""

from __future__ import annotations

from collections.abc import Set

import polars as pl

from dagster_project.disclosure.system import Key
from dagster_project.disclosure.tables import Table


def published(table: Table, exact: pl.DataFrame, hidden: Set[Key]) -> pl.DataFrame:
    """The table with hidden numbers, and what would give them away, empty.

    Args:
        table: what identifies a row, and which of its numbers are counts.
        exact: the exact figures, with shares and other computed columns.
        hidden: places (table, *key of the row, column).

    Returns:
        The same rows in the same order, with `status` (`shown`, `hidden`) and, where a row holds several
        figures, `hidden_columns` and `not_applicable_columns` (names with a space between).
    """
    keys = list(table.key)
    frame = exact
    for column in table.counts:
        mine = [key[1:-1] for key in hidden if key[0] == table.name and key[-1] == column]
        schema = {key: exact.schema[key] for key in keys}
        places = pl.DataFrame(mine, schema=schema, orient="row").with_columns(
            pl.lit(True).alias(f"hide {column}")
        )
        frame = frame.join(places, on=keys, how="left", maintain_order="left")
        frame = frame.with_columns(pl.col(f"hide {column}").fill_null(False))
    return _whole_rows(table, frame) if table.whole_row else _by_column(table, frame)


def _hide(column: str, by: list[str]) -> pl.Expr:
    gone = pl.any_horizontal(f"hide {name}" for name in by)
    return pl.when(~gone).then(pl.col(column)).alias(column)


def _whole_rows(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """A figure whose parts cannot all be told is hidden; its base may still be."""
    base = table.counts[-1]
    gone = pl.any_horizontal(f"hide {name}" for name in table.counts)
    status = pl.when(gone).then(pl.lit("hidden")).otherwise(pl.lit("shown")).alias("status")
    figure = [_hide(name, list(table.counts)) for name in (*table.counts, *table.follows) if name != base]
    told = [_hide(name, [base]) for name in (base, *table.of_several) if name in frame.columns]
    return frame.with_columns(*figure, *told, status).drop(f"hide {name}" for name in table.counts)


def _by_column(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """Each number on its own, with the reason why it is empty."""
    numbers = {name: [name] for name in table.counts} | {name: list(of) for name, of in table.follows.items()}

    def names(empty: dict[str, pl.Expr]) -> pl.Expr:
        told = [pl.when(gone).then(pl.lit(f"{name} ")).otherwise(pl.lit("")) for name, gone in empty.items()]
        return pl.concat_str(told).str.strip_chars_end()

    hide = {name: pl.any_horizontal(f"hide {count}" for count in of) for name, of in numbers.items()}
    never = {name: pl.col(name).is_null() & ~gone for name, gone in hide.items()}
    gone = pl.any_horizontal(f"hide {name}" for name in table.counts)
    reasons = [pl.when(gone).then(pl.lit("hidden")).otherwise(pl.lit("shown")).alias("status")]
    if len(numbers) > 1:
        reasons.append(names(hide).alias("hidden_columns"))
    if table.follows:
        reasons.append(names(never).alias("not_applicable_columns"))
    frame = frame.with_columns(reasons)
    return frame.with_columns(_hide(name, of) for name, of in numbers.items()).drop(
        f"hide {name}" for name in table.counts
    )
