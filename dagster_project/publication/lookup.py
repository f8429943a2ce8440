"""Look up single numbers of cubes, as readers are told them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from dagster_project.publication.cubes import NOT_APPLICABLE, NOT_OBSERVED, SHOWN, Cube, inapplicable
from dagster_project.publication.labels import symbol
from dagster_project.publication.texts import number, percent


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
    def _rows(self) -> dict[tuple[str, ...], int]:
        return {codes: row for row, codes in enumerate(self.cube.frame.select(self.cube.keys).iter_rows())}

    @cached_property
    def _never(self) -> list[dict[str, set[str]]]:
        return list(inapplicable(self.cube))

    @cached_property
    def _columns(self) -> dict[str, tuple[list, list]]:
        frame = self.cube.frame
        return {m: (frame[m].to_list(), frame[f"{m}_status"].to_list()) for m in self.cube.metrics}

    def cell(self, metric: str, *codes: str) -> Cell:
        """The number of a combination of codes, in the order of the cube's dimensions."""
        row = self._rows.get(codes)
        if row is None:
            told = dict(zip(self.cube.keys, codes, strict=True))
            never = any(all(told[k] in v for k, v in each.items()) for each in self._never)
            return INAPPLICABLE if never else MISSING
        values, statuses = self._columns[metric]
        return Cell(values[row], statuses[row]) if statuses[row] == SHOWN else Cell(None, statuses[row])

    def codes(self, dimension: str) -> Sequence[str]:
        """The codes of a dimension, in order."""
        (found,) = [d.codes for d in self.cube.dimensions if d.name == dimension]
        return found
