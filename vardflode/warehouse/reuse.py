"""What of the warehouse in force still holds: only the rest is built again.

The tables are those of a build from nothing, because a table is kept only when the code that makes it is the
same and either nothing that it reads has changed, or its SQL gives the same rows as it holds. A view of the
same code shows what it reads, whatever that is: only its tests, if it has any, are a reason to build it anew.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import duckdb

from vardflode.common.database import connect
from vardflode.common.fingerprint import recipe_fingerprint
from vardflode.deliveries.contract import Contract
from vardflode.deliveries.survey import read_survey
from vardflode.expectations.contents import rows_checksum
from vardflode.settings import Settings
from vardflode.warehouse.candidate import prepare_candidate
from vardflode.warehouse.graph import Manifest, in_order, read_directly, tests_of
from vardflode.warehouse.record_key import record_key_secret
from vardflode.warehouse.state import State, read_state, read_state_in_force, write_state


@dataclass(frozen=True)
class LaidOut:
    """A candidate that was laid out before its turn: for which inputs, and its state."""

    fingerprint: str
    state: State


def begin_candidate(
    settings: Settings,
    contract: Contract,
    manifest: Manifest,
    fingerprint: str,
    before: LaidOut | None = None,
) -> None:
    """Write a new candidate and its state: with the models in force that still hold, or without any.

    Args:
        settings: where things lie.
        contract: tables and types of what is delivered.
        manifest: dbt's description of the project, which knows what each model reads.
        fingerprint: of everything that decides the warehouse (`inputs_fingerprint`).
        before: what `lay_out` made of it, if that was called.
    """
    if before is None or before.fingerprint != fingerprint:
        before = lay_out(settings, contract, manifest, fingerprint)
    # What the expectations found in the delivered rows, just before, still holds.
    before.state.expectations = read_state(settings).of_delivered_rows()
    write_state(settings, before.state)


def lay_out(settings: Settings, contract: Contract, manifest: Manifest, fingerprint: str) -> LaidOut:
    """What takes time of `begin_candidate`: it can be done while the delivered rows are judged."""
    record_key_secret(settings.record_key_secret)  # part of the recipe, and made by the first build
    recipe = recipe_fingerprint(settings)
    before = read_state_in_force(settings)
    kept = before if before and before.recipe == recipe else None
    contents = prepare_candidate(
        settings,
        read_survey(settings.data, contract),
        contract,
        settings.warehouse if kept else None,
    )
    state = State(fingerprint, recipe, contents)
    if kept:
        changed = {name for name, content in contents.items() if kept.delivered.get(name) != content}
        stale = _stale(settings, manifest, kept.sql, changed)
        tests = tests_of(manifest, stale)
        state.models = {id_: status for id_, status in kept.models.items() if id_ not in stale}
        state.sql = {id_: sql for id_, sql in kept.sql.items() if id_ not in stale}
        state.tests = {id_: test for id_, test in kept.tests.items() if id_ not in tests}
    return LaidOut(fingerprint, state)


def to_build(settings: Settings, nodes: Iterable[str]) -> set[str]:
    """Of these models and seeds the ones that the candidate lacks; all, if code or a check was mended."""
    nodes, state = set(nodes), read_state(settings)
    mended = state.recipe != recipe_fingerprint(settings) or state.failed()
    return nodes if mended else set(state.missing(nodes))


def _stale(settings: Settings, manifest: Manifest, sql: Mapping[str, str], changed: set[str]) -> set[str]:
    """What is to be built again when these delivered tables have changed."""
    # Models that may differ in what they hold or show.
    stale: set[str] = set()
    # Models that show, in the candidate, what they hold no longer: what reads them cannot be compared yet.
    outdated: set[str] = set()
    with contextlib.closing(
        connect(settings, settings.candidate, read_only=True, at_work=settings.databases_at_once)
    ) as con:
        for id_ in in_order(manifest):
            node, parents = manifest["nodes"][id_], set(manifest["parent_map"][id_])
            sources = read_directly(manifest, id_)
            if not parents & stale and not sources & changed:
                continue
            is_view = _is_view(manifest, id_)
            if parents & outdated:
                outdated.add(id_)
            elif not is_view and _is_sql(node) and _holds(con, f"{node['schema']}.{node['name']}", sql[id_]):
                continue
            elif not is_view:
                outdated.add(id_)
            stale.add(id_)
    return {id_ for id_ in stale if not _is_view(manifest, id_) or tests_of(manifest, [id_])}


def _is_view(manifest: Manifest, id_: str) -> bool:
    return bool(manifest["nodes"][id_]["config"]["materialized"] == "view")


def _is_sql(node: Mapping[str, object]) -> bool:
    """Whether what a model holds can be asked for again; one in Python is run instead."""
    return bool(node.get("language", "sql") == "sql")


def _holds(con: duckdb.DuckDBPyConnection, table: str, sql: str) -> bool:
    """Whether a table holds what its SQL gives; as a set, since the tables whose order counts have a key."""
    return rows_checksum(con, table) == rows_checksum(con, f"({sql})")
