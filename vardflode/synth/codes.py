"""The code lists that the made-up deliveries are written with, read from ``dbt/seeds``."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vardflode.synth.calibration import COUNTY_POPULATION, DEGREES, KOMMUN_POPULATION

SEEDS = Path(__file__).parents[2] / "dbt" / "seeds"
OTHER = "XX"  # a programme that leads to none of the degrees


def read_list(name: str, folder: Path = SEEDS) -> list[dict[str, str]]:
    """Return the rows of the code list ``<name>.csv`` (semicolons, header row) as dictionaries of text."""
    with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


@dataclass(frozen=True)
class Codes:
    """Code lists as arrays. Degrees, municipalities and institutions are numbered in the lists' order.

    ``degrees`` codes, with XX last; ``nominal`` terms and ``profession`` (empty: no licence) per degree;
    ``kommuner`` four-digit codes sorted; ``county`` two digits and ``health_region`` of each;
    ``kommun_weight`` population in 2018, thousands.
    """

    degrees: list[str]
    nominal: NDArray[np.int64]
    level: list[str]
    profession: list[str]
    specialisations: list[str]
    specialisation_ssyk: list[str]
    ssyk: dict[str, list[str]]
    may_award: dict[str, list[str]]
    institutions: dict[str, str]
    kommuner: list[str]
    county: list[str]
    health_region: list[str]
    kommun_weight: NDArray[np.float64]
    income_limit: dict[int, int]

    def degree(self, code: str) -> int:
        """Return the number of a degree code (XX: the number of degrees)."""
        return self.degrees.index(code)

    @cached_property
    def kommun_index(self) -> dict[str, int]:
        """The number of each municipality code."""
        return {code: number for number, code in enumerate(self.kommuner)}

    @cached_property
    def counties(self) -> list[str]:
        """County codes, sorted."""
        return sorted(set(self.county))

    @cached_property
    def kommun_county(self) -> NDArray[np.int64]:
        """County number of each municipality (municipalities are sorted, so counties lie together)."""
        number = {code: i for i, code in enumerate(self.counties)}
        return np.array([number[c] for c in self.county])

    @cached_property
    def kommun_region(self) -> NDArray[np.int64]:
        """Health-care region of each municipality, as a number."""
        return np.array([int(r) for r in self.health_region])

    @cached_property
    def _cumulative(self) -> NDArray[np.float64]:
        return np.cumsum(self.kommun_weight)

    @cached_property
    def _county_bounds(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        total = np.bincount(self.kommun_county, self.kommun_weight).astype(np.float64)
        end = np.cumsum(total)
        return (end - total).astype(np.float64), total

    def anywhere(self, u: NDArray[np.float64]) -> NDArray[np.int16]:
        """Municipality numbers drawn by population; ``u`` uniform on [0, 1)."""
        found = np.searchsorted(self._cumulative, u * self._cumulative[-1], side="right")
        return np.minimum(found, len(self.kommuner) - 1).astype(np.int16)

    def in_county(self, kommun: NDArray[np.int16], u: NDArray[np.float64]) -> NDArray[np.int16]:
        """Municipality numbers drawn by population within the county of each given municipality."""
        start, total = self._county_bounds
        county = self.kommun_county[kommun]
        found = np.searchsorted(self._cumulative, start[county] + u * total[county], side="right")
        low = np.searchsorted(self.kommun_county, county, side="left")
        high = np.searchsorted(self.kommun_county, county, side="right") - 1
        return np.clip(found, low, high).astype(np.int16)

    def in_region(self, kommun: NDArray[np.int16], u: NDArray[np.float64]) -> NDArray[np.int16]:
        """Municipality numbers drawn by population within the health-care region of each given one."""
        drawn = np.empty(len(kommun), np.int16)
        region = self.kommun_region[kommun]
        for number in np.unique(region):
            members = np.flatnonzero(self.kommun_region == number)
            weights = np.cumsum(self.kommun_weight[members])
            mask = region == number
            drawn[mask] = members[np.searchsorted(weights, u[mask] * weights[-1] * (1 - 1e-12), side="right")]
        return drawn


def _kommun_weights(kommuner: list[str], county: list[str]) -> NDArray[np.float64]:
    weights = np.zeros(len(kommuner))
    for code in sorted(set(county)):
        members = [i for i, c in enumerate(county) if c == code]
        known = sum(KOMMUN_POPULATION.get(kommuner[i], 0.0) for i in members)
        unknown = [i for i in members if kommuner[i] not in KOMMUN_POPULATION]
        rest = max(COUNTY_POPULATION[code] - known, 0.4 * len(unknown))
        for place, i in enumerate(unknown):  # from 1.5 to 0.5 times the mean, by code
            slope = 1.5 - place / max(len(unknown) - 1, 1) if len(unknown) > 1 else 1.0
            weights[i] = rest / len(unknown) * slope
        for i in members:
            weights[i] = KOMMUN_POPULATION.get(kommuner[i], weights[i])
        total = sum(weights[i] for i in members)
        for i in members:
            weights[i] *= COUNTY_POPULATION[code] / total
    return weights


def load_codes() -> Codes:
    """Read the code lists of ``dbt/seeds``.

    Raises:
        FileNotFoundError: a list is missing.
        KeyError: a list lacks a column, or a degree has no calibration.
    """
    degrees = read_list("examina")
    for row in degrees:
        _ = DEGREES[row["examenskod"]]
    specialisations = read_list("inriktningar")
    kommuner = sorted(read_list("kommuner"), key=lambda row: row["kommun"])
    names, county = [k["kommun"] for k in kommuner], [k["lan"] for k in kommuner]
    ssyk: dict[str, list[str]] = {}
    for row in read_list("examen_ssyk"):
        ssyk.setdefault(row["examenskod"], []).append(row["ssyk2012"])
    may_award: dict[str, list[str]] = {}
    for row in read_list("examenstillstand"):
        may_award.setdefault(row["examenskod"], []).append(row["larosate"])
    return Codes(
        degrees=[row["examenskod"] for row in degrees] + [OTHER],
        nominal=np.array([int(row["nominella_terminer"]) for row in degrees] + [6]),
        level=[row["niva"] for row in degrees] + ["grund"],
        profession=[row["yrkeskod"] for row in degrees] + [""],
        specialisations=[row["inriktning"] for row in specialisations],
        specialisation_ssyk=[row["ssyk2012"] for row in specialisations],
        ssyk=ssyk,
        may_award=may_award,
        institutions={row["larosate"]: row["studieort_kommun"] for row in read_list("larosaten")},
        kommuner=names,
        county=county,
        health_region=[k["sjukvardsregion"] for k in kommuner],
        kommun_weight=_kommun_weights(names, county),
        income_limit={int(row["ar"]): int(row["inkomstgrans_kr"]) for row in read_list("etableringsgrans")},
    )
