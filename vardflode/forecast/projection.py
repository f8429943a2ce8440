"""From year to year: who stays, moves, comes and works."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from vardflode.forecast.beginners import Cohorts
from vardflode.forecast.dimensions import AGES_OF_THIRD, BAND_OF_AGE, THIRD_OF_AGE, Array
from vardflode.forecast.rates import Rates
from vardflode.forecast.scenarios import NOT_SPECIALISTS, SPECIALISTS, Scenario

FLOWS = (
    "stayed_same_area",
    "moved_in",
    "moved_out",
    "left",
    "new_education",
    "new_foreign",
    "other_in",
    "specialised",
)


@dataclass(frozen=True)
class Year:
    """A year, by draw, group and area (dga): persons; `supply_fte` in full-time posts."""

    year: int
    stock: Array
    supply: Array
    supply_fte: Array
    flows: dict[str, Array]


@dataclass(frozen=True)
class Start:
    """What a projection starts from: the stock of the origin (gsna) and what else comes than beginners."""

    stock: Array
    others_come: bool = True


def beginners_under(scenario: Scenario, cohorts: Cohorts, groups: Sequence[str]) -> Array:
    """Beginners by cohort, group, sex and region: of the cohorts to come as the scenario changes them."""
    persons = cohorts.persons.copy()
    for g, group in enumerate(groups):
        if group in cohorts.future:
            start = cohorts.future[group]
            years = range(start, cohorts.first + len(persons))
            persons[start - cohorts.first :, g] *= scenario.factors("beginners", group, years)[:, None, None]
    return persons


def project(
    groups: Sequence[str],
    rates: Rates,
    working_time: Array,
    start: Start,
    persons: Array,
    first_cohort: int,
    years: range,
    scenario: Scenario,
    with_flows: bool = True,
) -> Iterator[Year]:
    """The years after the origin, one after the other.

    stock[t, area, sex, a] = sum over from of stock[t - 1, from, sex, a - 1] · stay · move
    + new from education + new_foreign + other_in - specialised, for a <= 74
    (docs/definitions_forecast.md, Supply).

    Args:
        working_time: gs: full-time posts a person in the profession.
        persons: cgsr: beginners by cohort, from `first_cohort` to the last year.
        years: of the forecast.
        with_flows: whether the flows are asked for; draws are only asked for their supply.
    """
    stock = np.broadcast_to(start.stock, (len(rates.stay), *start.stock.shape))
    factors = {
        kind: np.stack([scenario.factors(kind, group, years) for group in groups], axis=-1)
        for kind in ("lag", "new_foreign", "hours")
    }
    extra = beyond(scenario, groups, persons, range(first_cohort, years[-1] + 1), years[0])
    activity_at = _kept(lambda at_ages: np.minimum(rates.activity * at_ages[:, None, BAND_OF_AGE], 1))
    foreign_at = _kept(lambda factor: rates.foreign * factor[:, None, None, None] * start.others_come)
    others_at = _kept(lambda factor: foreign_at(factor) + rates.other * start.others_come)
    for i, year in enumerate(years):
        survived = stock * rates.stay[..., None]
        arrived = _moved(survived, rates.move)

        lag = rates.lag * factors["lag"][i][:, None, None]
        new = _new(_events(persons, lag, year - first_cohort), rates)
        coming = new + others_at(factors["new_foreign"][i])
        coming[:, :, :, 1:] += arrived[:, :, :, :-1]
        specialised = None
        if extra is not None and start.others_come:
            more = _new(_events(extra, lag, year - first_cohort), rates)
            here, there = groups.index(NOT_SPECIALISTS), groups.index(SPECIALISTS)
            new[:, there] += more[:, there]
            coming[:, there] += more[:, there]
            # Not more than there are: nobody can leave the nurses who is not among them.
            specialised = np.minimum(more[:, there], coming[:, here])
            coming[:, here] -= specialised
        before, stock = stock, coming

        at_ages = np.stack([scenario.band_factors(group, year) for group in groups])
        activity = activity_at(at_ages)
        by_sex = np.matmul(activity[..., None, :], stock)[..., 0, :] * rates.factor[:, :, None]
        flows = {}
        if with_flows:
            same = np.einsum("dgsna,dnaa->dga", survived, rates.move[:, THIRD_OF_AGE], optimize=True)
            arriving, lived = arrived.sum(axis=(2, 3)), survived.sum(axis=(2, 3))
            foreign, other = foreign_at(factors["new_foreign"][i]), rates.other * start.others_come
            came = (x.sum(axis=(2, 3)) for x in (new, foreign, other))
            gone = np.zeros_like(lived)
            if specialised is not None:
                gone[:, here] = specialised.sum(axis=(1, 2))
            left = before.sum(axis=(2, 3)) - lived
            told = (same, arriving - same, lived - same, left, *came, gone)
            flows = dict(zip(FLOWS, (np.broadcast_to(flow, lived.shape) for flow in told), strict=True))
        yield Year(
            year,
            stock.sum(axis=(2, 3)),
            by_sex.sum(axis=2),
            np.einsum("dgsa,gs->dga", by_sex, working_time) * factors["hours"][i][:, None],
            flows,
        )


def _kept(make: Callable[[Array], Array]) -> Callable[[Array], Array]:
    """What is made of a scenario's factors, made again only when they change: mostly they never do."""
    kept: list[tuple[Array, Array]] = []

    def of(factors: Array) -> Array:
        if not (kept and np.array_equal(kept[0][0], factors)):
            kept[:] = [(factors, make(factors))]
        return kept[0][1]

    return of


def beyond(
    scenario: Scenario, groups: Sequence[str], persons: Array, cohorts: range, first: int
) -> Array | None:
    """Beginners towards specialist nurse beyond the baseline's, by cohort (cgsr); none changes: None."""
    if not scenario.specialise:
        return None
    extra = np.zeros_like(persons)
    there = groups.index(SPECIALISTS)
    factors = scenario.factors("specialise", SPECIALISTS, cohorts) - 1
    # What has begun before the forecast does so no more.
    to_come = [cohort >= first - 1 for cohort in cohorts]
    extra[:, there] = persons[:, there] * np.where(to_come, factors, 0)[:, None, None]
    return extra


def _moved(survived: Array, move: Array) -> Array:
    """Where those who stay live the year after (dgsna)."""
    arrived = np.empty_like(survived)
    for third, ages in enumerate(AGES_OF_THIRD):
        np.matmul(survived[..., ages, :], move[:, third][:, None, None], out=arrived[..., ages, :])
    return arrived


def _events(persons: Array, lag: Array, at: int) -> Array:
    """Events of a year (dgsr): of each cohort up to it, those whose lag ends then."""
    steps = min(lag.shape[-1] - 1, at)
    back = persons[[at - k for k in range(steps + 1)]]
    return np.einsum("kgsr,dgsk->dgsr", back, lag[..., : steps + 1], optimize=True)


def _new(events: Array, rates: Rates) -> Array:
    """Those who enter (dgsna)."""
    where = np.einsum("dgsr,dgra->dgsa", events, rates.enters, optimize=True)
    return where[:, :, :, None] * rates.entry_age[..., None]
