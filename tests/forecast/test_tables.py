"""The tables of a forecast: what must hold in any country."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.forecast.made import SCHEMAS, evidence, random_rows
from vardflode.forecast.intervals import spread
from vardflode.forecast.model import make_model
from vardflode.forecast.scenarios import AS_NOW, Scenario
from vardflode.forecast.tables import TABLES, backtest, forecast_tables, scenario_tables

LAST, AHEAD = 2020, 5
KEY = ["group_code", "area", "scenario", "year"]
SPECIALISE = Scenario.model_validate(
    {"namn": "x", "name": "x", "specialise": [{"change": 3, "from": LAST, "to": LAST + 1}]},
    context={"groups": []},
)


def tables(rows: dict) -> dict[str, pl.DataFrame]:
    return scenario_tables(evidence(**rows), AHEAD, {"reference": AS_NOW, "more": SPECIALISE})


@settings(deadline=None, max_examples=5)
@given(st.integers(0, 10_000))
def test_flows_add_up_to_stocks_and_the_nation_is_the_sum_of_its_regions(seed: int) -> None:
    found = tables(random_rows(seed))
    flows = found["forecast_flows"].pivot("flow", index=KEY, values="persons")
    before = found["forecast"].select(*KEY[:3], year=pl.col("year") + 1, before="stock")
    both = flows.join(found["forecast"], on=KEY).join(before, on=KEY)
    assert both.height == flows.height > 0
    for row in both.iter_rows(named=True):
        assert row["before"] == pytest.approx(row["stayed_same_area"] + row["moved_out"] + row["left"])
        assert row["stock"] == pytest.approx(
            row["stayed_same_area"]
            + row["moved_in"]
            + row["new_education"]
            + row["new_foreign"]
            + row["other_in"]
            - row["specialised"]
        )
        assert min(v for k, v in row.items() if k in ("stock", "supply", "moved_in", "left")) >= -1e-9
    nation = pl.col("area") == "00"
    for column in ("stock", "supply", "supply_fte"):
        whole = found["forecast"].filter(nation).sort(KEY)[column].to_numpy()
        parts = (
            found["forecast"]
            .filter(~nation)
            .group_by("group_code", "scenario", "year")
            .agg(pl.col(column).sum())
        )
        assert parts.sort("group_code", "scenario", "year")[column].to_numpy() == pytest.approx(whole)


def test_the_order_of_the_rows_does_not_matter() -> None:
    rows = random_rows(7)
    mixed = {name: random.Random(1).sample(r, len(r)) for name, r in rows.items()}
    for name, table in tables(rows).items():
        other = tables(mixed)[name]
        for column in table.columns:
            if table[column].dtype.is_float():
                # Sums in another order.
                assert np.allclose(
                    table[column].to_numpy(), other[column].to_numpy(), rtol=1e-9, equal_nan=True
                )
            else:
                assert table[column].equals(other[column]), (name, column)


def test_the_required_intake_makes_supply_equal_demand() -> None:
    """Fed back as beginners: supply of the target year is then its demand."""
    rows = random_rows(11)
    rows["plans"] = []
    found = tables(rows)
    intake = found["forecast_intake"].filter(scenario="reference", status="ok")
    assert intake.height
    for group, _, year, beginners, required, effect, _ in intake.iter_rows():
        if not beginners:
            continue
        change = {"groups": [group], "change": required / beginners - 1, "from": LAST + 1, "to": LAST + 1}
        if not -1 <= change["change"] <= 100:
            continue
        of = Scenario.model_validate(
            {"namn": "x", "name": "x", "beginners": [change]}, context={"groups": [group]}
        )
        told = scenario_tables(evidence(**rows), AHEAD, {"x": of})["forecast"]
        (row,) = told.filter(group_code=group, area="00", year=year).iter_rows(named=True)
        assert row["supply"] == pytest.approx(row["demand"], rel=1e-6), group
        assert effect > 0.05


def test_without_the_registers_that_it_needs_there_is_no_forecast() -> None:
    known = evidence(**random_rows(5))
    nothing = replace(known, groups=known.groups.clear())
    found = forecast_tables(nothing, AHEAD, {"reference": AS_NOW})
    assert set(found) == set(TABLES)
    assert not any(table.height for table in found.values())
    with pytest.raises(LookupError, match="framskrivning"):
        scenario_tables(nothing, AHEAD, {"reference": AS_NOW})


def test_without_employment_of_the_origin_there_is_no_forecast() -> None:
    rows = random_rows(5)
    rows["years"] = [(y, e and y < LAST, n) for y, e, n in rows["years"]]
    assert make_model(evidence(**rows), LAST, LAST + AHEAD) is None


def test_a_year_that_the_projection_lacks_has_no_demand() -> None:
    rows = random_rows(5)
    rows["care_index"] = [row for row in rows["care_index"] if row[2] <= LAST + 2]
    found = tables(rows)
    assert found["forecast_demand"]["year"].max() == LAST + 2
    late = found["forecast"].filter(pl.col("year") > LAST + 2)
    assert late["demand"].null_count() == late["gap"].null_count() == late.height
    assert late["supply"].null_count() == 0
    assert set(found["forecast_intake"]["status"]) <= {"not_known", "not_applicable"}


def test_where_today_is_not_known_no_gap_is_told_but_a_change_of_balance_is() -> None:
    rows = random_rows(5)
    rows["base_gap"] = []
    found = tables(rows)
    assert found["forecast"]["gap"].null_count() == found["forecast"].height
    assert found["forecast"]["balance_change"].drop_nulls().len()


def test_a_group_is_reliable_from_a_hundred_in_the_profession() -> None:
    rows = {name: [] for name in SCHEMAS}
    rows["years"] = [(2019, True, True), (2020, True, False)]
    for area, works in (("1", 99), ("2", 100)):
        rows["stock"] += [
            ("SJ", y, "2", 40, area, area if y == 2019 else None, 200, works) for y in (2019, 2020)
        ]
    rows["care_index"] = [("care", a, y, 1.0) for a in "123456" for y in (2020, 2021)]
    told = tables(rows)["forecast"].filter(group_code="SJ", scenario="reference", year=2021)
    assert dict(told.select("area", "reliable").iter_rows()) == {
        "00": True, "1": False, "2": True, **dict.fromkeys("3456", False)
    }  # fmt: skip


def test_the_interval_holds_the_forecast_and_is_the_same_every_time() -> None:
    rows = random_rows(2)
    found = [forecast_tables(evidence(**rows), AHEAD, {"reference": AS_NOW})["forecast"] for _ in range(2)]
    assert found[0].equals(found[1])
    ahead = found[0].filter(~pl.col("observed"), pl.col("supply") > 50)
    assert ahead.height
    # A bootstrap's middle need not be the forecast itself; nearly always it lies inside.
    inside = (ahead["supply_low"] <= ahead["supply"]) & (ahead["supply"] <= ahead["supply_high"])
    assert inside.mean() > 0.9
    assert found[0].filter("observed")["supply_low"].null_count() == found[0].filter("observed").height


def test_spread_is_the_squared_error_of_a_person_and_year() -> None:
    rows = [("SJ", "1", 2019, 1, 100.0, 110.0, 0.0), ("SJ", "1", 2018, 2, 50.0, 50.0, 0.0)]
    rows += [("SJ", "00", 2018, 2, 50.0, 90.0, 0.0), ("SJ", "2", 2018, 2, 9.0, 90.0, 0.0)]
    tested = pl.DataFrame(rows, schema=TABLES["forecast_backtest"], orient="row")
    # (110 - 100)² / 100 = 1, over 1 + 2 years; the nation and the smallest do not take part.
    assert spread(tested) == pytest.approx(1 / 3)
    assert spread(tested.clear()) == 0


def test_a_backtest_has_no_row_where_nobody_was_observed() -> None:
    tested = backtest(evidence(**random_rows(4)), LAST)
    assert tested.height
    assert (tested["came"] > 0).all()
    assert (tested["origin"] + tested["horizon"] <= LAST).all()
    error = 100 * (tested["expected"] / tested["came"] - 1)
    assert (error - tested["error_pct"]).abs().max() < 1e-9
