"""Where nobody is, the published tables say 0: a number that is missing is not told, or not yet observed.

The warehouse has a row where there is somebody. Who reads in which counties people work must not take one
without a row for one that is not told.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from vardflode.deliveries.contract import read_code_list

COUNTY_KINDS = ("home_county", "study_county", "work_county")
MOBILITY = ("stayed", "returned", "retained", "left", "moved_on")
_WINDOW = ["cohort_from", "cohort_to"]
_CELL = ["degree_code", *_WINDOW, "breakdown"]


def with_zeros(tables: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Published tables of persons with a row of zeros where nobody is, sorted by their keys.

    Only beside rows that are told of the same degree, window and breakdown (nurses: window and event): a
    breakdown without a row may have been kept back, and says nothing. Known to be complete are the counties,
    the kinds of mobility, the sexes, the institutions of a degree and the specialisations.

    Args:
        tables: by name, as published, with their `status`.
    """
    return {name: _filled(frame, empty_cells(name, frame)) for name, frame in tables.items()}


def empty_cells(table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """The keys of the rows that a published table has not got since nobody is told there, sorted; none of a
    table of another name.
    """
    cells_of = {"mobility": _mobility, "applicants": _applicants, "specialisation_county": _nurses}
    if table not in cells_of:
        return frame.clear()
    cells = cells_of[table](frame).unique()
    keys = [name for name in frame.columns if name in cells.columns]
    return cells.select(keys).join(frame, on=keys, how="anti").sort(keys)


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


def _mobility(frame: pl.DataFrame) -> pl.DataFrame:
    codes = [(kind, county) for kind in COUNTY_KINDS for county in _counties()]
    codes += [("mobility", kind) for kind in MOBILITY]
    values = pl.DataFrame(codes, schema=["breakdown", "breakdown_value"], orient="row")
    return frame.select(_CELL).join(values, on="breakdown")


def _applicants(frame: pl.DataFrame) -> pl.DataFrame:
    told = frame.select(_CELL)
    sexes = pl.DataFrame({"breakdown": "sex", "breakdown_value": ["1", "2"]})
    institutions = frame.filter(pl.col("breakdown") == "institution")
    institutions = institutions.select("degree_code", "breakdown", "breakdown_value").unique()
    return pl.concat(
        [told.join(sexes, on="breakdown"), told.join(institutions, on=["degree_code", "breakdown"])]
    )


def _nurses(frame: pl.DataFrame) -> pl.DataFrame:
    """All counties of what is told; of an event that is told by specialisation, all of these."""
    by_kind = frame.filter(pl.col("specialisation") != "total")
    kinds = by_kind.select("specialisation").unique()
    of_kinds = by_kind.select(*_WINDOW, "event").unique().join(kinds, how="cross")
    told = frame.select(*_WINDOW, "specialisation", "event")
    return (
        pl.concat([told, of_kinds.select(told.columns)])
        .unique()
        .join(pl.DataFrame({"county": _counties()}), how="cross")
    )


def _counties() -> list[str]:
    return [row["lan"] for row in read_code_list("lan.csv")]
