"""Cell keys: each person has a fixed secret key, and the sum of a group's keys decides its noise.

The same group has the same sum, and so the same noise, wherever it appears; two groups that differ by one
person have noise that has nothing in common (Fraser and Wooton 2005; the United Kingdom's census and
Statistics Sweden are published so). Count and key are looked up in a table that is public, `noise.csv`: for
each count, of how many of 1000 keys it moves by how much; its last count stands for all larger ones
(docs/disclosure.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl

from vardflode.sdc.model import OPEN, UNKNOWN

# Counts of persons below this must not be known.
SMALL = 5
NOISE = Path(__file__).with_name("noise.csv")


class NoiseError(Exception):
    """A noise table cannot be used; the message says why."""


@dataclass(frozen=True)
class Noise:
    """A noise table: the moves by count (0..n, the last for all larger ones) and key; shape (n + 1, keys)."""

    moves: np.ndarray

    @property
    def keys(self) -> int:
        """How many keys there are."""
        return self.moves.shape[1]

    @property
    def largest(self) -> int:
        """The largest move."""
        return int(abs(self.moves).max())

    def told(self, counts: np.ndarray, keys: np.ndarray) -> np.ndarray:
        """Counts with the noise of their keys; shapes (n,), whole numbers."""
        return counts + self.moves[np.minimum(counts, len(self.moves) - 1), keys % self.keys]

    def ends(self, told: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The least and the greatest count that each told number can come from; shapes (n,).

        What is not told (UNKNOWN), and what the table never tells, may be anything.
        """
        small = len(self.moves) + self.largest
        sources = np.array(
            [self.told(np.full(self.keys, n), np.arange(self.keys)) for n in range(small + self.largest)]
        )
        least, most = np.zeros(small), np.full(small, float(OPEN))
        for number in range(small):
            if (found := np.flatnonzero((sources == number).any(axis=1))).size:
                least[number], most[number] = found.min(), found.max()
        last = self.moves[-1]
        known = np.maximum(told, 0)
        place = np.minimum(known, small - 1).astype(int)
        low = np.where(known < small, least[place], known - last.max())
        high = np.where(known < small, most[place], known - last.min())
        return np.where(told == UNKNOWN, 0, low), np.where(told == UNKNOWN, OPEN, high)

    def near(self, number: np.ndarray, step: int) -> np.ndarray:
        """Each number itself if it can be told, else the nearest above (`step` 1) or below (−1) that can."""
        told = {int(n) for count, moves in enumerate(self.moves) for n in np.unique(moves) + count}
        last = max(told) - 2 * self.largest
        near = np.array(
            [
                next((m for m in range(n, n + step * OPEN, step) if m in told or m > last or m < 0), n)
                for n in number.astype(int).tolist()
            ],
            dtype=float,
        )
        return np.maximum(near, 0.0)


@cache
def read_noise(path: Path = NOISE) -> Noise:
    """Read a noise table: CSV with the columns count, move and keys.

    Raises:
        NoiseError: it cannot be read, a count is left out, or breaks what every table must keep: as many keys
        for
            each count, zero told as zero, no told number below zero or from 1 to 4, no noise in the mean.
    """
    try:
        rows = pl.read_csv(path, schema={"count": pl.Int64, "move": pl.Int64, "keys": pl.Int64}, glob=False)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise NoiseError(f"{path}: expected a noise table (count,move,keys), found {error}.") from None
    moves = []
    for count in range(int(rows["count"].max() or 0) + 1):  # type: ignore[arg-type]
        mine = rows.filter(pl.col("count") == count).sort("move")
        moves.append(np.repeat(mine["move"].to_numpy(), mine["keys"].to_numpy()))
        told = moves[-1] + count
        if len(moves[-1]) != len(moves[0]) or not len(told):
            raise NoiseError(
                f"{path}: expected {len(moves[0])} keys for the count {count}, found {len(told)}."
            )
        if (told < 0).any() or ((told > 0) & (told < SMALL)).any() or (count == 0 and told.any()):
            raise NoiseError(f"{path}: the count {count} is told as one of {sorted(set(told.tolist()))}.")
        if moves[-1].sum():
            raise NoiseError(f"{path}: the noise of the count {count} is not zero in the mean.")
    return Noise(np.array(moves))
