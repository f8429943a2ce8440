"""Build the marts from deliveries in this process, without Dagster: what many tests compare."""

from __future__ import annotations

import contextlib
from pathlib import Path

import duckdb
import polars as pl

from vardflode.deliveries.contract import load_contract
from vardflode.deliveries.survey import person_register, read_survey, survey_register
from vardflode.settings import Settings
from vardflode.warehouse.candidate import prepare_candidate
from vardflode.warehouse.models import run_models

MARTS = (
    "flow_measures",
    "applicants",
    "mobility",
    "specialisation",
    "specialisation_county",
    "colonoscopy",
    "staff_density",
)
LAYERS = ("kodverk", "intermediate", "counts", "marts", "quality")


def tables(path: Path) -> dict[str, list[tuple]]:
    """Every table of a warehouse: marts and quality in the order in which they lie, persons sorted."""
    with contextlib.closing(duckdb.connect(str(path), read_only=True)) as con:
        names = con.sql(
            f"select schema_name, table_name from duckdb_tables() where schema_name in {LAYERS} order by all"
        ).fetchall()
        found = {}
        for schema, name in names:
            order = "order by all" if schema == "intermediate" else ""
            found[f"{schema}.{name}"] = con.sql(f"from {schema}.{name} {order}").fetchall()
        return found


def build_marts(raw: Path, data: Path) -> dict[str, pl.DataFrame]:
    """Deliveries → marts: the same code as a build, without the checks and the swap."""
    settings = Settings(raw=raw, data=data)
    contract = load_contract()
    first = person_register(contract)
    for register in sorted(contract.registers.values(), key=lambda register: register.name != first):
        survey_register(raw, data, register, contract, {})
    prepare_candidate(settings, read_survey(data, contract), contract)
    results = run_models(settings, ["resource_type:model", "resource_type:seed"])
    assert all(result.is_good for result in results), [r for r in results if not r.is_good]
    return read_marts(settings.candidate)


def read_marts(path: Path) -> dict[str, pl.DataFrame]:
    """Every mart of a warehouse file."""
    with contextlib.closing(duckdb.connect(str(path), read_only=True)) as con:
        return {name: con.sql(f"select * from marts.{name}").pl() for name in MARTS}
