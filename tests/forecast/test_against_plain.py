"""The arrays against loops over single numbers that share no code, in random countries."""

from __future__ import annotations

import pytest

from tests.forecast.made import GROUPS, evidence, random_rows
from tests.forecast.plain import AREAS, Plain
from vardflode.forecast.model import make_model
from vardflode.forecast.scenarios import AS_NOW


def agree(rows: dict, origin: int, end: int, *, in_force: bool) -> None:
    plain = Plain(rows, origin, end, in_force=in_force)
    model = make_model(evidence(**rows), origin, end)
    assert (model is not None) == plain.exists
    if model is None:
        return
    years = {year.year: year for year in model.supply(AS_NOW)}
    for g, (group, *_) in enumerate(GROUPS):
        for (year, area), (stock, supply) in plain.supply(group).items():
            at = (0, g, AREAS.index(area))
            # Sums in another order: the last digits may differ.
            assert years[year].stock[at] == pytest.approx(stock, rel=1e-9, abs=1e-9), (group, year, area)
            assert years[year].supply[at] == pytest.approx(supply, rel=1e-9, abs=1e-9), (group, year, area)


@pytest.mark.parametrize("seed", range(4))
def test_stock_and_supply_are_those_of_the_definitions(seed: int) -> None:
    agree(random_rows(seed), 2020, 2023, in_force=True)


@pytest.mark.parametrize("seed", range(2))
def test_a_forecast_from_a_year_before_knows_nothing_of_what_came_after(seed: int) -> None:
    agree(random_rows(seed + 10), 2018, 2019, in_force=False)
