"""What a model or code list is, and its columns, as comments in the warehouse; and that what is made up is.

dbt could write the comments itself (`persist_docs`), with a transaction for each: of its own work for a small
country that was a quarter.
"""

from __future__ import annotations

import contextlib

from vardflode.common.database import connect
from vardflode.settings import Settings
from vardflode.warehouse.graph import Manifest, sources

MADE_UP = "PÅHITTADE PERSONER (made-up persons). "
# What became of the deliveries says nothing of persons; these do.
_ABOUT_ROWS = ("deliveries", "quarantine", "recoded", "told_until")
_TABLES = """
    select 'table', comment, schema_name, table_name from duckdb_tables() union all
    select 'view', comment, schema_name, view_name from duckdb_views() where not internal
"""
_COLUMNS = """
    select schema_name, table_name, column_name, comment from duckdb_columns() where not internal
"""


def describe_models(settings: Settings, manifest: Manifest) -> None:
    """Write the comment of each model and code list, after a mark where a made-up delivery went into it.

    Args:
        manifest: dbt's description of the project, which knows what each model is and what it comes from.
    """
    with contextlib.closing(connect(settings, settings.candidate)) as con:
        tables = con.sql(
            "select distinct register || '_' || table_name from delivered.deliveries "
            "where is_in_force and is_synthetic"
        ).fetchall()
        made_up = {name for (name,) in tables} | (set(_ABOUT_ROWS) if tables else set())
        found = {(schema, name): about for *about, schema, name in con.sql(_TABLES).fetchall()}
        of_columns = {tuple(key): comment for *key, comment in con.sql(_COLUMNS).fetchall()}
        con.execute("begin")
        for node in manifest["nodes"].values():
            key = (node["schema"], node["name"])
            if node["resource_type"] not in ("model", "seed") or key not in found:
                continue
            kind, comment = found[key]
            mark = MADE_UP if sources(manifest, node["unique_id"]) & made_up else ""
            told = {f"{kind} {key[0]}.{key[1]}": (mark + node["description"], comment)}
            told |= {
                f'column {key[0]}.{key[1]}."{name}"': (column["description"], of_columns[*key, name])
                for name, column in node["columns"].items()
                if (*key, name) in of_columns
            }
            for what, (text, comment) in told.items():
                if text != (comment or ""):
                    quoted = text.replace("'", "''")
                    con.execute(f"comment on {what} is '{quoted}'")
        con.execute("commit")
