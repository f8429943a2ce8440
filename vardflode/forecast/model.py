"""The forecast from a year: rates, cohorts and today's demand put together, then each scenario."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from functools import cached_property

import numpy as np

from vardflode.forecast.beginners import Cohorts, make_cohorts
from vardflode.forecast.demand import Demand, base_demand
from vardflode.forecast.dimensions import AGES, AREAS, SEXES, Array, Axes, tally
from vardflode.forecast.evidence import Evidence
from vardflode.forecast.projection import Start, Year, beginners_under, beyond, project
from vardflode.forecast.rates import Draws, Rates, make_rates
from vardflode.forecast.scenarios import Scenario


@dataclass(frozen=True)
class Model:
    """Everything that a forecast from `years[0]` to `years[-1]` needs."""

    evidence: Evidence
    years: range
    groups: list[str]
    rates: Rates
    cohorts: Cohorts
    stock: Array  # gsna, of the origin
    working: Array  # gsa, of the origin
    working_time: Array  # gs

    @property
    def later(self) -> range:
        """The years after the origin."""
        return range(self.years[0] + 1, self.years[-1] + 1)

    @property
    def all_cohorts(self) -> range:
        """The cohorts of `cohorts.persons`."""
        return range(self.cohorts.first, self.years[-1] + 1)

    @cached_property
    def demand(self) -> Demand:
        """Demand as now."""
        fte = np.einsum("gsa,gs->ga", self.working, self.working_time)
        return base_demand(self.evidence, self.years, self.working.sum(axis=1), fte)

    def beginners(self, scenario: Scenario) -> Array:
        """Beginners by cohort (cgsr) under a scenario, with those who specialise beyond."""
        persons = beginners_under(scenario, self.cohorts, self.groups)
        extra = beyond(scenario, self.groups, persons, self.all_cohorts, self.later[0])
        return persons if extra is None else persons + extra

    def supply(self, scenario: Scenario, with_flows: bool = True) -> Iterator[Year]:
        """The years after the origin under a scenario."""
        persons = beginners_under(scenario, self.cohorts, self.groups)
        return self._project(Start(self.stock), persons, scenario, with_flows)

    def effect(self, scenario: Scenario, region: int | None = None) -> Array:
        """What one more beginner in every cohort from O + 1 adds to the supply of the last year (ga).

        Divided over sex and study region as the baseline's cohort O + 1; what `specialise` takes out aside.

        Args:
            region: place in `AREAS` of the study region that they all are in.
        """
        at = self.later[0] - self.cohorts.first
        cohort = self.cohorts.persons[at]
        if region is not None:
            cohort = cohort * (np.arange(len(AREAS)) == region)
        total = cohort.sum(axis=(1, 2), keepdims=True)
        one = np.zeros_like(self.cohorts.persons)
        one[at:] = np.where(total > 0, cohort / np.where(total > 0, total, 1), 0)
        *_, last = self._project(Start(np.zeros_like(self.stock), others_come=False), one, scenario, False)
        return last.supply[0]

    def of_draws(self, some: slice) -> Model:
        """The model of some of its draws."""
        return replace(
            self,
            rates=replace(
                self.rates, **{f.name: getattr(self.rates, f.name)[some] for f in fields(self.rates)}
            ),
        )

    def only(self, places: list[int]) -> Model:
        """The model of some groups, by their places: none but what `specialise` joins depends on another."""
        of_groups = {
            f.name: getattr(self.rates, f.name)[:, places] for f in fields(self.rates) if f.name != "move"
        }
        return replace(
            self,
            groups=[self.groups[place] for place in places],
            rates=replace(self.rates, **of_groups),
            cohorts=replace(self.cohorts, persons=self.cohorts.persons[:, places]),
            stock=self.stock[places],
            working=self.working[places],
            working_time=self.working_time[places],
        )

    def _project(self, start: Start, persons: Array, scenario: Scenario, with_flows: bool) -> Iterator[Year]:
        return project(
            self.groups,
            self.rates,
            self.working_time,
            start,
            persons,
            self.cohorts.first,
            self.later,
            scenario,
            with_flows,
        )


def make_model(evidence: Evidence, origin: int, horizon: int, draws: Draws | None = None) -> Model | None:
    """The model of a forecast from a year, of what was known then. None: there is none from that year."""
    if evidence.groups.is_empty():
        return None
    known = evidence.until(origin)
    rates = make_rates(known, origin, draws)
    if rates is None:
        return None
    groups, professions = known.codes, known.groups["profession_code"]
    axes: Axes = {"year": [origin], "group_code": groups, "sex": SEXES, "age": range(AGES), "area": AREAS}
    return Model(
        known,
        range(origin, horizon + 1),
        groups,
        rates,
        make_cohorts(known, origin, horizon),
        tally(known.stock, "stock", axes)[0],
        tally(known.stock, "in_profession", axes)[0].sum(axis=2),
        np.array([[known.working_time[p, s] for s in SEXES] for p in professions]),
    )
