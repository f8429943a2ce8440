"""Where the files of an edition lie: what the writers write, and what the screening looks for."""

from __future__ import annotations

from vardflode.publication.edition import Edition

CSV, PARQUET, PX, JSONSTAT, XLSX, FIGURES = "csv", "parquet", "px", "json-stat", "xlsx", "figures"
CATALOGUE, PACKAGE = "dcat.ttl", "datapackage.json"
# The pages beside the report.
PAGES = {
    "changes": {"sv": "andringar", "en": "changes"},
    "screening": {"sv": "granskning", "en": "screening"},
}


def workbook_name(edition: Edition, language: str) -> str:
    """What a workbook is called."""
    return f"vardflode-{edition.name}.{language}.xlsx"
