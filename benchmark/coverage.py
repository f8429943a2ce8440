"""Do the forecast's intervals hold what comes? Measured on made-up countries whose later years are known.

    python -m benchmark.coverage [--countries 20] [--scale 0.05] [--work DIR]

Each country is made up to ten years after the deliveries that the forecast is made of, and cut there. The
forecast is that of a build: rates, draws, and the error of single persons as its own back-test measures it.
Prints how many of the rows (a group, an area and a year) lie inside their 80 % interval. What was worked out
of a country lies in `--work` and is not worked out again.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import pickle
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import polars as pl

from tests.marts import deliver, run_compiled
from vardflode.forecast.evidence import Evidence
from vardflode.forecast.scenarios import AS_NOW, REFERENCE
from vardflode.forecast.tables import forecast_tables
from vardflode.settings import Settings
from vardflode.synth import calibration, generate

LAST, AHEAD = 2025, 10


def main() -> None:
    """Make the countries, forecast, and print what share of the outcomes the intervals held."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--countries", type=int, default=20)
    parser.add_argument("--scale", type=float, default=0.05)
    parser.add_argument("--work", type=Path, default=Path("coverage"))
    asked = parser.parse_args()
    asked.work.mkdir(parents=True, exist_ok=True)
    calibration.HORIZON = LAST + AHEAD  # one country, cut at two years
    like = _compiled(asked.work)
    countries = []
    for seed in range(1, asked.countries + 1):
        evidence, came = _country(asked.work, like, asked.scale, seed)
        told = forecast_tables(evidence, AHEAD, {REFERENCE: AS_NOW})["forecast"].filter(~pl.col("observed"))
        both = told.join(came, on=["group_code", "area", "year"])
        countries.append(both.with_columns(country=pl.lit(seed)))
        print(f"country {seed}", file=sys.stderr)
    rows = pl.concat(countries).with_columns(
        inside=(pl.col("came") >= pl.col("supply_low")) & (pl.col("came") <= pl.col("supply_high")),
        ahead=pl.col("year") - LAST,
        nation=pl.col("area") == "00",
    )
    held = (100 * pl.col("inside").mean()).round(1).alias("held_pct")
    reliable = rows.filter("reliable")
    with pl.Config(tbl_rows=50, tbl_hide_dataframe_shape=True):
        print(reliable.select(held, pl.len().alias("rows")), rows.select(held.alias("all_rows_pct")))
        for by in ("nation", "ahead", "group_code"):
            print(reliable.group_by(by).agg(held, pl.len().alias("rows")).sort(by))
        of_country = reliable.group_by("country").agg(held)["held_pct"]
        print(f"by country: {min(of_country.to_list())} to {max(of_country.to_list())}")


def _compiled(work: Path) -> Path:
    """A very small warehouse, built by the command: the SQL that the countries are built with."""
    folder = work / "like"
    if not (folder / "data" / "warehouse.duckdb").is_file():
        generate(folder / "raw", scale=0.001, seed=1)
        command = [str(Path(sys.executable).with_name("vardflode")), "build"]
        command += ["--raw", str(folder / "raw"), "--data", str(folder / "data")]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return folder / "data"


def _country(work: Path, like: Path, scale: float, seed: int) -> tuple[Evidence, pl.DataFrame]:
    """What was known in `LAST`, and how many were in the profession in the years after (`came`)."""
    kept = work / f"{seed}.pickle"
    if not kept.is_file():
        known = _built(work / "cut", like, scale, seed, LAST)
        stock = _built(work / "whole", like, scale, seed, LAST + AHEAD).stock.filter(pl.col("year") > LAST)
        by_area = stock.group_by("group_code", "area", "year").agg(came=pl.col("in_profession").sum())
        nation = by_area.group_by("group_code", "year").agg(pl.col("came").sum(), area=pl.lit("00"))
        came = pl.concat([by_area, nation.select(by_area.columns)])
        kept.write_bytes(pickle.dumps((known, came)))
    return pickle.loads(kept.read_bytes())


def _built(folder: Path, like: Path, scale: float, seed: int, last_year: int) -> Evidence:
    """What a build of a country knows; nothing of it is kept."""
    generate(folder / "raw", scale=scale, seed=seed, last_year=last_year)
    settings = Settings(raw=folder / "raw", data=folder / "data")
    deliver(settings)
    (parsed,) = like.glob("dbt/*/manifest.json")
    project = json.loads(parsed.read_text("utf-8"))
    needed, wanted = set(), ["model.vardflode.int_forecast_tables"]
    while wanted:
        needed.add(id_ := wanted.pop())
        wanted += [i for i in project["nodes"][id_]["depends_on"].get("nodes", []) if i in project["nodes"]]
    needed.discard("model.vardflode.int_forecast_tables")
    run_compiled(settings, like, needed)
    with contextlib.closing(duckdb.connect(str(settings.candidate), read_only=True)) as con:
        evidence = Evidence.read(con)
    shutil.rmtree(folder)
    return evidence


if __name__ == "__main__":
    main()
