"""Assets: every delivered table, a register at a time, and what became of the deliveries."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import dagster as dg

from dagster_project.resources import Build
from vardflode.common.fingerprint import inputs_fingerprint
from vardflode.common.progress import progress
from vardflode.deliveries.contract import Contract, Register
from vardflode.deliveries.intake import Outcome
from vardflode.deliveries.survey import person_register, read_contents, read_survey, survey_register
from vardflode.settings import Settings
from vardflode.warehouse.candidate import OVERVIEW
from vardflode.warehouse.linking import registers_missing
from vardflode.warehouse.reuse import begin_candidate

CHECK = "contract_kept"
# Who is dead, which rows of other registers are held against. An asset of its own, so that a blocking check
# on a delivered table stops the models and not the reading of the other registers.
DEATHS = dg.AssetKey(["delivered", "deaths"])


def table_key(register: str, table: str) -> dg.AssetKey:
    """Key of a delivered table."""
    return dg.AssetKey(["delivered", register, table])


def register_assets(register: Register, contract: Contract) -> dg.AssetsDefinition:
    """The tables of one register: read, checked against the contract, bad rows set aside."""
    persons = person_register(contract)
    dated = any(table.dead_after for table in register.tables.values())
    deps = [DEATHS] if dated and register.name != persons else []
    keys = {name: table_key(register.name, name) for name in register.tables}

    @dg.multi_asset(
        name=f"deliveries_{register.name}",
        # A part may be asked for alone; what is done is the same.
        can_subset=True,
        specs=[
            dg.AssetSpec(
                key,
                deps=deps,
                group_name="deliveries",
                kinds={"polars", "parquet"},
                description=f"{register.title}: {name}, as delivered by {register.publisher}; accepted rows.",
            )
            for name, key in keys.items()
        ]
        + [
            dg.AssetSpec(DEATHS, group_name="deliveries", description="Who is dead, by the persons in force.")
            for _ in range(register.name == persons)
        ],
        check_specs=[
            dg.AssetCheckSpec(
                CHECK,
                asset=key,
                description="No delivery of the register was rejected; every row is accounted for.",
            )
            for key in keys.values()
        ],
    )
    def take(context: dg.AssetExecutionContext, build: Build) -> Iterator[object]:
        settings = build.settings()
        progress.info("reading %s", register.name)
        outcomes = survey_register(
            settings.raw, settings.data, register, contract, settings.pin, settings.files_at_once
        )
        for name, key in keys.items():
            if key in context.selected_asset_keys:
                yield dg.MaterializeResult(key, metadata=_rows(outcomes, name))
            if dg.AssetCheckKey(key, CHECK) in context.selected_asset_check_keys:
                yield _checked(outcomes, name, key)
        if DEATHS in context.selected_asset_keys:
            yield dg.MaterializeResult(DEATHS)
        for outcome in outcomes:
            _tell(outcome)

    return take


def overview_assets(contract: Contract, manifest: Mapping[str, Any]) -> dg.AssetsDefinition:
    """The candidate's schema `delivered`: views over the rows in force, and the fate of each delivery."""
    tables = [table_key(table.register, table.name) for table in contract.tables]

    @dg.multi_asset(
        name="candidate",
        can_subset=True,
        specs=[
            dg.AssetSpec(
                ["delivered", name],
                deps=tables,
                group_name="deliveries",
                kinds={"duckdb"},
                description=manifest["sources"][f"source.vardflode.delivered.{name}"]["description"],
            )
            for name in OVERVIEW
        ],
    )
    def candidate(context: dg.AssetExecutionContext, build: Build) -> Iterator[object]:
        settings = build.settings()
        if missing := registers_missing(read_survey(settings.data, contract), contract, settings):
            raise dg.Failure(description=missing)
        begin_candidate(settings, contract, manifest, _fingerprint(settings, contract), build.laid_out)
        for key in sorted(context.selected_asset_keys):
            yield dg.MaterializeResult(key)

    return candidate


def lay_out_candidate_of(contract: Contract, manifest: Mapping[str, Any]) -> Callable[[Build], None]:
    """Lay out the candidate while the delivered rows are judged in the other process."""
    return lambda build: build.lay_out(contract, manifest, _fingerprint(build.settings(), contract))


def _fingerprint(settings: Settings, contract: Contract) -> str:
    """Of what was read, whatever lies in the raw folder since: the next build sees the difference."""
    return inputs_fingerprint(settings, read_contents(read_survey(settings.data, contract)))


def _rows(outcomes: list[Outcome], table: str) -> dict[str, int]:
    files = [file for o in outcomes for file in o.files if file.table == table]
    return {
        "deliveries": sum(table in o.tables() for o in outcomes),
        "rows_delivered": sum(file.delivered for file in files),
        "rows_accepted": sum(file.accepted for file in files),
        "rows_quarantined": sum(file.quarantined for file in files),
        "rows_exact_copy": sum(file.exact_copies for file in files),
    }


def _checked(outcomes: list[Outcome], table: str, key: dg.AssetKey) -> dg.AssetCheckResult:
    rejected = [o for o in outcomes if not o.accepted]
    rows = _rows(outcomes, table)
    whole = rows["rows_delivered"] == sum(
        rows[name] for name in ("rows_accepted", "rows_quarantined", "rows_exact_copy")
    )
    messages = {f"rejected {o.delivery}": o.message for o in rejected}
    # A rejected delivery does not stop the build: the one before is still in force. A lost row would.
    severity = dg.AssetCheckSeverity.WARN if whole else dg.AssetCheckSeverity.ERROR
    return dg.AssetCheckResult(
        passed=not rejected and whole,
        asset_key=key,
        check_name=CHECK,
        severity=severity,
        metadata={**rows, **messages},
    )


def _tell(outcome: Outcome) -> None:
    name = f"{outcome.register}/{outcome.delivery}"
    if outcome.accepted:
        progress.info("  %s: %s rows accepted", name, f"{sum(f.accepted for f in outcome.files):,}")
    else:
        progress.warning("  %s: REJECTED. %s", name, outcome.message)
