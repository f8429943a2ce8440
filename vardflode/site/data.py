"""Data for analysts at stable addresses: published tables, the edition's files, an index to follow."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vardflode.data_folder import File
from vardflode.publication.edition import LANGUAGES
from vardflode.publication.labels import table_title
from vardflode.publication.layout import CATALOGUE, JSONSTAT
from vardflode.publication.manifest import MANIFEST
from vardflode.site.pages.analysts import HERE, NOTEBOOKS
from vardflode.site.source import Source

DATA = "data"
# Of the set that was published: everything that is told, of all degrees.
SET = f"{DATA}/published"
_CERTIFICATE = ("certificate.json", "certificate.html")


def copied(source: Source) -> Iterator[tuple[str, Path]]:
    """Files that are copied as they are: path in the site, and where each lies."""
    for path in sorted(source.edition.rglob("*")):
        if path.is_file():
            yield f"{DATA}/{path.relative_to(source.edition).as_posix()}", path
    for path in sorted(source.folder.glob("*.parquet")):
        yield f"{SET}/{path.name}", path
    yield f"{DATA}/{File.PUBLISHED}", source.folder / File.PUBLISHED
    for name in _CERTIFICATE:
        yield f"{DATA}/{name}", source.folder / name
    for name in NOTEBOOKS:
        yield f"{DATA}/{name}", HERE / "static" / name


def indexes(source: Source) -> dict[str, bytes]:
    """`data/index.json`: all tables; `data/json-stat/index.<language>.json`: a JSON-stat collection."""
    names = [
        name for name in source.figures.names if (source.edition / JSONSTAT / f"{name}.sv.json").is_file()
    ]
    body = {
        "edition": source.manifest["edition"],
        "released": source.manifest["released"],
        "made_up_persons": source.manifest["made_up_persons"],
        "database": File.PUBLISHED,
        "catalogue": CATALOGUE,
        "manifest": MANIFEST,
        "frictionless": "csv/datapackage.json",
        "json_stat": {language: f"{JSONSTAT}/index.{language}.json" for language in LANGUAGES},
        "tables": [
            {
                "name": name,
                "title": dict(table_title(name)),
                "parquet": f"published/{name}.parquet",
                "json_stat": [
                    _entry(source, cube) for cube in names if source.figures.cube(cube).table == name
                ],
            }
            for name in dict.fromkeys(source.figures.cube(cube).table for cube in source.figures.names)
        ],
    }
    found = {f"{DATA}/index.json": _json(body)}
    for language in LANGUAGES:
        collection = {
            "version": "2.0",
            "class": "collection",
            "label": "Vårdflöde",
            "updated": source.manifest["released"],
            "link": {
                "item": [
                    {
                        "class": "dataset",
                        "href": f"{name}.{language}.json",
                        "label": source.figures.cube(name).title[language],
                    }
                    for name in names
                ]
            },
        }
        found[f"{DATA}/{JSONSTAT}/index.{language}.json"] = _json(collection)
    return found


def _entry(source: Source, name: str) -> dict[str, Any]:
    cube = source.figures.cube(name)
    return {
        "name": name,
        "title": dict(cube.title),
        "dimensions": cube.keys,
        "numbers": list(cube.metrics),
        "href": {language: f"{JSONSTAT}/{name}.{language}.json" for language in LANGUAGES},
    }


def _json(body: Any) -> bytes:
    return (json.dumps(body, ensure_ascii=False, indent=1) + "\n").encode()
