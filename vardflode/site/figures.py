"""Look published numbers up by names, and write them as people read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from vardflode.publication.cubes import Cube
from vardflode.publication.labels import decimals, is_share
from vardflode.publication.lookup import MISSING, Cell, Lookup


class Figures:
    """The cubes of the published set."""

    def __init__(self, cubes: Iterable[Cube]) -> None:
        """`cubes`: all that the published set holds."""
        self._cubes = {cube.name: Lookup(cube) for cube in cubes}
        self._keys = {name: found.cube.keys for name, found in self._cubes.items()}

    def __contains__(self, cube: str) -> bool:
        """Whether there is such a cube."""
        return cube in self._cubes

    @property
    def names(self) -> list[str]:
        """Every cube, in the order of the files."""
        return list(self._cubes)

    def cube(self, name: str) -> Cube:
        """A cube."""
        return self._cubes[name].cube

    def codes(self, cube: str, dimension: str) -> list[str]:
        """The codes of a dimension in order; none where there is no such cube."""
        return list(self._cubes[cube].codes(dimension)) if cube in self._cubes else []

    def label(self, cube: str, dimension: str, code: str, language: str) -> str:
        """What a code of a cube is called."""
        return self._cubes[cube].label(dimension, code, language)

    def cell(self, cube: str, number: str, at: Mapping[str, str]) -> Cell:
        """A number at codes by dimension; not observed where nothing tells of it."""
        found = self._cubes.get(cube)
        if found is None or number not in found.cube.metrics:
            return MISSING
        return found.cell(number, *(at[name] for name in self._keys[cube]))

    def newest(self, cube: str, time: str, number: str, at: Mapping[str, str]) -> str | None:
        """The last code of a dimension of time for which a number is shown."""
        shown = (
            c for c in reversed(self.codes(cube, time)) if self.cell(cube, number, {**at, time: c}).is_shown
        )
        return next(shown, None)


def written(cell: Cell, number: str, language: str) -> str:
    """A number as people read it: a share as per cent; where it is missing the symbol of the reason."""
    if is_share(number):
        return cell.percent(language)
    return cell.number(language, decimals(number))
