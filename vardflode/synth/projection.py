"""The projected population by municipality, sex and age, from the last year's: always the whole country."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from vardflode.synth import calibration as cal
from vardflode.synth.codes import Codes
from vardflode.synth.population import OLDEST, population_table

AGE = np.arange(OLDEST + 1)
Floats = NDArray[np.float64]


def _bell(mean: float, deviation: float) -> Floats:
    """Return shares at ages 0-100 that sum to 1: the normal density about a mean age."""
    shape: Floats = np.exp(-(((AGE - mean) / deviation) ** 2) / 2)
    return shape / shape.sum()


def _a_year_on(persons: Floats, mortality: float = 1.0) -> Floats:
    """Return the persons a year later, without migration; municipality × sex × age.

    Everyone ages, some die, women have children. ``mortality`` is relative to today's. Nobody becomes 101:
    the made-up population has at its last age one year's persons.
    """
    hazard = mortality * cal.MORTALITY_AT_ZERO * np.exp(cal.MORTALITY_GROWTH * AGE)
    later = np.zeros_like(persons)
    later[:, :, 1:] = (persons * np.exp(-hazard * np.array(cal.MORTALITY_BY_SEX)[:, None]))[:, :, :-1]
    fertile = (AGE >= 15) & (AGE < 50)
    fertility = cal.CHILDREN_PER_WOMAN * _bell(cal.MEAN_AGE_OF_MOTHERS, cal.AGES_OF_MOTHERS) * fertile
    born = (persons[:, 1] * fertility).sum(axis=1)
    later[:, :, 0] = born[:, None] * np.array([cal.BOYS, 1 - cal.BOYS])
    return later


def projection(codes: Codes, people: pl.DataFrame) -> pl.DataFrame:
    """Return the table ``framskrivning``: persons by year, municipality, sex and age, whole numbers.

    A cohort-component projection over PROJECTED_YEARS from the last year of the table ``folkmangd``. Net
    migration is at first the share of a municipality's population that made it grow as it did to the last
    year; it and mortality then fall. Migrants have the ages of AGES_OF_MIGRANTS.
    """
    years = people["ar"].unique().sort().to_numpy()
    counted = people["antal"].to_numpy().astype(float).reshape(len(years), len(codes.kommuner), 2, OLDEST + 1)
    size = counted.sum(axis=(2, 3))
    growth = (size[-1] / size[0]) ** (1 / (len(years) - 1))
    persons: Floats = counted[-1]
    migration = growth - _a_year_on(persons).sum(axis=(1, 2)) / size[-1]
    ages = _bell(*cal.AGES_OF_MIGRANTS) / 2
    projected = []
    for year in range(cal.PROJECTED_YEARS):
        share = migration * cal.MIGRATION_KEPT**year
        moved = (share * persons.sum(axis=(1, 2)))[:, None, None] * ages
        persons = np.maximum(_a_year_on(persons, cal.MORTALITY_KEPT**year) + moved, 0)
        projected.append(np.rint(persons).astype(np.int64))
    first = int(years[-1]) + 1
    return population_table(codes, np.arange(first, first + cal.PROJECTED_YEARS), np.stack(projected))
