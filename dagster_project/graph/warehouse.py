"""Assets: dbt's models and tests, the expectations, and the warehouse that they end in."""

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import dagster as dg
import duckdb
from dagster_dbt import DagsterDbtTranslator, dbt_assets

from dagster_project.deliveries.contract import Contract, load_contract
from dagster_project.deliveries.survey import read_survey
from dagster_project.expectations.suites import Suite
from dagster_project.graph.deliveries import table_key
from dagster_project.graph.resources import Build
from dagster_project.progress import progress
from dagster_project.settings import Settings
from dagster_project.warehouse.candidate import create_delivered
from dagster_project.warehouse.models import NOT_IN_A_BUILD, ModelsError, NodeResult, run_models
from dagster_project.warehouse.release import NotReleasedError, release
from dagster_project.warehouse.state import copy_in_force, read_state, write_state

UNIQUE_ID = "dagster_dbt/unique_id"


class Translator(DagsterDbtTranslator):
    """Asset keys as the warehouse names things: layer and name; a source is the delivered table."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """`delivered/<register>/<table>` for a source, else `<schema>/<name>`."""
        meta = dbt_resource_props.get("meta", {})
        if "register" in meta:
            return table_key(meta["register"], meta["table"])
        if dbt_resource_props["resource_type"] == "source":
            return dg.AssetKey(["delivered", dbt_resource_props["name"]])
        return dg.AssetKey([dbt_resource_props["schema"], dbt_resource_props["name"]])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """The layer."""
        return str(dbt_resource_props["schema"])


def model_assets(manifest: Mapping[str, Any]) -> dg.AssetsDefinition:
    """Every dbt model, seed and test in one step; any part of it can be run alone."""

    @dbt_assets(manifest=manifest, dagster_dbt_translator=Translator(), name="models", exclude=NOT_IN_A_BUILD)
    def models(context: dg.AssetExecutionContext, build: Build) -> Iterator[object]:
        settings = build.settings()
        keys = {spec.metadata[UNIQUE_ID]: spec.key for spec in models.specs}
        checks = {spec.metadata[UNIQUE_ID]: spec.key for spec in models.check_specs if spec.metadata}
        select: list[str] = []
        if context.is_subset:
            copy_in_force(settings)
            chosen = {id_ for id_, key in keys.items() if key in context.selected_asset_keys}
            chosen |= {id_ for id_, key in checks.items() if key in context.selected_asset_check_keys}
            select = [_selector(manifest, unique_id) for unique_id in sorted(chosen)]
        progress.info("building models")
        try:
            results = run_models(settings, select)
        except ModelsError as error:
            raise dg.Failure(description=str(error)) from None
        state = read_state(settings)
        state.record_models(results)
        write_state(settings, state)
        for result in results:
            yield from _events(context, result, keys, checks)
        if broken := [result for result in results if not result.is_good and result.status != "skipped"]:
            raise dg.Failure(description="\n".join(f"{r.name}: {r.message}" for r in broken))

    return models


def _selector(manifest: Mapping[str, Any], unique_id: str) -> str:
    return f"fqn:{'.'.join(manifest['nodes'][unique_id]['fqn'])}"


def _events(
    context: dg.AssetExecutionContext,
    result: NodeResult,
    keys: Mapping[str, dg.AssetKey],
    checks: Mapping[str, dg.AssetCheckKey],
) -> Iterator[object]:
    key = keys.get(result.unique_id)
    if key in context.selected_asset_keys and result.status == "success":
        yield dg.MaterializeResult(key, metadata={"seconds": round(result.seconds, 2)})
    check = checks.get(result.unique_id)
    if check and check in context.selected_asset_check_keys and result.status != "skipped":
        severity = dg.AssetCheckSeverity.WARN if result.status == "warn" else dg.AssetCheckSeverity.ERROR
        yield dg.AssetCheckResult(
            passed=result.status == "pass",
            asset_key=check.asset_key,
            check_name=check.name,
            severity=severity,
            metadata={"found": result.message or "nothing wrong", "rows": result.failures},
        )


def expectation_checks(
    name: str,
    suites: Sequence[Suite],
    contract: Contract,
    connect: Callable[[Settings], duckdb.DuckDBPyConnection],
) -> dg.AssetChecksDefinition:
    """The suites of one stage as asset checks on what `connect` opens; critical ones block."""
    tables = {f"delivered.{t.register}_{t.name}": table_key(t.register, t.name) for t in contract.tables}
    keys = {suite.table: tables.get(suite.table, dg.AssetKey(suite.table.split("."))) for suite in suites}

    @dg.multi_asset_check(
        name=name,
        specs=[
            dg.AssetCheckSpec(
                expectation.name,
                asset=keys[suite.table],
                blocking=expectation.severity == "critical",
                description=f"{expectation.means_sv} / {expectation.means_en}",
            )
            for suite in suites
            for expectation in suite.expectations
        ],
    )
    def checks(build: Build) -> Iterator[object]:
        from dagster_project.expectations.page import write_page
        from dagster_project.expectations.run import run_suites

        settings = build.settings()
        progress.info("checking %s expectations", sum(len(suite.expectations) for suite in suites))
        with contextlib.closing(connect(settings)) as con:
            results = run_suites(con, suites)
            last_year, made_up = con.sql(
                "select last_year, is_synthetic from delivered.reference"
            ).fetchall()[0]
        state = read_state(settings)
        state.record_expectations(results)
        write_state(settings, state)
        everything = sorted(state.expectations.values(), key=lambda result: result.table)
        write_page(everything, settings.expectations_page, made_up=made_up, last_year=last_year)
        for result in results:
            critical = result.severity == "critical"
            yield dg.AssetCheckResult(
                passed=result.passed,
                asset_key=keys[result.table],
                check_name=result.name,
                severity=dg.AssetCheckSeverity.ERROR if critical else dg.AssetCheckSeverity.WARN,
                metadata={"found": result.observed, "means": result.means_sv},
            )

    return checks


def delivered_database(settings: Settings) -> duckdb.DuckDBPyConnection:
    """The delivered rows by themselves: they are checked before a candidate begins."""
    con = duckdb.connect(config={"memory_limit": settings.memory, "threads": settings.cores})
    contract = load_contract()
    create_delivered(con, read_survey(settings.data, contract), contract, settings.rows)
    return con


def candidate_database(settings: Settings) -> duckdb.DuckDBPyConnection:
    """The candidate; where there is none, the warehouse in force (checks that are run again alone)."""
    path = settings.candidate if settings.candidate.is_file() else settings.warehouse
    return duckdb.connect(str(path), read_only=True)


def warehouse_asset(manifest: Mapping[str, Any], models: dg.AssetsDefinition) -> dg.AssetsDefinition:
    """The warehouse in force: the candidate, swapped in when everything before it is right."""
    nodes = [id_ for id_, node in manifest["nodes"].items() if node["resource_type"] in ("model", "seed")]

    @dg.asset(
        key=["warehouse"],
        deps=sorted(models.keys),
        group_name="warehouse",
        kinds={"duckdb"},
        description="`<data>/warehouse.duckdb`: restricted. Swapped in when every blocking check has passed.",
    )
    def warehouse(build: Build) -> dg.MaterializeResult:
        settings = build.settings()
        progress.info("taking the new warehouse into force")
        try:
            summary = release(settings, nodes)
        except NotReleasedError as error:
            raise dg.Failure(description=str(error)) from None
        return dg.MaterializeResult(
            metadata={
                "path": str(settings.warehouse),
                "tables": summary["tables"],
                "made_up": summary["made_up"],
            }
        )

    return warehouse
