"""Assets: dbt's models and tests, the expectations, and the warehouse that they end in."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import dagster as dg
import duckdb
from dagster_dbt import DagsterDbtTranslator, DbtProject, dbt_assets

from dagster_project.deliveries import table_key
from dagster_project.resources import Build
from vardflode.analysts.dress import dress_warehouse
from vardflode.common.fingerprint import recipe_fingerprint
from vardflode.common.progress import progress
from vardflode.deliveries.contract import Contract
from vardflode.deliveries.survey import in_force, is_made_up, last_year, read_survey
from vardflode.expectations.run import Result
from vardflode.expectations.suites import SuiteError
from vardflode.expectations.worker import judge_suites, nothing, suites_of
from vardflode.settings import Settings
from vardflode.warehouse.graph import in_order
from vardflode.warehouse.marking import describe_models
from vardflode.warehouse.models import NOT_IN_A_BUILD, ModelsError, NodeResult, run_models
from vardflode.warehouse.release import NotLinkedError, NotReleasedError, release
from vardflode.warehouse.reuse import to_build
from vardflode.warehouse.state import copy_in_force, read_state, read_state_in_force, write_state

UNIQUE_ID = "dagster_dbt/unique_id"
WAREHOUSE = dg.AssetKey(["warehouse"])
LINKING = "registers_link"


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

    def get_asset_check_spec(
        self,
        asset_spec: dg.AssetSpec,
        manifest: Mapping[str, Any],
        unique_id: str,
        project: DbtProject | None,
    ) -> dg.AssetCheckSpec | None:
        """A dbt test, with what its YAML says of it; Dagster looks for that elsewhere."""
        spec = super().get_asset_check_spec(asset_spec, manifest, unique_id, project)
        return spec and spec._replace(description=_description(manifest, manifest["nodes"][unique_id]))


def _description(manifest: Mapping[str, Any], test: Mapping[str, Any]) -> str:
    """What a dbt test says: what is written of it, or of its kind, with the columns that it is about."""
    kind = test.get("test_metadata")
    if test["description"] or not kind:
        return str(test["description"]).strip()
    of_the_kind = manifest["macros"].get(f"macro.vardflode.test_{kind['name']}", {}).get("description", "")
    return of_the_kind and f"{', '.join(kind['kwargs']['columns'])}: {of_the_kind}"


def model_assets(manifest: Mapping[str, Any]) -> dg.AssetsDefinition:
    """Every dbt model, seed and test in one step; any part of it can be run alone."""

    @dbt_assets(manifest=manifest, dagster_dbt_translator=Translator(), name="models", exclude=NOT_IN_A_BUILD)
    def models(context: dg.AssetExecutionContext, build: Build) -> Iterator[object]:
        settings = build.settings()
        keys = {spec.metadata[UNIQUE_ID]: spec.key for spec in models.specs}
        checks = {spec.metadata[UNIQUE_ID]: spec.key for spec in models.check_specs if spec.metadata}
        if context.is_subset:
            copy_in_force(settings)
            chosen = {id_ for id_, key in keys.items() if key in context.selected_asset_keys}
            chosen |= {id_ for id_, key in checks.items() if key in context.selected_asset_check_keys}
        else:
            chosen = to_build(settings, keys)
        progress.info("building models: %s of %s", len(chosen & set(keys)), len(keys))
        select = [_selector(manifest, id_) for id_ in sorted(chosen)] if chosen != set(keys) else []
        try:
            results = run_models(settings, select) if chosen else []
        except ModelsError as error:
            raise dg.Failure(description=str(error)) from None
        broken = [result for result in results if not result.is_good and result.status != "skipped"]
        describe_models(settings, manifest)
        if not broken:
            dress_warehouse(settings)
        state = read_state(settings)
        state.record_models(results, recipe_fingerprint(settings))
        write_state(settings, state)
        done = {result.unique_id for result in results}
        unchanged = [] if context.is_subset else [r for r in state.results() if r.unique_id not in done]
        order = {id_: position for position, id_ in enumerate(in_order(manifest))}
        # Dagster wants what is read before what reads it; tests last.
        for result in sorted([*results, *unchanged], key=lambda r: order.get(r.unique_id, len(order))):
            yield from _events(context, result, keys, checks, unchanged=result.unique_id not in done)
        if broken:
            raise dg.Failure(description="\n".join(f"{r.name}: {r.message}" for r in broken))

    return models


def _selector(manifest: Mapping[str, Any], unique_id: str) -> str:
    return f"fqn:{'.'.join(manifest['nodes'][unique_id]['fqn'])}"


def _events(
    context: dg.AssetExecutionContext,
    result: NodeResult,
    keys: Mapping[str, dg.AssetKey],
    checks: Mapping[str, dg.AssetCheckKey],
    *,
    unchanged: bool,
) -> Iterator[object]:
    key = keys.get(result.unique_id)
    if key in context.selected_asset_keys and result.status == "success":
        yield dg.MaterializeResult(
            key, metadata={"unchanged": unchanged, "seconds": round(result.seconds, 2)}
        )
    check = checks.get(result.unique_id)
    if check and check in context.selected_asset_check_keys and result.status != "skipped":
        severity = dg.AssetCheckSeverity.WARN if result.status == "warn" else dg.AssetCheckSeverity.ERROR
        yield dg.AssetCheckResult(
            passed=result.status == "pass",
            asset_key=check.asset_key,
            check_name=check.name,
            severity=severity,
            metadata={
                "found": result.message or "nothing wrong",
                "rows": result.failures,
                "unchanged": unchanged,
            },
        )


def expectation_checks(
    layer: str,
    contract: Contract,
    connect: Callable[[Settings], duckdb.DuckDBPyConnection],
    meanwhile: Callable[[Build], None] | None = None,
) -> dg.AssetChecksDefinition:
    """The suites of a layer as asset checks on what `connect` opens, one a table and severity.

    `meanwhile` is done while another process judges, in a build of everything.

    Critical ones block. One check an expectation would be clearer still, but each costs several writes in
    Dagster's log, and there are hundreds.
    """
    suites = suites_of(layer)
    tables = {f"delivered.{t.register}_{t.name}": table_key(t.register, t.name) for t in contract.tables}
    keys = {suite.table: tables.get(suite.table, dg.AssetKey(suite.table.split("."))) for suite in suites}
    groups = sorted({(suite.table, e.severity) for suite in suites for e in suite.expectations})

    @dg.multi_asset_check(
        name=f"{layer}_expectations",
        can_subset=True,
        specs=[
            dg.AssetCheckSpec(
                f"expectations_{severity}",
                asset=keys[table],
                blocking=severity == "critical",
                description=_SEVERITIES[severity],
            )
            for table, severity in groups
        ],
    )
    def checks(context: dg.AssetCheckExecutionContext, build: Build) -> Iterator[object]:
        settings = build.settings()
        progress.info("checking %s expectations", sum(len(suite.expectations) for suite in suites))
        before = read_state_in_force(settings)
        known = list(before.expectations.values()) if before else []
        try:
            also = partial(meanwhile, build) if meanwhile and _is_whole(context.run) else nothing
            results = judge_suites(connect, settings, layer, known, also)
        except SuiteError as error:
            raise dg.Failure(description=str(error)) from None
        state = read_state(settings)
        state.record_expectations(results)
        write_state(settings, state)
        outcomes = read_survey(settings.data, contract)
        made_up = is_made_up(outcomes, in_force(outcomes, contract.tables, settings.rows))
        state.write_page(settings.expectations_page, made_up=made_up, last_year=last_year(outcomes))
        for table, severity in groups:
            mine = [result for result in results if (result.table, result.severity) == (table, severity)]
            checked = _expected(mine, keys[table], severity)
            if dg.AssetCheckKey(keys[table], str(checked.check_name)) in context.selected_asset_check_keys:
                yield checked

    return checks


def _is_whole(run: dg.DagsterRun) -> bool:
    """Whether a run builds everything, not a check or a part that is run again alone."""
    steps = run.step_keys_to_execute
    return run.asset_selection is None and (steps is None or {"candidate", "models"} <= set(steps))


_SEVERITIES = {
    "critical": "What cannot be true whatever the data: stops the build.",
    "warning": "What is worth a look: distributions, volumes, shares in known intervals.",
}


def _expected(results: Sequence[Result], key: dg.AssetKey, severity: str) -> dg.AssetCheckResult:
    failed = [result for result in results if not result.passed]
    lines = [f"| {r.name} | {r.observed} | {r.means_sv} / {r.means_en} |" for r in failed]
    table = "\n".join(["| expectation | found | means |", "|---|---|---|", *lines])
    return dg.AssetCheckResult(
        passed=not failed,
        asset_key=key,
        check_name=f"expectations_{severity}",
        severity=dg.AssetCheckSeverity.ERROR if severity == "critical" else dg.AssetCheckSeverity.WARN,
        metadata={
            "passed": f"{sum(r.passed and not r.is_empty for r in results)} of {len(results)}",
            "nothing to judge": ", ".join(r.name for r in results if r.is_empty) or "none",
            "names": ", ".join(result.name for result in results),
            "failed": dg.MetadataValue.md(table if failed else "none"),
        },
    )


def warehouse_asset(manifest: Mapping[str, Any], models: dg.AssetsDefinition) -> dg.AssetsDefinition:
    """The warehouse in force: the candidate, swapped in when everything before it is right."""
    nodes = [id_ for id_, node in manifest["nodes"].items() if node["resource_type"] in ("model", "seed")]

    @dg.asset(
        key=WAREHOUSE,
        deps=sorted(models.keys),
        group_name="warehouse",
        kinds={"duckdb"},
        check_specs=[
            dg.AssetCheckSpec(
                LINKING,
                asset=WAREHOUSE,
                description=(
                    "The registers are about the same persons: no share in `quality.linking` is below its "
                    "floor, or has fallen from the warehouse in force. If not, that one stays."
                ),
            )
        ],
        description="`<data>/warehouse.duckdb`: restricted. Swapped in when every blocking check has passed.",
    )
    def warehouse(build: Build) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
        settings = build.settings()
        progress.info("taking the new warehouse into force")
        try:
            summary = release(settings, nodes)
        except NotReleasedError as error:
            if isinstance(error, NotLinkedError):
                yield dg.AssetCheckResult(passed=False, check_name=LINKING, metadata={"found": str(error)})
            raise dg.Failure(description=str(error)) from None
        yield dg.MaterializeResult(
            metadata={
                "path": str(settings.warehouse),
                "tables": summary["tables"],
                "made_up": summary["made_up"],
            },
            check_results=[dg.AssetCheckResult(passed=True, check_name=LINKING)],
        )

    return warehouse
