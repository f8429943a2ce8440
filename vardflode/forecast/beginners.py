"""Who begins: observed cohorts, and those to come by the institutions' plans or as of late."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from vardflode.forecast.dimensions import AREAS, SEXES, Array, Axes, tally
from vardflode.forecast.evidence import Evidence
from vardflode.forecast.rates import GENERAL_PRACTICE, share

# Full cohorts that the beginners to come are made as.
LATEST = 3


@dataclass(frozen=True)
class Cohorts:
    """Beginners by cohort (from `first`), group, sex and study region; those to come from `future`."""

    first: int
    persons: Array  # cgsr
    future: dict[str, int]  # group -> its first cohort that is not observed


def make_cohorts(evidence: Evidence, origin: int, horizon: int) -> Cohorts:
    """All cohorts up to the horizon: observed to the origin's, from then on as planned, or as of late.

    Raises:
        KeyError: a plan names an institution that the code list lacks (the contract does not let it in).
    """
    groups = evidence.groups.select("group_code", "degree_code").rows()
    observed = evidence.beginners
    first = min([origin - LATEST, *observed["cohort_year"].to_list()])
    years = range(first, horizon + 1)
    axes: Axes = {"cohort_year": years, "group_code": evidence.codes, "sex": SEXES, "study_region": AREAS}
    persons = tally(observed, "persons", axes)
    future = {}
    for g, (group, degree) in enumerate(groups):
        if not degree and group != GENERAL_PRACTICE:
            continue
        # Of the academic year O only the autumn has been seen; training posts are by calendar year.
        future[group] = start = origin + (group == GENERAL_PRACTICE)
        latest = observed.filter(
            pl.col("group_code") == group, pl.col("cohort_year").is_between(start - LATEST, start - 1)
        )
        to_come = range(start, horizon + 1)
        if degree:
            persons[start - first :, g] = _by_institution(evidence, degree, latest, to_come)
        else:
            persons[start - first :, g] = _of_the_country(evidence.plans, latest, to_come)
    return Cohorts(first, persons, future)


def _by_institution(evidence: Evidence, degree: str, latest: pl.DataFrame, to_come: range) -> Array:
    """Beginners to come (cohort, sex, region): each institution's plan, or the mean of its latest cohorts."""
    plans = evidence.plans.filter(pl.col("degree_code") == degree)
    names = sorted({*latest["institution"].to_list(), *plans["institution"].to_list()})
    of_late = tally(latest, "persons", {"institution": names, "sex": SEXES, "study_region": AREAS})
    sexes = of_late.sum(axis=(0, 2))
    sexes = share(sexes, sexes.sum(keepdims=True), 1 / len(SEXES))
    at_home = tally(
        pl.DataFrame(
            {"institution": names, "area": [evidence.home_regions[name] for name in names], "one": 1.0}
        ),
        "one",
        {"institution": names, "area": AREAS},
    )
    regions = of_late.sum(axis=1)
    regions = share(regions, regions.sum(axis=-1, keepdims=True), at_home)
    total = np.zeros((len(to_come), len(SEXES), len(AREAS)))
    for i, name in enumerate(names):
        planned = _held(plans.filter(pl.col("institution") == name), to_come)
        as_planned = planned[:, None, None] * sexes[:, None] * regions[i]
        total += np.where(np.isnan(as_planned), of_late[i] / LATEST, as_planned)
    return total


def _of_the_country(plans: pl.DataFrame, latest: pl.DataFrame, to_come: range) -> Array:
    """General practitioners' training posts to come (year, sex, region), planned for the whole country."""
    of_late = tally(latest, "persons", {"sex": SEXES, "study_region": AREAS})
    planned = _held(plans.filter(pl.col("degree_code").is_null()), to_come)[:, None, None]
    as_planned = planned * share(of_late, of_late.sum(keepdims=True), 0.0)
    return np.where(np.isnan(as_planned), of_late / LATEST, as_planned)


def _held(plans: pl.DataFrame, to_come: range) -> Array:
    """The plan of each cohort: its own, else the latest earlier one's; NaN before the first."""
    planned = dict(plans.select("cohort_year", "planned").iter_rows())
    held = np.full(len(to_come), np.nan)
    for i, year in enumerate(to_come):
        held[i] = planned.get(year, held[i - 1] if i else np.nan)
    return held
