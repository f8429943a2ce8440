"""How many to educate for a chosen number of inhabitants per person in a profession, by a chosen year.

The council's question of general practice: training posts a year so that each specialist has so many
inhabitants. Solved as the required intake (docs/definitions_forecast.md), with inhabitants for demand.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from vardflode.forecast.dimensions import ALL_AREAS, NATION, with_nation
from vardflode.forecast.model import Model
from vardflode.forecast.scenarios import Scenario
from vardflode.forecast.tables import required_intake

COLUMNS = {
    **dict.fromkeys(("group_code", "scenario", "area"), pl.String),
    "target_year": pl.Int32,
    **dict.fromkeys(("population", "supply", "wanted", "beginners", "required", "effect"), pl.Float64),
    "status": pl.String,
}


def required_for_density(
    model: Model,
    scenarios: Mapping[str, Scenario],
    group: str,
    population: Mapping[str, int],
    inhabitants: float,
) -> pl.DataFrame:
    """Beginners a year from O + 1 (general practice: training posts) that reach the density in the last year.

    Of the nation as the required intake. Of a health-care region: those who begin there, with the other
    regions as they are; some of those who train in it go to work elsewhere, so that its effect is smaller.

    Args:
        group: with a way in through education.
        population: inhabitants of the model's last year, by area (1-6).
        inhabitants: to each person in the profession.

    Returns:
        A row a scenario and area (1-6, 00) with `COLUMNS`: persons, and persons a year; `status` as
        `tables.required_intake` has it.

    Raises:
        LookupError: the group has no way in.
    """
    if group not in model.cohorts.future:
        raise LookupError(f"no education of ours leads to {group}, so no intake can be told")
    g = model.groups.index(group)
    people = {area: float(population[area]) for area in ALL_AREAS[:-1]}
    people[NATION] = sum(people.values())
    rows = []
    for code, scenario in scenarios.items():
        *_, last = model.supply(scenario, with_flows=False)
        supply = with_nation(last.supply[0, g])
        began = with_nation(model.beginners(scenario)[-1, g].sum(axis=0))
        for a, area in enumerate(ALL_AREAS):
            effects = model.effect(scenario, region=None if area == NATION else a)[g]
            effect = effects.sum() if area == NATION else effects[a]
            wanted = people[area] / inhabitants
            required, status = required_intake(began[a], wanted - supply[a], effect)
            keys = group, code, area, model.years[-1]
            rows.append((*keys, people[area], supply[a], wanted, began[a], required, effect, status))
    return pl.DataFrame(rows, schema=COLUMNS, orient="row")
