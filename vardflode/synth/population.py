"""The population by municipality, sex and age: always the whole country."""

from __future__ import annotations

import numpy as np
import polars as pl

from vardflode.synth.calibration import FIRST_COLONOSCOPY_YEAR, POPULATION_GROWTH
from vardflode.synth.codes import Codes
from vardflode.synth.timeline import rng_for

OLDEST = 100  # this age and older


def _age_shape(sex: int) -> np.ndarray:
    """Return relative numbers at ages 0-100: flat to 60, then falling, later for women. Made up."""
    age = np.arange(OLDEST + 1)
    middle, width = (86.0, 6.5) if sex == 2 else (83.0, 7.0)
    shape = (1 - 0.15 * age / OLDEST) / (1 + np.exp((age - middle) / width))
    bulge: np.ndarray = 0.08 * np.exp(-(((age - 28) / 7.0) ** 2))
    return shape + bulge + (0.02 if sex == 1 else 0.0) * (age < 60)


def population(codes: Codes, seed: int, last_year: int) -> pl.DataFrame:
    """Return the table ``folkmangd``: persons on 31 December by year, municipality, sex and age.

    From 2015 to ``last_year``. Whole numbers (``ar``, ``kon``, ``alder``, ``antal``); ``kommun`` text.
    """
    rng = rng_for(seed, "population")
    years = np.arange(FIRST_COLONOSCOPY_YEAR, last_year + 1)
    kommuner = len(codes.kommuner)
    growth = POPULATION_GROWTH + rng.normal(0, 0.002, kommuner)
    tilt = rng.normal(0, 0.12, kommuner)  # older or younger municipalities
    shape = np.stack([_age_shape(1), _age_shape(2)])
    age = np.arange(OLDEST + 1)
    ages = shape[None] * np.exp(tilt[:, None, None] * (age - 42) / 50)
    ages /= ages.sum(axis=(1, 2), keepdims=True)
    size = codes.kommun_weight[None, :] * 1000 * np.exp(growth[None, :] * (years[:, None] - 2018))
    return population_table(codes, years, np.rint(size[:, :, None, None] * ages[None]).astype(np.int64))


def population_table(codes: Codes, years: np.ndarray, numbers: np.ndarray) -> pl.DataFrame:
    """Return numbers by year × municipality × sex × age as a table of the register."""
    grid = np.indices(numbers.shape).reshape(4, -1)
    return pl.DataFrame(
        {
            "ar": years[grid[0]],
            "kommun": pl.Series(codes.kommuner).gather(pl.Series(grid[1].astype(np.uint32))),
            "kon": grid[2] + 1,
            "alder": grid[3],
            "antal": numbers.reshape(-1),
        }
    )
