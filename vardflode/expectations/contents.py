"""What the tables that a query reads hold, as checksums: the same checksums, the same answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import duckdb


class Contents:
    """The checksums of a database's tables, each worked out when it is asked for."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        """Look up which tables and views there are."""
        self._con = con
        views = con.sql("select schema_name || '.' || view_name, sql from duckdb_views()").fetchall()
        self._views: dict[str, str] = dict(views)
        tables = con.sql("select schema_name || '.' || table_name from duckdb_tables()").fetchall()
        self._names = sorted([*(name for (name,) in tables), *self._views])
        self._content = cache(self._content_of)

    def read_by(self, sql: str) -> Iterator[str]:
        """Name and checksum of each table that the query names (always as schema.table)."""
        named = {name.lower() for name in re.findall(r"\w+\.\w+", sql.replace('"', ""))}
        for name in self._names:
            if name in named:
                yield f"{name} {self._content(name)}"

    def _content_of(self, name: str) -> str:
        # A delivered table is a view over files whose folders are named by checksums of their content.
        if name in self._views and name.startswith("delivered."):
            return self._views[name]
        return str(rows_checksum(self._con, name))


def rows_checksum(con: duckdb.DuckDBPyConnection, rows: str) -> tuple[int, ...]:
    """A checksum of the rows of a table or a query in brackets, whatever their order."""
    hashed = f"select hash(*columns(*)) as h from {rows}"
    return con.sql(f"select count(*), sum(h), bit_xor(h) from ({hashed})").fetchall()[0]
