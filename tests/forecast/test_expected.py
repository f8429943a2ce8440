"""The tables of forecast and planning against those that were worked out beside the project, where they lie."""

from __future__ import annotations

import contextlib
from pathlib import Path

import duckdb
import polars as pl
import polars.selectors as cs

from tests.marts import build_marts
from vardflode.settings import PROJECT, Settings

SHARED = PROJECT.parent / "shared"
KEYS = {
    "forecast": ["group_code", "area", "scenario", "year"],
    "forecast_flows": ["group_code", "area", "scenario", "year", "flow"],
    "forecast_demand": ["group_code", "area", "scenario", "year", "sector"],
    "forecast_intake": ["group_code", "scenario", "target_year"],
    "forecast_backtest": ["group_code", "area", "origin", "horizon"],
    "graduate_forecast": ["degree_code", "institution", "year"],
    "licensed_workforce": ["year", "level", "area", "group_code", "breakdown", "breakdown_value"],
    "workplace": ["year", "level", "area", "group_code", "sector"],
    "demand_indicators": ["year", "level", "area", "group_code", "indicator"],
    "st_training": ["year", "level", "area", "specialty"],
    "specialist_certificates": ["year", "specialty"],
    "physician_path": ["cohort_year", "step", "years"],
    "career_moves": ["from_year", "years", "group_code", "from_sector", "state"],
    "region_survey": ["year", "county", "profession_code", "experience"],
    "region_survey_summary": ["year", "level", "area", "profession_code", "experience"],
    "hired_staff": ["year", "level", "area", "staff_group"],
    "sick_leave": ["year", "level", "area", "staff_group"],
    "paid_training": ["year", "level", "area", "form"],
    "colonoscopy_forecast": ["year", "level", "area", "component"],
    "capacity_help": ["year", "month", "from_unit", "to_unit"],
    "capacity_balance": ["year", "month", "unit"],
    "plan_followup": ["year", "measure"],
    # Of open data.
    "occupation_density": ["year", "area", "ssyk2012", "sex"],
    "care_demand": ["year", "care_area"],
}


if SHARED.is_dir():

    def test_every_table_equals_what_is_expected(data: Path, tmp_path: Path) -> None:
        raw = tmp_path / "raw"
        raw.mkdir()
        for register in (SHARED / "extracts").glob("[po]*/*"):
            (raw / register.name).symlink_to(register)
        build_marts(raw, tmp_path / "data", like=data)
        settings = Settings(data=tmp_path / "data")
        with contextlib.closing(duckdb.connect(str(settings.candidate), read_only=True)) as con:
            for name, key in KEYS.items():
                (file,) = (SHARED / "expected").glob(f"*/{name}.parquet")
                expected = pl.read_parquet(file)
                expected = expected.with_columns(cs.integer().cast(pl.Int64))
                found = con.sql(f"from marts.{name}").pl().with_columns(cs.integer().cast(pl.Int64))
                both = expected.join(found, on=key, how="full", coalesce=True, suffix=" found")
                assert both.height == expected.height == found.height, name
                for column in set(expected.columns) - set(key):
                    mine = pl.col(f"{column} found")
                    if expected[column].dtype.is_float():
                        # The definitions ask for a relative 1e-6, and the files show six decimals.
                        near = (pl.col(column) - mine).abs() <= 1e-6 * pl.col(column).abs() + 1e-6
                        same = near | (pl.col(column).is_null() & mine.is_null())
                    else:
                        same = pl.col(column).eq_missing(mine)
                    wrong = both.filter(~same.fill_null(value=False))
                    assert wrong.is_empty(), (name, column, wrong.select(*key, column, mine).head(5))
