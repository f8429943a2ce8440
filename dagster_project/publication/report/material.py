"""What the chapters are written from: cubes to look numbers up in, and the figures that they draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dagster_project.publication.cubes import Cube
from dagster_project.publication.edition import Edition
from dagster_project.publication.lookup import Lookup
from dagster_project.publication.report.charts import noted
from dagster_project.publication.texts import say

DEFINITIONS, SOURCES = "definitions", "sources"


@dataclass
class Material:
    """For one language. `figures`: SVG by name, filled by the chapters."""

    language: str
    edition: Edition
    certificate: Mapping[str, Any]
    cubes: Mapping[str, Lookup]
    figures: dict[str, str] = field(default_factory=dict)

    def say(self, key: str, **values: object) -> str:
        """A text in this language."""
        return say(key, self.language, **values)

    def draw(self, name: str, svg: str, *, real: bool = False) -> None:
        """Keep a figure; where the persons are made up it says so itself. `real`: it shows open data."""
        made_up = self.certificate["made_up_persons"] and not real
        self.figures[name] = noted(svg, self.say("made_up_short") if made_up else "")

    def has(self, cube: str) -> bool:
        """Whether the edition has a cube."""
        return cube in self.cubes

    @property
    def behind(self) -> Sequence[tuple[str, str]]:
        """What stands behind every number: the rules and the deliveries."""
        return ((self.say("definitions"), DEFINITIONS), (self.say("sources"), SOURCES))


def material(cubes: list[Cube], edition: Edition, certificate: Mapping[str, Any], language: str) -> Material:
    """The material of one language."""
    return Material(language, edition, certificate, {cube.name: Lookup(cube) for cube in cubes})
