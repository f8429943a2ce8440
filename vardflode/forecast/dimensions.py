"""The axes of the forecast's arrays, and how counts become arrays.

Arrays are dense; an axis is named by a letter in comments and `einsum`: d draw, g group, s sex, n age,
a area, r study region (the same six areas), y year, c cohort, k years from the cohort, h sector.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

Array = NDArray[np.float64]
Axes = Mapping[str, Sequence[Any]]

SEXES = ("1", "2")
AREAS = ("1", "2", "3", "4", "5", "6")
NATION = "00"
ALL_AREAS = (*AREAS, NATION)
SECTORS = ("region", "kommun", "privat", "stat")
# At 75 everyone leaves.
AGES = 75
BANDS = ("-24", *(f"{first}-{first + 4}" for first in range(25, 75, 5)))
THIRDS = ("-34", "35-49", "50-74")

BAND_OF_AGE = np.clip((np.arange(AGES) - 20) // 5, 0, len(BANDS) - 1)
AGES_OF_THIRD = (slice(0, 35), slice(35, 50), slice(50, AGES))
THIRD_OF_AGE = np.repeat(np.arange(len(THIRDS)), [len(range(AGES)[ages]) for ages in AGES_OF_THIRD])


def tally(counts: pl.DataFrame, of: str, axes: Axes) -> Array:
    """Sum a column of counts over everything but the axes; a row outside an axis does not count.

    Args:
        counts: one row a count.
        of: the column to sum, for example `persons`.
        axes: column -> its values in order.

    Returns:
        An array with one axis a column, in the order of `axes`.
    """
    places = [
        pl.col(column).replace_strict(
            list(values), list(range(len(values))), default=None, return_dtype=pl.Int64
        )
        for column, values in axes.items()
        if len(values)
    ]
    array = np.zeros(tuple(len(values) for values in axes.values()))
    if array.size and counts.height:
        placed = counts.select(*places, pl.col(of).cast(pl.Float64).alias("_of")).drop_nulls()
        *index, amounts = (placed.to_series(i).to_numpy() for i in range(placed.width))
        np.add.at(array, tuple(index), amounts)
    return array


def over_bands(by_age: Array, axis: int) -> Array:
    """Sums by age band of what is by single years of age."""
    first_ages = np.searchsorted(BAND_OF_AGE, np.arange(len(BANDS)))
    return np.add.reduceat(by_age, first_ages, axis=axis)


def with_nation(by_area: Array, axis: int = -1) -> Array:
    """The six areas, and the nation, which is their sum."""
    return np.concatenate([by_area, by_area.sum(axis=axis, keepdims=True)], axis=axis)
