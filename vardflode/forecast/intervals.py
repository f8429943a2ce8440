"""How sure a forecast is: 80 % intervals.

Two things are drawn: the years of W, V and C with replacement, which is how much the rates of late differ
from year to year; and what single persons do, which is all that decides a group of a hundred and next to
nothing of a hundred thousand. How much that is, is measured: the back-test's squared errors are proportional
to the number of persons and to the horizon (docs/forecast.md), so one number tells it.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from vardflode.forecast.dimensions import NATION, Array, with_nation
from vardflode.forecast.evidence import Evidence
from vardflode.forecast.model import Model, make_model
from vardflode.forecast.rates import Draws
from vardflode.forecast.scenarios import AS_NOW, Scenario

DRAWS = 200
# Of them projected at once: together they would take most of the memory of a small build.
DRAWS_AT_ONCE = 50
# The interval holds 80 %.
LOW, HIGH = 0.1, 0.9
# Expected persons below which a relative error says more of rounding to whole persons than of the forecast.
LEAST_EXPECTED = 10


def spread(backtest: pl.DataFrame) -> float:
    """Variance of a forecast's error for each person expected and year ahead; 0 where nothing was tested.

    Args:
        backtest: `area`, `horizon`, `expected` and `came`, as `tables.backtest`.
    """
    tested = backtest.filter(pl.col("area") != NATION, pl.col("expected") >= LEAST_EXPECTED)
    if tested.is_empty():
        return 0.0
    squares = (tested["came"] - tested["expected"]) ** 2 / tested["expected"]
    return float(squares.sum()) / float(tested["horizon"].sum())


def intervals(
    evidence: Evidence, origin: int, horizon: int, scenarios: Mapping[str, Scenario], per_person: float
) -> dict[str, tuple[Array, Array]]:
    """Ends of the interval of `supply` in each scenario: group, year after the origin, area and nation (gya).

    Args:
        per_person: from `spread`.
    """
    seed = evidence.seed
    model = make_model(evidence, origin, horizon, Draws.seeded(seed, DRAWS))
    if model is None:
        return {}
    as_now = _drawn_supply(model, AS_NOW)
    persons = np.random.default_rng(seed).standard_normal((DRAWS, len(model.groups), 1, as_now.shape[-1]))
    ahead = np.arange(1, as_now.shape[2] + 1)[:, None]
    ends = {}
    for code, scenario in scenarios.items():
        supply = as_now.copy()
        # Most scenarios change the supply of a few groups only.
        if changed := [g for g, group in enumerate(model.groups) if group in scenario.suppliers]:
            supply[:, changed] = _drawn_supply(model.only(changed), scenario)
        drawn = with_nation(np.maximum(supply + persons * np.sqrt(per_person * ahead * supply), 0))
        low, high = np.quantile(drawn, [LOW, HIGH], axis=0)
        ends[code] = low, high
    return ends


def _drawn_supply(model: Model, scenario: Scenario) -> Array:
    """Supply of each draw (dgya, without the origin)."""
    blocks = (model.of_draws(slice(at, at + DRAWS_AT_ONCE)) for at in range(0, DRAWS, DRAWS_AT_ONCE))
    return np.concatenate(
        [
            np.stack([year.supply for year in block.supply(scenario, with_flows=False)], axis=2)
            for block in blocks
        ]
    )
