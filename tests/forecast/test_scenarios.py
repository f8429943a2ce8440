"""Scenarios: what a file may say, and what its changes do."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from tests.forecast.made import evidence, random_rows
from vardflode.forecast.dimensions import BANDS
from vardflode.forecast.model import Model, make_model
from vardflode.forecast.scenarios import (
    AS_NOW,
    Scenario,
    ScenarioError,
    group_codes,
    load_scenarios,
    read_scenarios,
)
from vardflode.forecast.tables import scenario_tables
from vardflode.settings import PROJECT

GROUPS = ["ALM", "LK", "NA", "SJ", "SJG", "SPS"]
YEARS = range(2020, 2027)


def scenario(**changes: object) -> Scenario:
    return Scenario.model_validate({"namn": "x", "name": "x", **changes}, context={"groups": GROUPS})


@pytest.fixture(scope="module")
def model() -> Model:
    made = make_model(evidence(**random_rows(3)), YEARS[0], YEARS[-1])
    assert made
    return made


def supply(model: Model, of: Scenario) -> np.ndarray:
    return np.stack([year.supply[0] for year in model.supply(of)])


def test_the_file_of_the_project_can_be_used() -> None:
    found = load_scenarios(PROJECT / "scenarier.yml")
    assert next(iter(found)) == "reference"
    assert {"SPS", "SJG", "ALM", "FT"} <= set(group_codes())
    assert "SG" not in group_codes()


HEAD = "x:\n  namn: a\n  name: b\n"


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("- a", None, "expected scenarios"),
        ("a: [", None, "not readable as YAML"),
        ("x: {namn: a, name: b}\nx: {namn: a, name: b}", None, "is there twice"),
        ("y: {namn: a, name: b}\nx: {namn: a}", 2, "x.name: expected it, found nothing"),
        (HEAD + "  demnd: []", 4, "x.demnd: is not known here. The kinds of change are demand, shift"),
        (HEAD + "  hours:\n    - {groups: [SJ], change: 1}", 5, "x.hours.0.from: expected it, found nothing"),
        (HEAD + "  hours:\n    - {groups: [QQ], change: 1, from: 2025, to: 2025}", 5, "found QQ"),
        (HEAD + "  hours:\n    - {groups: [SJ], change: much, from: 2025, to: 2025}", 5, "found 'much'"),
        (HEAD + "  hours:\n    - {groups: [SJ], change: .nan, from: 2025, to: 2025}", 5, "found nan"),
        (HEAD + "  hours:\n    - {groups: [SJ], change: -2, from: 2025, to: 2025}", 5, "found -2"),
        (HEAD + "  hours:\n    - {groups: [SJ], change: 1, from: 2025, to: 2024}", 5, "to not before from"),
        (HEAD + "  hours:\n    - {groups: [], change: 1, from: 2025, to: 2025}", 5, "x.hours.0.groups"),
        (
            HEAD + "  demand:\n    - {groups: [SJ], sectors: [stad], change: 1, from: 2025, to: 2025}",
            5,
            "found 'stad'",
        ),
        (
            HEAD + "  activity:\n    - {groups: [SJ], bands: [60-], change: 1, from: 2025, to: 2025}",
            5,
            "found 60-",
        ),
        (
            HEAD
            + "  shift:\n    - {from_group: SJ, to_group: SJ, share: 0.1, exchange: 1, from: 2025, to: 2025}",
            5,
            "expected two groups",
        ),
        (
            HEAD
            + "  shift:\n    - {from_group: SJ, to_group: LK, share: 0.6, exchange: 1, from: 2025, to: 2025}\n"
            + "    - {from_group: SJ, to_group: NA, share: 0.6, exchange: 1, from: 2025, to: 2025}",
            4,
            "at most 1 together, found 1.2 from SJ",
        ),
        (
            "reference:\n  namn: a\n  name: b\n  lag:\n    - {groups: [SJ], change: 1, from: 2025, to: 2025}",
            1,
            "expected no changes",
        ),
    ],
)
def test_a_mistake_is_told_with_its_line(text: str, line: int | None, said: str) -> None:
    with pytest.raises(ScenarioError) as error:
        read_scenarios(text, GROUPS, "plan.yml")
    assert said in str(error.value)
    assert str(error.value).startswith(f"plan.yml, line {line}:" if line else "plan.yml")


def test_a_change_grows_from_nothing_to_the_whole() -> None:
    of = scenario(hours=[{"groups": ["SJ"], "change": 0.3, "from": 2022, "to": 2024}])
    # (t - from + 1) / (to - from + 1): 2021 nothing, 2022 a third, 2024 and after all of it.
    assert of.factors("hours", "SJ", range(2021, 2026)) == pytest.approx([1, 1.1, 1.2, 1.3, 1.3])
    assert of.factors("hours", "LK", [2025]) == pytest.approx([1])


def test_changes_of_one_kind_to_one_group_multiply() -> None:
    change = {"groups": ["SJ"], "change": 0.5, "from": 2021, "to": 2021}
    assert scenario(lag=[change, change]).factors("lag", "SJ", [2021]) == pytest.approx([2.25])


@pytest.mark.parametrize("kind", ["beginners", "new_foreign", "lag"])
def test_scenarios_that_undo_each_other_change_nothing(model: Model, kind: str) -> None:
    at = {"groups": ["SJ", "LK"], "from": 2021, "to": 2021}
    undone = scenario(**{kind: [{**at, "change": 1.0}, {**at, "change": -0.5}]})
    assert supply(model, undone) == pytest.approx(supply(model, AS_NOW), rel=1e-12)


@pytest.mark.parametrize("kind", ["beginners", "new_foreign"])
def test_supply_is_linear_in_who_comes(model: Model, kind: str) -> None:
    def more(by: float) -> np.ndarray:
        of = scenario(**{kind: [{"groups": ["SJ"], "change": by, "from": 2021, "to": 2021}]})
        return supply(model, of) - supply(model, AS_NOW)

    assert more(0.5).any()
    assert more(1.0) == pytest.approx(2 * more(0.5), rel=1e-9, abs=1e-9)


def test_a_group_that_is_not_named_is_as_before(model: Model) -> None:
    of = scenario(beginners=[{"groups": ["SJ"], "change": 1, "from": 2020, "to": 2020}])
    changed = (supply(model, of) != supply(model, AS_NOW)).any(axis=(0, 2))
    assert [group for group, moved in zip(GROUPS, changed, strict=True) if moved] == ["SJ"]


def test_who_specialises_beyond_the_baseline_leaves_the_nurses_at_the_same_place(model: Model) -> None:
    of = scenario(specialise=[{"change": 0.5, "from": 2020, "to": 2020}])
    stocks = [np.stack([y.stock[0] for y in model.supply(s)]) for s in (AS_NOW, of)]
    flows = list(model.supply(of))
    base = list(model.supply(AS_NOW))
    there, here = GROUPS.index("SPS"), GROUPS.index("SJG")
    for with_, without in zip(flows, base, strict=True):
        more = with_.flows["new_education"][0, there] - without.flows["new_education"][0, there]
        # Not more than there are can leave.
        assert (with_.flows["specialised"][0, here] <= more + 1e-9).all()
        assert not with_.flows["specialised"][0, [g for g in range(len(GROUPS)) if g != here]].any()
    assert (stocks[1][:, there] >= stocks[0][:, there]).all()
    assert (stocks[1][:, here] <= stocks[0][:, here] + 1e-9).all()
    assert (stocks[1] >= 0).all()


def test_activity_is_at_most_one(model: Model) -> None:
    change = {"groups": GROUPS, "bands": list(BANDS), "change": 100, "from": 2021, "to": 2021}
    last = list(model.supply(scenario(activity=[change])))[-1]
    assert (last.supply <= last.stock * model.rates.factor * (1 + 1e-12)).all()


def test_demand_moves_within_the_sector_all_shifts_at_once(model: Model) -> None:
    at = {"from": 2021, "to": 2021}
    tables = scenario_tables(
        model.evidence,
        YEARS[-1] - YEARS[0],
        {
            "reference": AS_NOW,
            "both": scenario(
                shift=[
                    {"from_group": "SJ", "to_group": "LK", "share": 0.5, "exchange": 2, **at},
                    {"from_group": "LK", "to_group": "NA", "share": 0.1, "exchange": 1, **at},
                ]
            ),
        },
    )
    demand = tables["forecast_demand"].pivot(
        "scenario", index=["group_code", "area", "year", "sector"], values="demand"
    )
    now, later = demand.filter(pl.col("year") == 2020), demand.filter(pl.col("year") == 2023)
    assert (now["reference"] == now["both"]).all()
    by_group = {g: later.filter(group_code=g).sort("area", "sector") for g in ("SJ", "LK", "NA")}
    before = {g: frame["reference"].to_numpy() for g, frame in by_group.items()}
    after = {g: frame["both"].to_numpy() for g, frame in by_group.items()}
    assert after["SJ"] == pytest.approx(before["SJ"] * 0.5)
    # What comes from SJ does not move on to NA: all shifts are of the demand before any.
    assert after["LK"] == pytest.approx(before["LK"] * 0.9 + before["SJ"] * 0.5 * 2)
    assert after["NA"] == pytest.approx(before["NA"] + before["LK"] * 0.1)


def test_hours_change_full_time_posts_only(model: Model) -> None:
    of = scenario(hours=[{"groups": ["SJ"], "change": 0.25, "from": 2021, "to": 2021}])
    for with_, without in zip(model.supply(of), model.supply(AS_NOW), strict=True):
        sj = GROUPS.index("SJ")
        assert (with_.supply == without.supply).all()
        assert with_.supply_fte[0, sj] == pytest.approx(without.supply_fte[0, sj] * 1.25)
