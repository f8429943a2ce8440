"""Take the candidate into force: only when it is whole and no critical check failed."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable

from vardflode.common.database import connect
from vardflode.common.kept import discard, write_json
from vardflode.common.stopping import not_interrupted
from vardflode.data_folder import File
from vardflode.settings import VERSION, Settings
from vardflode.warehouse.damage import seal_in_force
from vardflode.warehouse.linking import broken_links
from vardflode.warehouse.state import read_state, state_file

LAYERS = ("staging", "intermediate", "counts", "marts", "quality", "kodverk")


class NotReleasedError(Exception):
    """The candidate stays a candidate; the message says why. The warehouse in force is untouched."""


class NotLinkedError(NotReleasedError):
    """The registers are not about the same persons."""


def release(settings: Settings, nodes: Iterable[str]) -> dict:
    """Swap the candidate in. Readers of the file before keep it until they open again.

    Args:
        settings: where things lie.
        nodes: dbt's ids of every model and seed, all of which must be there.

    Returns:
        The summary that is kept as `<data>/build.json`.

    Raises:
        NotLinkedError: the registers do not link.
        NotReleasedError: a model is missing, or a critical check failed.
    """
    state = read_state(settings)
    if not settings.candidate.is_file():
        raise NotReleasedError("There is no candidate: it was taken into force, or never built. Run a build.")
    if missing := state.missing(nodes):
        names = ", ".join(node.split(".")[-1] for node in missing[:5])
        raise NotReleasedError(f"{len(missing)} models are not there: {names}. Build them, then this.")
    if broken := broken_links(settings):
        raise NotLinkedError(broken)
    if failed := state.failed():
        checks = "\n".join(f"  {check.name}: {check.observed}" for check in failed[:10])
        raise NotReleasedError(f"{len(failed)} critical checks failed:\n{checks}")
    summary = _summary(settings, state.fingerprint)
    summary["checks"] = state.summary()
    settings.candidate.chmod(0o600)
    with not_interrupted("The new warehouse was taken into force before."):
        # The seal on what is in force goes first: a build that dies between the lines is made again.
        discard(settings.data / File.SEAL)
        discard(settings.warehouse.with_name("warehouse.duckdb.wal"))
        settings.candidate.replace(settings.warehouse)
        state_file(settings).replace(settings.data / File.STATE)
        write_json(settings.data / File.BUILD, summary)
        seal_in_force(settings)
    discard(settings.candidate.parent)
    return summary


def _summary(settings: Settings, fingerprint: str) -> dict:
    """What a person wants to know of the warehouse, read from the warehouse itself."""
    with contextlib.closing(connect(settings, settings.candidate, read_only=True)) as con:
        deliveries = con.sql(
            "select register, delivery, status, message, bool_or(is_in_force) as in_force, "
            "bool_or(is_synthetic) as synthetic, count(file) as files, "
            "sum(rows_delivered)::bigint as delivered, "
            "sum(rows_accepted)::bigint as accepted, sum(rows_quarantined)::bigint as quarantined, "
            "sum(rows_exact_copy)::bigint as copies from quality.deliveries group by all order by 1, 2, 3"
        )
        names = deliveries.columns
        rows = [dict(zip(names, row, strict=True)) for row in deliveries.fetchall()]
        tables = con.sql(
            "select schema_name || '.' || table_name, estimated_size from duckdb_tables() "
            "where schema_name in ('marts', 'quality') union all "
            "select 'quality.deliveries', count(*) from quality.deliveries order by 1"
        ).fetchall()
        last_year, made_up = con.sql("select last_year, is_synthetic from delivered.reference").fetchall()[0]
        warnings = con.sql("select warning, count(*) from quality.warnings group by 1 order by 1").fetchall()
        late = con.sql(
            "select register, told_until::varchar, months_behind, cadence_months from quality.freshness "
            "where is_late order by 1"
        ).fetchall()
        unmapped = con.sql(
            "select count(*), sum(persons)::bigint from quality.unmapped_programmes"
        ).fetchall()[0]
    return {
        "version": VERSION,
        "fingerprint": fingerprint,
        "last_year": last_year,
        "made_up": made_up,
        "deliveries": rows,
        "tables": dict(tables),
        "warnings": dict(warnings),
        "late": late,
        "unmapped_programmes": {"pairs": unmapped[0], "persons": unmapped[1] or 0},
    }
