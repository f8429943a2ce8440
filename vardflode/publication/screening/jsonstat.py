"""JSON-stat, read by its own index. Source: https://json-stat.org/full/ ."""

from __future__ import annotations

import json
from collections.abc import Iterator

from vardflode.publication.labels import dimension, metric
from vardflode.publication.layout import JSONSTAT
from vardflode.publication.screening.check import Candidate, check
from vardflode.publication.screening.told import NUMBER, differences, grid


@check(
    "error",
    "JSON-stat-filerna är lika med de publicerade tabellerna, cell för cell, även skälen till luckor.",
    "The JSON-stat files equal the published tables cell by cell, with the reasons of what is missing.",
)
def jsonstat_equals_the_published(c: Candidate) -> Iterator[str]:
    """Every value by the codes that the file itself gives it, and what all are called."""
    for cube in c.cubes:
        for language in c.edition.languages:
            path = c.folder / JSONSTAT / f"{cube.name}.{language}.json"
            if not path.is_file():
                continue
            name, body = f"{JSONSTAT}/{path.name}", json.loads(path.read_text(encoding="utf-8"))
            axes = {key: body["dimension"][key]["category"]["index"] for key in body["id"]}
            if set(axes) != {*cube.keys, NUMBER} or body["size"] != list(map(len, axes.values())):
                yield f"{name}: its dimensions are {', '.join(axes)}, of {body['size']}"
                continue
            status = body["status"]
            texts = [
                status.get(str(place), "") if value is None else str(value)
                for place, value in enumerate(body["value"])
            ]
            if len(status) != body["value"].count(None):
                yield f"{name}: numbers have a reason to be missing, or none have"
            yield from differences(name, cube, c.facts(cube), grid(axes, texts))
            called = {
                d.name: (d.title(language), {o: d.label(o, language) for o in d.codes})
                for d in cube.dimensions
            }
            called[NUMBER] = (dimension(NUMBER)[language], {m: metric(m)[language] for m in cube.metrics})
            for key, (title, labels) in called.items():
                told = body["dimension"][key]
                if told["label"] != title or told["category"]["label"] != labels:
                    yield f"{name}, {key}: its names are not those of the published table"
