"""The Dutch model's published example (Van Greuningen et al. 2012, general practitioners) by the project's own code."""

from __future__ import annotations

import numpy as np
import pytest

from vardflode.forecast.dimensions import AGES, AREAS
from vardflode.forecast.projection import Start, project
from vardflode.forecast.rates import Rates
from vardflode.forecast.scenarios import AS_NOW
from vardflode.forecast.tables import required_intake

MEN, WOMEN = 6129, 4086
FTE = {"men": 0.822, "women": 0.551}
LEFT_MEN, LEFT_WOMEN = 2341, 785
OTHERS, FROM_EDUCATION = 93 + 1320 + 1054, 2690
BEGAN, WORKING, WOMEN_OF_EDUCATED = 614 * 5, 2690, 0.71
# The article does not tell the sexes of the others who come; this is what its full-time posts imply.
WOMEN_OF_OTHERS = 0.699


def in_one_step() -> tuple[float, float]:
    """Persons and full-time posts of the target year: the five years of the example as one, in one area and age."""
    shape = (1, 1, 2, AGES)
    stay = np.zeros(shape)
    stay[..., 40] = [[1 - LEFT_MEN / MEN, 1 - LEFT_WOMEN / WOMEN]]
    others = np.zeros((*shape, len(AREAS)))
    others[0, 0, :, 41, 0] = [OTHERS * (1 - WOMEN_OF_OTHERS), OTHERS * WOMEN_OF_OTHERS]
    entry_age = np.zeros(shape)
    entry_age[..., 30] = 1
    enters = np.zeros((1, 1, len(AREAS), len(AREAS)))
    enters[..., 0, 0] = WORKING / BEGAN
    rates = Rates(
        stay=stay,
        move=np.broadcast_to(np.eye(len(AREAS)), (1, 3, len(AREAS), len(AREAS))),
        activity=np.ones(shape),
        factor=np.ones((1, 1, len(AREAS))),
        lag=np.ones((1, 1, 2, 1)),
        enters=enters,
        entry_age=entry_age,
        foreign=np.zeros((*shape, len(AREAS))),
        other=others,
    )
    stock = np.zeros((1, 2, AGES, len(AREAS)))
    stock[0, :, 40, 0] = MEN, WOMEN
    began = np.zeros((1, 1, 2, len(AREAS)))
    began[0, 0, :, 0] = BEGAN * (1 - WOMEN_OF_EDUCATED), BEGAN * WOMEN_OF_EDUCATED
    fte = np.array([[FTE["men"], FTE["women"]]])
    (year,) = project(["LK"], rates, fte, Start(stock), began, 1, range(1, 2), AS_NOW)
    return year.supply.sum(), year.supply_fte.sum()


def test_supply_is_that_of_the_article() -> None:
    persons, fte = in_one_step()
    assert persons == pytest.approx(12246)
    assert fte == pytest.approx(8187, abs=0.5)  # told in whole posts


def test_supply_falls_short_of_demand_by_what_the_article_says() -> None:
    now = MEN * FTE["men"] + WOMEN * FTE["women"]
    _, fte = in_one_step()
    assert fte - now * 1.01 * 1.06 == pytest.approx(380, abs=5)  # the growth is told in whole per cent


@pytest.mark.parametrize(("gap", "required"), [(-380, 476), (869, 929)])
def test_the_required_intake_is_that_of_the_article(gap: float, required: int) -> None:
    posts = WOMEN_OF_EDUCATED * FTE["women"] + (1 - WOMEN_OF_EDUCATED) * FTE["men"]
    found, status = required_intake(614, gap, WORKING * posts / 614)
    assert status == "ok"
    assert found == pytest.approx(required, abs=0.5)
