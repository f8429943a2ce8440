"""What lies in the data folder, by name: written here once, for whoever reads or writes it."""

from __future__ import annotations

from enum import StrEnum


class File(StrEnum):
    """Files of the programs' own."""

    ACCEPTED = "accepted.json"
    ATTACKED = "attacked.npz"
    BUILD = "build.json"
    EXPECTATIONS = "expectations.html"
    LOCK = "build.lock"
    PUBLISHED = "published.duckdb"
    RECORD_KEY_SECRET = "record_key_secret"
    SEAL = "seal.json"
    STATE = "state.json"
    WAREHOUSE = "warehouse.duckdb"


class Folder(StrEnum):
    """Folders of the programs' own."""

    BUILDING = "building"
    DAGSTER = "dagster"
    DBT = "dbt"
    SITE = "site"
    EDITIONS = "editions"
    PUBLISHED = "published"
    PUBLISHED_BEFORE = "published_before"
    ROWS = "rows"
