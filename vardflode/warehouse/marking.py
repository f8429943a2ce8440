"""Made-up data say so wherever a person sees them: in the comment of every table that comes from them."""

from __future__ import annotations

import contextlib

from vardflode.common.database import connect
from vardflode.settings import Settings
from vardflode.warehouse.graph import Manifest, sources

MADE_UP = "PÅHITTADE PERSONER (made-up persons). "
# What became of the deliveries says nothing of persons; these do.
_ABOUT_ROWS = ("deliveries", "quarantine", "recoded", "told_until")


def mark_made_up(settings: Settings, manifest: Manifest) -> None:
    """Put the mark before the comment of each model of the candidate that a made-up delivery went into.

    Args:
        manifest: dbt's description of the project, which knows what each model comes from.
    """
    with contextlib.closing(connect(settings, settings.candidate)) as con:
        tables = con.sql(
            "select distinct register || '_' || table_name from delivered.deliveries "
            "where is_in_force and is_synthetic"
        ).fetchall()
        made_up = {name for (name,) in tables} | (set(_ABOUT_ROWS) if tables else set())
        comments = {
            (schema, name): (kind, comment or "")
            for kind, schema, name, comment in con.sql(
                "select 'table', schema_name, table_name, comment from duckdb_tables() union all "
                "select 'view', schema_name, view_name, comment from duckdb_views() where not internal"
            ).fetchall()
        }
        for node in manifest["nodes"].values():
            key = (node["schema"], node["name"])
            if node["resource_type"] == "model" and key in comments:
                kind, comment = comments[key]
                text = comment.removeprefix(MADE_UP)
                if sources(manifest, node["unique_id"]) & made_up:
                    text = MADE_UP + text
                if text != comment:
                    quoted = text.replace("'", "''")
                    con.execute(f"comment on {kind} {key[0]}.{key[1]} is '{quoted}'")
