"""CSV and Parquet: one file a published table, with a Frictionless data package and CSVW metadata.

Both have the same columns: a number, empty where it is missing, and `<number>_status` that tells why. So a
column of numbers holds nothing but numbers, with a decimal point.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from vardflode.disclosure.declared import why
from vardflode.publication.cubes import NUMBERS, SHOWN, with_statuses
from vardflode.publication.edition import LANGUAGES, Edition
from vardflode.publication.labels import WORDS, Words, dimension, metric, table_title
from vardflode.publication.layout import CSV, PACKAGE, PARQUET
from vardflode.publication.texts import TEXTS
from vardflode.settings import VERSION

LICENCE = "https://creativecommons.org/publicdomain/zero/1.0/"


def write_tables(folder: Path, tables: Mapping[str, pl.DataFrame], edition: Edition, made_up: bool) -> None:
    """Write `csv/` and `parquet/` below a folder.

    Args:
        tables: by name, as published, with what the edition shows of them.
    """
    (folder / CSV).mkdir(parents=True)
    (folder / PARQUET).mkdir()
    resources = []
    for name, frame in sorted(tables.items()):
        told = with_statuses(name, frame) if name in NUMBERS else frame
        metadata = {"made_up": str(made_up).lower(), "version": VERSION}
        metadata |= {f"why_{language}": why(name, language) for language in LANGUAGES}
        told.write_parquet(folder / PARQUET / f"{name}.parquet", metadata=metadata)
        told.write_csv(folder / CSV / f"{name}.csv")
        columns = list(_described(name, told))
        resources.append((name, columns))
        _write(folder / CSV / f"{name}.csv-metadata.json", _csvw(name, columns, edition, made_up))
    _write(folder / CSV / PACKAGE, _package(resources, edition, made_up))


def _described(name: str, told: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """What the metadata tell of each column of a table's CSV file."""
    numbers = NUMBERS.get(name, ())
    for column in told.columns:
        is_number, of = column in numbers, column.removesuffix("_status")
        if of != column and of in numbers:
            words: Words = {k: v.format(name=metric(of)[k]) for k, v in WORDS["status_of"].items()}
            yield {"name": column, "type": "string", "words": words, "is_number": False, "is_status": True}
            continue
        words = metric(column) if is_number else dimension(column)
        kind = "string"
        if column in ("cohort_from", "cohort_to", "year") or (
            is_number and not told.schema[column].is_float()
        ):
            kind = "integer"
        elif is_number:
            kind = "number"
        yield {"name": column, "type": kind, "words": words, "is_number": is_number, "is_status": False}


def _package(
    resources: list[tuple[str, list[dict[str, Any]]]], edition: Edition, made_up: bool
) -> dict[str, Any]:
    return {
        "profile": "tabular-data-package",
        "name": f"vardflode-{edition.name}",
        "title": TEXTS["title"]["sv"].format(edition=edition.name),
        "description": TEXTS["made_up"]["sv"] if made_up else TEXTS["about"]["sv"],
        "version": edition.name,
        "created": f"{edition.release_date.isoformat()}T00:00:00Z",
        "licenses": [{"name": "CC0-1.0", "path": LICENCE}],
        "sources": [{"title": TEXTS["source"]["sv"]}],
        "resources": [
            {
                "profile": "tabular-data-resource",
                "name": name,
                "path": f"{name}.csv",
                "title": table_title(name)["sv"],
                "description": ". ".join([table_title(name)["en"], *(why(name, k) for k in LANGUAGES)]),
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "schema": {
                    "fields": [
                        {
                            "name": column["name"],
                            "type": column["type"],
                            "title": column["words"]["sv"],
                            "description": column["words"]["en"] + _more(column, "en"),
                            **({"constraints": {"enum": _statuses()}} if column["is_status"] else {}),
                        }
                        for column in columns
                    ],
                    "missingValues": [""],
                },
            }
            for name, columns in resources
        ],
    }


def _csvw(name: str, columns: list[dict[str, Any]], edition: Edition, made_up: bool) -> dict[str, Any]:
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "sv"}],
        "url": f"{name}.csv",
        "dc:title": {"@value": table_title(name)["sv"], "@language": "sv"},
        "dc:description": TEXTS["made_up"]["sv"] if made_up else TEXTS["about"]["sv"],
        "rdfs:comment": [{"@value": why(name, k), "@language": k} for k in LANGUAGES],
        "dc:source": {"@value": TEXTS["source"]["sv"], "@language": "sv"},
        "dc:issued": edition.release_date.isoformat(),
        "dc:license": {"@id": LICENCE},
        "tableSchema": {
            "columns": [
                {
                    "name": column["name"],
                    "titles": [column["name"]],
                    "datatype": "double" if column["type"] == "number" else column["type"],
                    "dc:description": column["words"]["sv"] + _more(column, "sv"),
                    "null": [""],
                }
                for column in columns
            ]
        },
    }


def _more(column: Mapping[str, Any], language: str) -> str:
    """The unit of a number; what the words of a column of reasons mean."""
    if column["is_status"]:
        return ". " + "; ".join(f"{code}: {reason[language]}" for code, reason in WORDS["reasons"].items())
    return f" ({column['words'][f'unit_{language}']})" if column["is_number"] else ""


def _statuses() -> list[str]:
    return [SHOWN, *WORDS["reasons"]]


def _write(path: Path, body: object) -> None:
    path.write_text(json.dumps(body, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
