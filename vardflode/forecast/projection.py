"""From year to year: who stays, moves, comes and works."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from vardflode.forecast.beginners import Cohorts
from vardflode.forecast.dimensions import BAND_OF_AGE, THIRD_OF_AGE, THIRDS, Array
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
) -> Iterator[Year]:
    """The years after the origin, one after the other.

    stock[t, area, sex, a] = sum over from of stock[t - 1, from, sex, a - 1] · stay · move
    + new from education + new_foreign + other_in - specialised, for a <= 74
    (docs/definitions_forecast.md, Supply).

    Args:
        working_time: gs: full-time posts a person in the profession.
        persons: cgsr: beginners by cohort, from `first_cohort` to the last year.
        years: of the forecast.
    """
    stock = np.broadcast_to(start.stock, (len(rates.stay), *start.stock.shape))
    factors = {
        kind: np.stack([scenario.factors(kind, group, years) for group in groups], axis=-1)
        for kind in ("lag", "new_foreign", "hours")
    }
    extra = beyond(scenario, groups, persons, range(first_cohort, years[-1] + 1), years[0])
    for i, year in enumerate(years):
        survived = stock * rates.stay[..., None]
        arrived = _moved(survived, rates.move)
        same = np.einsum("dgsna,dnaa->dga", survived, rates.move[:, THIRD_OF_AGE], optimize=True)
        lived = survived.sum(axis=(2, 3))
        left = stock.sum(axis=(2, 3)) - lived

        lag = rates.lag * factors["lag"][i][:, None, None]
        new = _new(_events(persons, lag, year - first_cohort), rates)
        foreign = rates.foreign * factors["new_foreign"][i][:, None, None, None] * start.others_come
        other = rates.other * start.others_come
        specialised = np.zeros_like(left)
        coming = new + foreign + other
        coming[:, :, :, 1:] += arrived[:, :, :, :-1]
        if extra is not None and start.others_come:
            more = _new(_events(extra, lag, year - first_cohort), rates)
            here, there = groups.index(NOT_SPECIALISTS), groups.index(SPECIALISTS)
            new[:, there] += more[:, there]
            coming[:, there] += more[:, there]
            # Not more than there are: nobody can leave the nurses who is not among them.
            taken = np.minimum(more[:, there], coming[:, here])
            coming[:, here] -= taken
            specialised[:, here] = taken.sum(axis=(1, 2))
        stock = coming

        at_ages = np.stack([scenario.band_factors(group, year) for group in groups])[:, None, BAND_OF_AGE]
        activity = np.minimum(rates.activity * at_ages, 1)
        by_sex = np.einsum("dgsna,dgsn->dgsa", stock, activity) * rates.factor[:, :, None]
        arriving = arrived.sum(axis=(2, 3))
        came = (x.sum(axis=(2, 3)) for x in (new, foreign, other))
        flows = (same, arriving - same, lived - same, left, *came, specialised)
        yield Year(
            year,
            stock.sum(axis=(2, 3)),
            by_sex.sum(axis=2),
            np.einsum("dgsa,gs->dga", by_sex, working_time) * factors["hours"][i][:, None],
            dict(zip(FLOWS, (np.broadcast_to(flow, left.shape) for flow in flows), strict=True)),
        )


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
    for third in range(len(THIRDS)):
        ages = third == THIRD_OF_AGE
        arrived[:, :, :, ages] = np.einsum(
            "dgsna,dab->dgsnb", survived[:, :, :, ages], move[:, third], optimize=True
        )
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
