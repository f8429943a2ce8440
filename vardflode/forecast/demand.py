"""What is wanted: today's employed and today's gap, carried on with the care that the population uses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from vardflode.forecast.dimensions import AREAS, SECTORS, Array, Axes, tally
from vardflode.forecast.evidence import Evidence
from vardflode.forecast.scenarios import Scenario

LEVELS = ("low", "middle", "high")


@dataclass(frozen=True)
class Demand:
    """By level of the answers, group, year from the origin, area and sector: persons, and full-time posts.

    NaN: the year has no projected population. `known`: whether today's situation is known, by group and area.
    """

    persons: Array
    fte: Array
    known: NDArray[np.bool_]


def base_demand(evidence: Evidence, years: range, observed: Array, observed_fte: Array) -> Demand:
    """Demand as now.

    Args:
        years: from the origin to the horizon.
        observed: ga: in the profession in the origin, in persons and in full-time posts.
    """
    groups, professions = (evidence.groups[c].to_list() for c in ("group_code", "profession_code"))
    axes: Axes = {"group_code": groups, "area": AREAS}
    gaps = np.stack([tally(evidence.base_gap, level, axes) for level in LEVELS])
    known = tally(evidence.base_gap.with_columns(one=1.0), "one", axes) > 0

    sectors = tally(
        evidence.workers.filter(pl.col("year") == years[0]),
        "persons",
        {"group_code": groups, "sector": SECTORS},
    )
    total = sectors.sum(axis=-1, keepdims=True)
    sectors = np.where(total > 0, sectors / np.where(total > 0, total, 1), np.eye(len(SECTORS))[0])

    care_areas = evidence.care_index["care_area"].unique().sort().to_list()
    axes = {"care_area": care_areas, "year": years, "area": AREAS}
    there = tally(evidence.care_index.with_columns(one=1.0), "one", axes)
    index = np.where(there > 0, tally(evidence.care_index, "care_index", axes), np.nan)
    if care_areas:
        index[:, 0] = 1
    uses = evidence.care_areas
    missing = np.full((len(years), len(AREAS)), np.nan)
    missing[0] = 1
    growth = np.stack(
        [
            [index[care_areas.index(uses[p, s])] if uses[p, s] in care_areas else missing for s in SECTORS]
            for p in professions
        ]
    ).transpose(0, 2, 3, 1)
    shape = (1 + gaps)[:, :, None, :, None] * sectors[:, None, None, :] * growth
    return Demand(observed[:, None, :, None] * shape, observed_fte[:, None, :, None] * shape, known)


def demand_under(scenario: Scenario, base: Demand, groups: Sequence[str], years: range) -> Demand:
    """Demand as a scenario changes it: `demand` first, then all shifts at once; the origin is as it was."""
    later = range(years[0] + 1, years[-1] + 1)
    factors = np.ones((len(groups), len(years), 1, len(SECTORS)))
    for g, group in enumerate(groups):
        factors[g, 1:, 0] = scenario.sector_factors(group, later)
    moved = []
    for of in (base.persons, base.fte):
        changed = of * factors
        after = changed.copy()
        for shift in scenario.shift:
            if not {shift.from_group, shift.to_group} <= set(groups):
                continue  # a group that cannot be seen (general practitioners without the specialists)
            giver, taker = groups.index(shift.from_group), groups.index(shift.to_group)
            shares = np.array([0, *(shift.moved * shift.share(year) for year in later)])[:, None, None]
            what = changed[:, giver] * shares
            after[:, giver] -= what
            after[:, taker] += what * shift.exchange
        moved.append(after)
    return Demand(moved[0], moved[1], base.known)
