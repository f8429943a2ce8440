"""Build the models from deliveries in this process, without Dagster and dbt: what many tests compare."""

from __future__ import annotations

import contextlib
import hashlib
import json
import runpy
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa

from vardflode.common.parquet import file_sql
from vardflode.deliveries.contract import load_contract
from vardflode.deliveries.survey import person_register, read_survey, survey_register
from vardflode.settings import PROJECT, Settings
from vardflode.warehouse.candidate import prepare_candidate
from vardflode.warehouse.graph import in_order
from vardflode.warehouse.models import NodeResult
from vardflode.warehouse.state import read_state_in_force

MARTS = (
    "flow_measures",
    "applicants",
    "mobility",
    "specialisation",
    "specialisation_county",
    "colonoscopy",
    "staff_density",
    *("region_survey", "region_survey_summary", "hired_staff", "sick_leave", "paid_training"),
    *("capacity_help", "capacity_balance", "plan_followup"),
)
LAYERS = ("kodverk", "intermediate", "counts", "marts", "quality")


def tables(path: Path) -> dict[str, pa.Table]:
    """Every table of a warehouse: marts and quality in the order in which they lie, persons sorted."""
    with contextlib.closing(duckdb.connect(str(path), read_only=True)) as con:
        names = con.sql(
            f"select schema_name, table_name from duckdb_tables() where schema_name in {LAYERS} order by all"
        ).fetchall()
        found = {}
        for schema, name in names:
            order = "order by all" if schema == "intermediate" else ""
            found[f"{schema}.{name}"] = con.sql(f"from {schema}.{name} {order}").to_arrow_table()
        return found


def run_compiled(settings: Settings, like: Path, chosen: Iterable[str] | None = None) -> list[NodeResult]:
    """What `run_models` makes in the candidate, of the SQL that dbt compiled for another warehouse.

    dbt's own work for each model takes eight times as long as the model of a small country. What it compiles
    hangs on the code alone, so that all that is left to see is the SQL (`test_rebuild` holds both against each
    other: the SQL for two countries, and the tables).

    Args:
        settings: where the candidate lies.
        like: the data folder of a warehouse in force, built by the command from the same code.
        chosen: ids of models and code lists; without them all.
    """
    built = Settings(data=like)
    (parsed,) = like.glob("dbt/*/manifest.json")
    state, project = read_state_in_force(built), json.loads(parsed.read_text("utf-8"))
    assert state is not None
    results = []
    with contextlib.closing(duckdb.connect(str(settings.candidate))) as con:
        con.execute(f"attach '{built.warehouse}' as built (read_only)")
        for schema in ("staging", *LAYERS):
            con.execute(f"create schema if not exists {schema}")
        for id_ in in_order(project):
            if chosen is not None and id_ not in chosen:
                continue
            node, sql = project["nodes"][id_], state.sql[id_]
            name = f"{node['schema']}.{node['name']}"
            kind = "view" if node["config"]["materialized"] == "view" else "table"
            if kind == "view":
                con.execute(f"create or replace view {name} as {sql}")
            elif node.get("language") == "python":
                con.register("stacked", _run_python(con, node, project))
                con.execute(f"create or replace table {name} as from stacked")
            else:  # with the columns of its contract, in their order
                con.execute(f"create or replace table {name} as from built.{name} limit 0")
                con.execute(f"insert into {name} by name {sql}" if sql else _copy(name, node))
            results.append(
                NodeResult(id_, node["name"], is_test=False, status="success", message="", sql=sql)
            )
    return results


# What models in Python gave in this process, by a checksum of the rows that they read.
_GAVE: dict[str, Any] = {}


def _run_python(con: duckdb.DuckDBPyConnection, node: Mapping[str, Any], project: Mapping[str, Any]) -> Any:
    """What a model in Python gives; of the same rows, in the same order, it is worked out once."""
    nodes = {**project["nodes"], **project["sources"]}
    names = {
        nodes[id_]["name"]: f"{nodes[id_]['schema']}.{nodes[id_]['name']}"
        for id_ in sorted(node["depends_on"]["nodes"])
    }
    read = hashlib.sha256(node["name"].encode())
    for name in names.values():
        read.update(con.sql(f"from {name}").pl().write_ipc(None, compression="uncompressed").getbuffer())
    if (key := read.hexdigest()) not in _GAVE:
        model = runpy.run_path(str(PROJECT / "dbt" / node["original_file_path"]))["model"]
        relations = SimpleNamespace(
            ref=lambda name: con.sql(f"from {names[name]}"),
            source=lambda of, name: con.sql(f"from {names[name]}"),
        )
        _GAVE[key] = model(relations, con)
    return _GAVE[key]


def _copy(name: str, node: Mapping[str, Any]) -> str:
    """A code list, of the project that this is run in."""
    path = PROJECT / "dbt" / node["original_file_path"]
    return f"copy {name} from {file_sql(path)} (format csv, header true, delimiter ';')"


def deliver(settings: Settings) -> None:
    """Deliveries → a candidate with the schema `delivered`."""
    contract = load_contract()
    first = person_register(contract)
    for register in sorted(contract.registers.values(), key=lambda register: register.name != first):
        survey_register(settings.raw, settings.data, register, contract, {})
    prepare_candidate(settings, read_survey(settings.data, contract), contract)


def build_marts(raw: Path, data: Path, like: Path) -> dict[str, pl.DataFrame]:
    """Deliveries → marts: the same SQL as a build, without the checks and the swap.

    Args:
        raw: the deliveries.
        data: a new data folder.
        like: as `run_compiled` has it.
    """
    settings = Settings(raw=raw, data=data)
    deliver(settings)
    run_compiled(settings, like)
    return read_marts(settings.candidate)


def read_marts(path: Path) -> dict[str, pl.DataFrame]:
    """Every mart of a warehouse file."""
    with contextlib.closing(duckdb.connect(str(path), read_only=True)) as con:
        return {name: con.sql(f"select * from marts.{name}").pl() for name in MARTS}
