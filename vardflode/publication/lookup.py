"""Look up single numbers of cubes, as readers are told them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from vardflode.publication.cubes import NOT_APPLICABLE, NOT_OBSERVED, SHOWN, Cube, Dimension
from vardflode.publication.labels import symbol
from vardflode.publication.texts import number, percent


@dataclass(frozen=True)
class Cell:
    """A number, or why it is missing."""

    value: float | None
    status: str

    def number(self, language: str, decimals: int = 0) -> str:
        """As text; the symbol of the reason where it is missing."""
        return symbol(self.status) if self.value is None else number(self.value, language, decimals)

    def percent(self, language: str, decimals: int = 1) -> str:
        """A fraction as per cent; the symbol of the reason where it is missing."""
        return symbol(self.status) if self.value is None else percent(self.value, language, decimals)

    @property
    def is_shown(self) -> bool:
        """Whether there is a number."""
        return self.value is not None


MISSING, INAPPLICABLE = Cell(None, NOT_OBSERVED), Cell(None, NOT_APPLICABLE)


class Lookup:
    """The cells of one cube by their codes."""

    def __init__(self, cube: Cube) -> None:
        """`cube`: any cube."""
        self.cube = cube

    @cached_property
    def _places(self) -> list[dict[str, int]]:
        dimensions = [d.codes for d in self.cube.dimensions]
        return [{code: k for k, code in enumerate(codes)} for codes in (*dimensions, self.cube.metrics)]

    def cell(self, metric: str, *codes: str) -> Cell:
        """The number of a combination of codes, in the order of the cube's dimensions."""
        places = [found.get(code) for found, code in zip(self._places, (*codes, metric), strict=True)]
        if None in places:
            return MISSING
        values, statuses = self.cube.dense
        status = str(statuses[tuple(places)])
        return Cell(float(values[tuple(places)]) if status == SHOWN else None, status)

    def codes(self, dimension: str) -> Sequence[str]:
        """The codes of a dimension, in order."""
        return self._dimension(dimension).codes

    def label(self, dimension: str, code: str, language: str) -> str:
        """What a code of a dimension is called."""
        return self._dimension(dimension).label(code, language)

    def _dimension(self, name: str) -> Dimension:
        (found,) = [d for d in self.cube.dimensions if d.name == name]
        return found
