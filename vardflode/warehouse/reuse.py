"""What of the warehouse in force still holds: only the rest is built again.

The tables are those of a build from nothing, because a table is kept only when the code that makes it is the
same and either nothing that it reads has changed, or its SQL gives the same rows as it holds. A view of the
same code shows what it reads, whatever that is: only its tests, if it has any, are a reason to build it anew.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb

from vardflode.common.database import connect
from vardflode.common.fingerprint import recipe_fingerprint
from vardflode.deliveries.contract import Contract
from vardflode.deliveries.survey import read_survey
from vardflode.expectations.contents import rows_checksum
from vardflode.settings import Settings
from vardflode.warehouse.candidate import UP_TO, prepare_candidate
from vardflode.warehouse.record_key import record_key_secret
from vardflode.warehouse.state import State, read_state, read_state_in_force, write_state

# Candidates that were laid out before their turn: by their path, for which inputs, and their state.
_laid_out: dict[Path, tuple[str, State]] = {}


def lay_out_candidate(
    settings: Settings, contract: Contract, manifest: Mapping[str, Any], fingerprint: str
) -> None:
    """What takes time of `begin_candidate`, before its turn."""
    _laid_out[settings.candidate] = fingerprint, _lay_out(settings, contract, manifest, fingerprint)


def begin_candidate(
    settings: Settings, contract: Contract, manifest: Mapping[str, Any], fingerprint: str
) -> None:
    """Write a new candidate and its state: with the models in force that still hold, or without any.

    Args:
        manifest: dbt's description of the project, which knows what each model reads.
        fingerprint: of everything that decides the warehouse (`inputs_fingerprint`).
    """
    laid_out_for, state = _laid_out.pop(settings.candidate, ("", None))
    if state is None or laid_out_for != fingerprint:
        state = _lay_out(settings, contract, manifest, fingerprint)
    # What the expectations found in the delivered rows, just before, still holds.
    state.expectations = read_state(settings).of_delivered_rows()
    write_state(settings, state)


def _lay_out(settings: Settings, contract: Contract, manifest: Mapping[str, Any], fingerprint: str) -> State:
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
        until = {name: same for same in contents if (name := same.partition(UP_TO)[0]) != same}
        late = {n for n in changed & until.keys() if kept.delivered.get(until[n]) == contents[until[n]]}
        stale = _stale(settings, manifest, kept.sql, changed, late)
        tests = {id_ for node in stale for id_ in manifest["child_map"][node]}
        state.models = {id_: status for id_, status in kept.models.items() if id_ not in stale}
        state.sql = {id_: sql for id_, sql in kept.sql.items() if id_ not in stale}
        state.tests = {id_: test for id_, test in kept.tests.items() if id_ not in tests}
    return state


def to_build(settings: Settings, nodes: Iterable[str]) -> set[str]:
    """Of these models and seeds the ones that the candidate lacks; all, if code or a check was mended."""
    nodes, state = set(nodes), read_state(settings)
    mended = state.recipe != recipe_fingerprint(settings) or state.failed()
    return nodes if mended else set(state.missing(nodes))


def _stale(
    settings: Settings,
    manifest: Mapping[str, Any],
    sql: Mapping[str, str],
    changed: set[str],
    after_last_year: set[str],
) -> set[str]:
    """What is to be built again when these delivered tables have changed; some of them only in rows after the
    last year.
    """
    # Models that may differ in what they hold or show.
    stale: set[str] = set()
    # Views that differ only in rows after the last year.
    late: set[str] = set()
    # Models that show, in the candidate, what they hold no longer: what reads them cannot be compared yet.
    outdated: set[str] = set()
    with contextlib.closing(
        connect(settings, settings.candidate, read_only=True, at_work=settings.databases_at_once)
    ) as con:
        for id_ in in_order(manifest):
            node, parents = manifest["nodes"][id_], set(manifest["parent_map"][id_])
            sources = {parent.split(".")[-1] for parent in parents if parent.startswith("source.")}
            if not parents & stale and not sources & changed:
                continue
            is_view = _is_view(manifest, id_)
            if is_view and not parents & stale and sources & changed <= after_last_year:
                late.add(id_)
            elif not sources & changed and all(
                parent in late and _is_observed(node, parent) for parent in parents & stale
            ):
                continue
            elif parents & outdated:
                outdated.add(id_)
            elif not is_view and _holds(con, f"{node['schema']}.{node['name']}", sql[id_]):
                continue
            elif not is_view:
                outdated.add(id_)
            stale.add(id_)
    return {id_ for id_ in stale if not _is_view(manifest, id_) or _has_tests(manifest, id_)}


def _is_view(manifest: Mapping[str, Any], id_: str) -> bool:
    return bool(manifest["nodes"][id_]["config"]["materialized"] == "view")


def _has_tests(manifest: Mapping[str, Any], id_: str) -> bool:
    return any(child.startswith("test.") for child in manifest["child_map"][id_])


def _is_observed(node: Mapping[str, Any], parent: str) -> bool:
    """Whether a model reads another only by the macro `observed`: not the rows after the last year."""
    ref = rf"ref\('{parent.split('.')[-1]}'\)"
    sql = node["raw_code"]
    return len(re.findall(ref, sql)) == len(re.findall(rf"observed\({ref}\)", sql)) > 0


def in_order(manifest: Mapping[str, Any]) -> Iterator[str]:
    """Every model and code list after the ones that it reads."""
    seen: set[str] = set()

    def visit(id_: str) -> Iterator[str]:
        if id_.startswith(("model.", "seed.")) and id_ not in seen:
            seen.add(id_)
            for parent in manifest["parent_map"][id_]:
                yield from visit(parent)
            yield id_

    for id_ in sorted(manifest["nodes"]):
        yield from visit(id_)


def _holds(con: duckdb.DuckDBPyConnection, table: str, sql: str) -> bool:
    """Whether a table holds what its SQL gives; as a set, since the tables whose order counts have a key."""
    return rows_checksum(con, table) == rows_checksum(con, f"({sql})")
