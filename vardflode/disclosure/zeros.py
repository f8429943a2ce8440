"""Where nobody is, the published tables say 0: a number that is missing is not told, or not yet observed.

The warehouse has a row where there is somebody. Who reads in which counties people work must not take one
without a row for one that is not told.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from vardflode.disclosure.declared import BY_NAME, TOTAL, Parts, Table


def with_zeros(tables: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Published tables of persons with a row of zeros where nobody is, sorted by their keys.

    Only beside rows that are told of the same degree, window and breakdown (nurses: window and event): a
    breakdown without a row may have been kept back, and says nothing. Known to be complete are the dimensions
    that are declared with their codes (`Parts.values`).

    Args:
        tables: by name, as published, with their `status`.
    """
    return {
        # Of nobody there is no share: a table with one has no such rows.
        name: frame if BY_NAME[name].derived else _filled(frame, empty_cells(BY_NAME[name], frame))
        for name, frame in tables.items()
    }


def empty_cells(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """The keys of the rows that a published table has not got since nobody is told there, sorted."""
    key = list(table.key)
    told = frame.select(key).unique()
    known = {of: parts for of, parts in table.parts.items() if parts.values}
    if not known:
        return frame.clear()
    if table.value:  # an attribute at a time
        found = [
            _all_codes(told.filter(pl.col(table.by) == of), table.value, table.subject, parts)
            for of, parts in known.items()
        ]
        cells = pl.concat([told.clear(), *(cells.select(key) for cells in found)])
    else:
        cells = told
        for of, parts in known.items():
            by_part = _all_codes(cells.filter(pl.col(of) != TOTAL), of, table.subject, parts)
            cells = pl.concat([cells, by_part.select(key)]).unique()
        for of, parts in known.items():  # of a code beside the list nobody knows where else it is
            cells = cells.filter(pl.col(of).is_in([TOTAL, *parts.codes]) | parts.is_seen)
    return cells.unique().join(told, on=key, how="anti").sort(key)


def _all_codes(cells: pl.DataFrame, of: str, subject: str, parts: Parts) -> pl.DataFrame:
    """Each combination of the others with all codes of one dimension."""
    others = cells.drop(of).unique()
    if not parts.is_seen:
        return others.join(pl.DataFrame({of: parts.codes}, {of: pl.String}), how="cross")
    seen = cells.select(*([subject] if subject else []), of).unique()
    return others.join(seen, on=subject) if subject else others.join(seen, how="cross")


def _filled(frame: pl.DataFrame, cells: pl.DataFrame) -> pl.DataFrame:
    """The table with a row for each of the cells: 0 in every number, told."""
    if not len(cells):
        return frame
    keys = cells.columns
    rest = {name: kind for name, kind in frame.schema.items() if name not in keys}
    words = {"status": "shown", "hidden_columns": ""}
    zeros = cells.with_columns(
        pl.lit(words.get(name, 0)).cast(kind).alias(name) for name, kind in rest.items()
    )
    return pl.concat([frame, zeros.select(frame.columns)]).sort(keys)
