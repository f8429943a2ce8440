"""Cell keys: each person has a fixed random key, and the sum of a cell's keys decides its noise.

The same group of persons has the same sum, and so the same noise, wherever it appears; two groups that
differ by one person have noise that has nothing in common (Fraser and Wooton 2005; the Office for National
Statistics publishes the United Kingdom's census so). The noise is looked up in a p-table, by count and key.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import polars as pl

from dagster_project.disclosure.rule import Rule
from dagster_project.disclosure.system import MANY, System
from dagster_project.disclosure.tables import Table

KEYS = 256
# Counts above the last row of the p-table use its last rows again and again: the noise does not grow.
ROWS, AGAIN = 750, 250
# Noise of counts that are not small: −3 to 3, most often none (of 256 keys; mean 0, variance 2).
NOISE = {-3: 12, -2: 28, -1: 44, 0: 88, 1: 44, 2: 28, 3: 12}


@cache
def p_table(threshold: int) -> np.ndarray:
    """Noise by count (0..ROWS) and cell key (0..255); shape (ROWS + 1, 256).

    A small count becomes 0 or the threshold, with odds that leave its mean as it is; nothing else becomes
    small: what would, becomes the threshold. Zero stays zero.
    """
    noise = np.repeat(list(NOISE), list(NOISE.values()))
    table = np.zeros((ROWS + 1, KEYS), dtype=np.int64)
    keys = np.arange(KEYS)
    for count in range(1, ROWS + 1):
        # Another turn for each count: a group that grows by a person with key 0 must not keep its noise.
        turned = (keys * 101 + count * 37) % KEYS
        if count < threshold:
            table[count] = np.where(turned < KEYS * count / threshold, threshold, 0) - count
        else:
            table[count] = np.maximum(count + noise[turned], threshold) - count
    return table


def perturb(counts: np.ndarray, keys: np.ndarray, rule: Rule) -> np.ndarray:
    """Counts with the noise of their cell keys; shapes (n,), whole numbers. None is small."""
    table = p_table(rule.threshold)
    row = np.where(counts <= ROWS, counts, (counts - 1) % AGAIN + ROWS - AGAIN + 1)
    return counts + table[row, keys % KEYS]


def with_noise(table: Table, exact: pl.DataFrame, rule: Rule) -> pl.DataFrame:
    """The table's counts with noise; computed columns are left for who computes them from these.

    Args:
        exact: counts, and for each the sum of its persons' keys in `<count>_key`.

    Returns:
        The rows whose base is not zero after that: a row that is there with a base of zero would tell that
        there was somebody.
    """
    noisy = exact.with_columns(
        pl.Series(
            name,
            perturb(exact[name].to_numpy(), exact[f"{name}_key"].to_numpy(), rule),
            dtype=exact.schema[name],
        )
        for name in table.counts
    )
    sure = pl.col(table.base or table.counts[0]) >= rule.threshold + max(NOISE)
    noisy = noisy.with_columns(pl.when(sure).then(pl.col(name)).alias(name) for name in table.of_several)
    return noisy.filter(pl.col(table.base) > 0) if table.base else noisy


def loosen(system: System, rule: Rule) -> None:
    """Replace what is told with noise by what it can come from: the p-table is known, the keys are not."""
    least, most = _sources(rule.threshold)
    system.hides = False
    told = {*system.columns.values()}
    for i in told:
        value = system.value[i]
        system.value[i] = np.nan
        if np.isnan(value):
            continue
        known = int(value)
        if known < len(least):
            fewest, greatest = int(least[known]), int(most[known])
        else:
            fewest, greatest = known - max(NOISE), known + max(NOISE)
        # A row that is not there may be one whose base became zero, so being there says nothing more.
        system.at_least[i], system.at_most[i] = min(fewest, MANY), greatest
    for i in set(range(len(system.keys))) - told:
        system.value[i] = np.nan
    # A row may be left out because its base became zero, and hold as many persons as become that.
    each = rule.threshold - 1
    for number, (plus, minus) in system.missing.items():
        counts, coefficients, low, high, says = system.relations[number]
        system.relations[number] = (
            counts,
            coefficients,
            low - (each * plus if plus else 0),
            high + (each * minus if minus else 0),
            says,
        )


@cache
def _sources(threshold: int) -> tuple[np.ndarray, np.ndarray]:
    """For each published number the least and the greatest count that it can come from."""
    size = ROWS - AGAIN
    table = p_table(threshold)[: size + max(NOISE) + 1]
    published = table + np.arange(len(table))[:, None]
    least, most = np.zeros(size, dtype=int), np.zeros(size, dtype=int)
    for number in range(size):
        sources = np.flatnonzero((published == number).any(axis=1))
        least[number], most[number] = (sources.min(), sources.max()) if sources.size else (number, number)
    return least, most
