"""JSON-stat 2.0: one dataset a cube and language. Source: https://json-stat.org/full/ ."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from vardflode.disclosure.declared import why
from vardflode.publication.cubes import PLACES, SHOWN, TIME, Cube
from vardflode.publication.edition import Edition
from vardflode.publication.labels import WORDS, decimals, dimension, metric, symbol
from vardflode.publication.layout import JSONSTAT
from vardflode.publication.texts import TEXTS


def write_jsonstat(folder: Path, cubes: list[Cube], edition: Edition, made_up: bool) -> None:
    """Write `json-stat/<cube>.<language>.json`."""
    (folder / JSONSTAT).mkdir(parents=True)
    for cube in cubes:
        for language in edition.languages:
            path = folder / JSONSTAT / f"{cube.name}.{language}.json"
            body = json.dumps(
                _dataset(cube, edition, made_up, language), ensure_ascii=False, separators=(",", ":")
            )
            path.write_text(body + "\n", encoding="utf-8")


def _dataset(cube: Cube, edition: Edition, made_up: bool, language: str) -> dict[str, Any]:
    values, statuses = (array.ravel().tolist() for array in cube.dense)
    dimensions = {
        d.name: {
            "label": d.title(language),
            "category": {
                "index": list(d.codes),
                "label": {code: d.label(code, language) for code in d.codes},
            },
        }
        for d in cube.dimensions
    }
    dimensions["metric"] = {
        "label": dimension("metric")[language],
        "category": {
            "index": list(cube.metrics),
            "label": {m: metric(m)[language] for m in cube.metrics},
            "unit": {
                m: {"label": metric(m)[f"unit_{language}"], "decimals": decimals(m)} for m in cube.metrics
            },
        },
    }
    notes = [TEXTS["made_up"][language]] if made_up else []
    notes.append(why(cube.table, language))
    return {
        "version": "2.0",
        "class": "dataset",
        "label": cube.title[language],
        "source": TEXTS["source"][language],
        "updated": edition.release_date.isoformat(),
        "note": notes + [f"{r['symbol']} {r[language]}" for r in WORDS["reasons"].values()],
        "id": [*cube.keys, "metric"],
        "size": list(cube.shape),
        "role": _roles(cube),
        "dimension": dimensions,
        "value": [
            None if status != SHOWN else int(value) if value.is_integer() else value
            for value, status in zip(values, statuses, strict=True)
        ],
        "status": {str(place): symbol(s) for place, s in enumerate(statuses) if s != SHOWN},
        "extension": {
            "status": {"label": {r["symbol"]: r[language] for r in WORDS["reasons"].values()}},
            "edition": edition.name,
        },
    }


def _roles(cube: Cube) -> dict[str, list[str]]:
    """Which dimensions are times and places; a role that none has is not there."""
    roles = {"time": TIME, "geo": PLACES}
    found = {role: [name for name in cube.keys if name in names] for role, names in roles.items()}
    return {role: names for role, names in found.items() if names} | {"metric": ["metric"]}
