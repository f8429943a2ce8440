"""Countries that lack something: the arrays against loops over single numbers, and what is then told."""

from __future__ import annotations

import polars as pl
import pytest

from tests.forecast.made import evidence, random_rows
from tests.forecast.test_against_plain import agree
from vardflode.forecast.model import make_model
from vardflode.forecast.scenarios import AS_NOW
from vardflode.forecast.tables import scenario_tables

LAST, AHEAD = 2020, 4
HOME = {"A": "1", "B": "6"}


def told(rows: dict) -> dict[str, pl.DataFrame]:
    return scenario_tables(evidence(**rows), AHEAD, {"reference": AS_NOW})


def both(rows: dict) -> dict[str, pl.DataFrame]:
    """The tables, after the arrays were held against the loops."""
    agree(rows, LAST, LAST + AHEAD - 1, in_force=True)
    return told(rows)


@pytest.mark.parametrize("seed", [21, 22])
def test_a_region_without_an_institution(seed: int) -> None:
    rows = random_rows(seed)
    rows["beginners"] = [r for r in rows["beginners"] if r[3] != "B" and r[4] != HOME["B"]]
    rows["entries"] = [r for r in rows["entries"] if r[4] != HOME["B"]]
    rows["plans"] = [r for r in rows["plans"] if r[1] != "B"]
    flows = both(rows)["forecast_flows"].filter(flow="new_education", area=HOME["B"])
    # Those who live there have studied elsewhere.
    assert flows["persons"].sum() > 0


def test_a_profession_without_a_way_in() -> None:
    found = both(random_rows(23))
    flows = found["forecast_flows"].filter(group_code="NA", flow="new_education")
    assert flows.height
    assert (flows["persons"] == 0).all()
    assert "NA" not in found["forecast_intake"]["group_code"]
    assert found["forecast"].filter(group_code="NA")["stock"].sum() > 0


@pytest.mark.parametrize("group", ["NA", "SJ"])
def test_a_group_of_three_persons(group: str) -> None:
    rows = random_rows(24)
    years = [year for year, _, _ in rows["years"]]
    rows["stock"] = [r for r in rows["stock"] if r[0] != group]
    rows["stock"] += [
        (group, y, "2", 33, "1", "1" if y + 1 in years else None, 3, 3 if y == LAST else 2) for y in years
    ]
    rows["workers"] = [r for r in rows["workers"] if r[0] != group] + [(group, LAST, "01", "1", "region", 3)]
    here = both(rows)["forecast"].filter(group_code=group, area="1")
    assert here.filter(year=LAST)["supply"].to_list() == [3]
    assert not here["reliable"].any()
    assert here["supply"].is_finite().all()


@pytest.mark.parametrize("missing", [LAST - 1, LAST - 3])
def test_a_year_of_residence_that_is_missing_in_the_window(missing: int) -> None:
    rows = random_rows(25)
    years = [y for y in range(LAST - 8, LAST + 1) if y != missing]
    rows["years"] = [(y, True, y + 1 in years) for y in years]
    # Of the year before it nobody knows where people lived a year later.
    rows["stock"] = [
        (*r[:5], None if r[1] + 1 == missing else r[5], *r[6:]) for r in rows["stock"] if r[1] != missing
    ]
    observed = both(rows)["forecast"].filter("observed")
    assert missing not in observed["year"]
    model = make_model(evidence(**rows), LAST, LAST + 1)
    assert model is not None


def test_plans_for_one_academic_year_only_hold() -> None:
    rows = random_rows(26)
    rows["plans"] = [("SJ", "A", LAST + 1, 70)]
    both(rows)
    model = make_model(evidence(**rows), LAST, LAST + AHEAD)
    assert model is not None
    cohorts = model.beginners(AS_NOW)[LAST - model.cohorts.first :, model.groups.index("SJ")].sum(axis=(1, 2))
    # The year before it has none and is as of late; the years after it are as it is.
    assert cohorts[1:] == pytest.approx(cohorts[1])
    assert cohorts[0] != pytest.approx(cohorts[1])


def test_an_origin_in_the_middle_of_a_series_break() -> None:
    """Employment that is counted in a new way from the last year on: the forecast starts from the new level."""
    years = range(LAST - 6, LAST + 1)
    rows = random_rows(27)
    rows["years"] = [(y, True, y < LAST) for y in years]
    rows["stock"] = [
        ("LK", y, "2", 40, "1", "1" if y < LAST else None, 1000, 800 if y == LAST else 500) for y in years
    ]
    for name in ("beginners", "entries", "newcomers", "plans"):
        rows[name] = []
    here = both(rows)["forecast"].filter(group_code="LK", area="1")
    assert here.filter(year=LAST)["supply"].to_list() == [800]
    # Nobody leaves at these ages here: four of five still work, though a mean of five years would say less.
    assert here.filter(year=LAST + 1)["supply"].to_list() == pytest.approx([800])


def test_a_country_to_whose_registers_nobody_is_born() -> None:
    rows = random_rows(28)
    for name in ("beginners", "entries", "newcomers", "plans"):
        rows[name] = []
    found = both(rows)
    came = found["forecast_flows"].filter(pl.col("flow").is_in(["new_education", "new_foreign", "other_in"]))
    assert (came["persons"] == 0).all()
    nation = found["forecast"].filter(pl.col("area") == "00", pl.col("year") >= LAST)
    for _, stock in nation.sort("year").group_by("group_code"):
        assert (stock["stock"].diff().drop_nulls() <= 1e-9).all()
    assert set(found["forecast_intake"]["status"]) == {"not_applicable"}


def test_a_survey_that_half_the_counties_answered_and_one_that_nobody_did() -> None:
    """Where an area is not known the nation's gap is not told, but its demand is."""
    rows = random_rows(29)
    rows["base_gap"] = [(g, area, 0.0, 0.05, 0.1) for g in ("SJ", "LK") for area in "123"]
    found = both(rows)["forecast"].filter(pl.col("year") == LAST)
    for group in ("SJ", "LK"):
        gaps = dict(found.filter(group_code=group).select("area", "gap").iter_rows())
        assert gaps["00"] is None
        assert all((gaps[area] is None) == (area not in "123") for area in "123456")
    assert found["demand"].null_count() == 0
