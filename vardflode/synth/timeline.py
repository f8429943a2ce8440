"""Terms, days and random streams.

A term has the number ``2 * year + (T - 1)``: spring 2006 is 4012, autumn 2006 is 4013. A day is the number of
days since 1970-01-01. The läsår of a term is the year of its autumn: ``(term - 1) // 2``.
"""

from __future__ import annotations

import zlib

import numpy as np
from numpy.typing import NDArray

FIRST_TERM = 2 * 1995 + 1  # the first term with registrations: autumn 1995
Ints = NDArray[np.int64]


def rng_for(seed: int, name: str) -> np.random.Generator:
    """Return the random stream of one table or step; streams of different names are independent."""
    sequence = np.random.SeedSequence([seed, zlib.crc32(name.encode())])
    return np.random.Generator(np.random.PCG64(sequence))


def day(year: Ints | int, month: int = 1, of_month: int = 1) -> Ints:
    """Return the day numbers of a date in each year."""
    months = (np.asarray(year, np.int64) - 1970) * 12 + (month - 1)
    return months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) + of_month - 1


def year_of(days: Ints) -> Ints:
    """Return the calendar year of each day number."""
    return np.asarray(days, np.int64).astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970


def first_day(term: Ints) -> Ints:
    """Return the first day of each term: 1 January (spring) or 1 July (autumn)."""
    term = np.asarray(term, np.int64)
    return np.where(term % 2 == 0, day(term // 2), day(term // 2, 7))


def last_teaching_day(term: Ints) -> Ints:
    """Return about the last day of teaching: 5 June (spring) or 15 January of the next year (autumn)."""
    term = np.asarray(term, np.int64)
    return np.where(term % 2 == 0, day(term // 2, 6, 5), day(term // 2 + 1, 1, 15))


def term_of(days: Ints) -> Ints:
    """Return the term number that holds each day."""
    year = year_of(days)
    return 2 * year + (np.asarray(days) >= day(year, 7)).astype(np.int64)


def term_code(term: Ints) -> Ints:
    """Return ``YYYYT`` as whole numbers, as the registers write it."""
    term = np.asarray(term, np.int64)
    return (term // 2) * 10 + term % 2 + 1


def choose(rng: np.random.Generator, weights: list[float] | tuple[float, ...], size: int) -> Ints:
    """Draw ``size`` positions 0..n-1 by weight (the weights need not sum to 1)."""
    edges = np.cumsum(np.asarray(weights, float))
    return np.searchsorted(edges / edges[-1], rng.random(size), side="right").clip(0, len(edges) - 1)


def whole(rng: np.random.Generator, expected: float) -> int:
    """Return a whole number whose mean is ``expected``: rounded up or down at random."""
    return int(expected) + int(rng.random() < expected % 1)
