"""The forecast as tables, with the columns of `marts.forecast*`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

import numpy as np
import polars as pl

from vardflode.forecast.demand import LEVELS, demand_under
from vardflode.forecast.dimensions import ALL_AREAS, AREAS, SECTORS, SEXES, Array, tally, with_nation
from vardflode.forecast.evidence import Evidence
from vardflode.forecast.intervals import intervals, spread
from vardflode.forecast.model import Model, make_model
from vardflode.forecast.projection import FLOWS, Year
from vardflode.forecast.scenarios import AS_NOW, Scenario

# Years before the origin that are told, and origins of the back-test.
BACK = 10
# Persons in the profession in the area in the origin below which a forecast is not reliable.
RELIABLE = 100
# Effect of one more beginner a year below which the education is longer than the horizon.
LEAST_EFFECT = 0.05
LOW, MIDDLE, HIGH = (LEVELS.index(level) for level in ("low", "middle", "high"))
TABLES = {
    "forecast": {
        **dict.fromkeys(("group_code", "area", "scenario"), pl.String),
        "year": pl.Int32,
        "observed": pl.Boolean,
        **dict.fromkeys(
            (
                *("stock", "supply", "supply_low", "supply_high", "supply_fte", "demand", "demand_fte"),
                *("gap", "gap_low", "gap_high", "balance_change"),
            ),
            pl.Float64,
        ),
        "reliable": pl.Boolean,
    },
    "forecast_flows": {
        **dict.fromkeys(("group_code", "area", "scenario"), pl.String),
        **{"year": pl.Int32, "flow": pl.String, "persons": pl.Float64},
    },
    "forecast_demand": {
        **dict.fromkeys(("group_code", "area", "scenario"), pl.String),
        **{"year": pl.Int32, "sector": pl.String, "demand": pl.Float64, "demand_fte": pl.Float64},
    },
    "forecast_intake": {
        **{"group_code": pl.String, "scenario": pl.String, "target_year": pl.Int32},
        **dict.fromkeys(("beginners", "required", "effect"), pl.Float64),
        "status": pl.String,
    },
    "forecast_backtest": {
        **{"group_code": pl.String, "area": pl.String, "origin": pl.Int32, "horizon": pl.Int32},
        **dict.fromkeys(("expected", "came", "error_pct"), pl.Float64),
    },
}
NO_FORECAST = (
    "there is no forecast: it needs residence and employment of the last year, and the registers rtb, bas, "
    "hosp, hreg and framskrivning"
)
Tables = dict[str, pl.DataFrame]


def forecast_tables(evidence: Evidence, horizon: int, scenarios: Mapping[str, Scenario]) -> Tables:
    """Every table of the forecast in force; without rows where there is none.

    Args:
        evidence: what the warehouse knows.
        horizon: years ahead.
        scenarios: by their codes.
    """
    empty = {name: pl.DataFrame(schema=schema) for name, schema in TABLES.items()}
    origin = evidence.last_year
    model = make_model(evidence, origin, origin + horizon) if origin is not None else None
    if model is None:
        return empty
    tested = backtest(evidence, model.years[0])
    ends = intervals(evidence, model.years[0], model.years[-1], scenarios, spread(tested))
    told = [_under(model, code, scenario, ends.get(code)) for code, scenario in scenarios.items()]
    tables = {name: pl.concat(table[name] for table in told) for name in told[0]}
    return {name: (tables | {"forecast_backtest": tested})[name] for name in TABLES}


def scenario_tables(evidence: Evidence, horizon: int, scenarios: Mapping[str, Scenario]) -> Tables:
    """`forecast`, `forecast_flows`, `forecast_demand` and `forecast_intake`, without intervals: in seconds.

    Raises:
        LookupError: there is no forecast.
    """
    origin = evidence.last_year
    model = make_model(evidence, origin, origin + horizon) if origin is not None else None
    if model is None:
        raise LookupError(NO_FORECAST)
    told = [_under(model, code, scenario, None) for code, scenario in scenarios.items()]
    return {name: pl.concat(table[name] for table in told) for name in told[0]}


def backtest(evidence: Evidence, last: int) -> pl.DataFrame:
    """What forecasts from the years before the last would have said, against what came."""
    tables = [pl.DataFrame(schema=TABLES["forecast_backtest"])]
    for origin in range(last - BACK, last):
        model = make_model(evidence, origin, last)
        if model is None:
            continue
        _, came, _ = _observed(evidence, model.later, model.working_time)
        expected = _by_year(list(model.supply(AS_NOW, with_flows=False)), "supply")
        axes = {"group_code": model.groups, "year": model.later, "area": ALL_AREAS}
        table = long(axes, expected=expected, came=came).filter(pl.col("came") > 0)
        tables.append(
            table.select(
                "group_code",
                "area",
                origin=pl.lit(origin, pl.Int32),
                horizon=(pl.col("year") - origin).cast(pl.Int32),
                expected="expected",
                came="came",
                error_pct=100 * (pl.col("expected") / pl.col("came") - 1),
            )
        )
    return pl.concat(tables)


def long(axes: Mapping[str, Sequence[object]], **columns: Array) -> pl.DataFrame:
    """Arrays of one shape as a table: a row a cell, a column an axis and an array. NaN: missing."""
    keys = pl.DataFrame(list(product(*axes.values())), schema=list(axes), orient="row")
    values = [pl.Series(name, np.ravel(array)) for name, array in columns.items()]
    return keys.with_columns(v.fill_nan(None) if v.dtype.is_float() else v for v in values)


def _by_year(years: Sequence[Year], what: str) -> Array:
    """A figure of the years, without draws: group, year, area and nation (gya)."""
    return with_nation(np.stack([getattr(year, what)[0] for year in years], axis=1))


def _observed(evidence: Evidence, years: Sequence[int], working_time: Array) -> tuple[Array, Array, Array]:
    """Stock, in the profession, and the same in full-time posts (gya)."""
    axes = {"group_code": evidence.codes, "year": years, "sex": SEXES, "area": AREAS}
    stock = tally(evidence.stock, "stock", axes).sum(axis=2)
    working = tally(evidence.stock, "in_profession", axes)
    fte = np.einsum("gysa,gs->gya", working, working_time)
    return with_nation(stock), with_nation(working.sum(axis=2)), with_nation(fte)


def _under(model: Model, code: str, scenario: Scenario, ends: tuple[Array, Array] | None) -> Tables:
    """The tables of one scenario."""
    origin = model.years[0]
    observed = model.evidence.years.filter("employment_observed")["year"].sort()
    past = [year for year in observed if year >= origin - BACK]
    now = len(past) - 1
    stock, working, fte = _observed(model.evidence, past, model.working_time)
    years = list(model.supply(scenario))
    supply = np.concatenate([working, _by_year(years, "supply")], axis=1)

    demand = demand_under(scenario, model.demand, model.groups, model.years)
    persons, posts = with_nation(demand.persons, -2), with_nation(demand.fte[MIDDLE], -2)
    not_yet = np.full((len(model.groups), now, len(ALL_AREAS)), np.nan)
    wanted = [np.concatenate([not_yet, level.sum(axis=-1)], axis=1) for level in persons]
    known = np.concatenate([demand.known, demand.known.all(axis=-1, keepdims=True)], axis=-1)
    gaps = [np.where(known[:, None], level - supply, np.nan) for level in wanted]
    balance = _ratio(_ratio(supply, supply[:, [now]]), _ratio(wanted[MIDDLE], wanted[MIDDLE][:, [now]]))
    low, high = ends or (np.full(_by_year(years, "supply").shape, np.nan),) * 2
    no_interval = np.full(working.shape, np.nan)
    all_years = [*past, *model.later]
    forecast = long(
        {"group_code": model.groups, "year": all_years, "area": ALL_AREAS},
        observed=np.broadcast_to((np.array(all_years) <= origin)[:, None], supply.shape),
        stock=np.concatenate([stock, _by_year(years, "stock")], axis=1),
        supply=supply,
        supply_low=np.concatenate([no_interval, low], axis=1),
        supply_high=np.concatenate([no_interval, high], axis=1),
        supply_fte=np.concatenate([fte, _by_year(years, "supply_fte")], axis=1),
        demand=wanted[MIDDLE],
        demand_fte=np.concatenate([not_yet, posts.sum(axis=-1)], axis=1),
        gap=gaps[MIDDLE],
        gap_low=gaps[LOW],
        gap_high=gaps[HIGH],
        balance_change=balance,
        reliable=np.broadcast_to(working[:, [now]] >= RELIABLE, supply.shape),
    )
    flows = np.stack([with_nation(np.stack([y.flows[f][0] for y in years], axis=1)) for f in FLOWS], axis=1)
    tables = {
        "forecast": forecast,
        "forecast_flows": long(
            {"group_code": model.groups, "flow": FLOWS, "year": model.later, "area": ALL_AREAS}, persons=flows
        ),
        "forecast_demand": long(
            {"group_code": model.groups, "year": model.years, "area": ALL_AREAS, "sector": SECTORS},
            demand=persons[MIDDLE],
            demand_fte=posts,
        ).drop_nulls("demand"),
        "forecast_intake": _intake(model, scenario, gaps[MIDDLE][:, -1, -1]),
    }
    return {
        name: table.with_columns(scenario=pl.lit(code)).select(TABLES[name].keys()).cast(TABLES[name])  # type: ignore[arg-type]
        for name, table in tables.items()
    }


def _ratio(numerator: Array, denominator: Array) -> Array:
    """Missing where something is divided by 0."""
    safe = np.where(denominator == 0, np.nan, denominator)
    return numerator / safe


def _intake(model: Model, scenario: Scenario, gap: Array) -> pl.DataFrame:
    """Beginners a year that make the supply of the last year equal to its demand (the ACMMP solver).

    Required = beginners + gap / effect (Van Greuningen et al. 2012; docs/definitions_forecast.md).
    """
    beginners = model.beginners(scenario)[-1].sum(axis=(1, 2))
    effect = model.effect(scenario).sum(axis=-1)
    rows = []
    for g, group in enumerate(model.groups):
        if group in model.cohorts.future:
            required, status = required_intake(beginners[g], gap[g], effect[g])
            rows.append((group, model.years[-1], beginners[g], required, effect[g], status))
    columns = [name for name in TABLES["forecast_intake"] if name != "scenario"]
    schema = {name: TABLES["forecast_intake"][name] for name in columns}
    return pl.DataFrame(rows, schema=schema, orient="row")


def required_intake(beginners: float, gap: float, effect: float) -> tuple[float | None, str]:
    """Beginners a year so that supply meets demand: those of now, and the gap over the effect of one more.

    Returns:
        The number, and `ok`; 0 and `surplus` where fewer than none would do; none and `not_applicable` where
        the education is longer than the forecast, `not_known` where the gap (NaN) is.
    """
    if effect < LEAST_EFFECT:
        return None, "not_applicable"
    if np.isnan(gap):
        return None, "not_known"
    required = beginners + gap / effect
    return (required, "ok") if required >= 0 else (0.0, "surplus")
