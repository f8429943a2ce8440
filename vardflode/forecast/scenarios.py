"""Scenarios: named lists of changes in a file that a planner edits (docs/forecast.md)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import yaml
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from vardflode.common.yaml_files import line_of, read_yaml, text_of
from vardflode.deliveries.contract import read_code_list
from vardflode.forecast.dimensions import BANDS, SECTORS, Array

REFERENCE = "reference"
SPECIALISTS, NOT_SPECIALISTS = "SPS", "SJG"


class ScenarioError(Exception):
    """A file of scenarios cannot be used; the message says where, what was expected and what was found."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _group(code: str, info: ValidationInfo) -> str:
    known = (info.context or {})["groups"]
    if code not in known:
        raise ValueError(f"expected some of {', '.join(known)}, found {code}")
    return code


Groups = Annotated[tuple[str, ...], Field(min_length=1)]
Size = Annotated[float, Field(ge=-1, le=100, allow_inf_nan=False)]


class Change(_Strict):
    """A change that grows from nothing to the whole between two years (of the forecast, or cohorts)."""

    first: int = Field(alias="from", ge=1900, le=2200)
    last: int = Field(alias="to", ge=1900, le=2200)
    change: Size = 0.0

    @model_validator(mode="after")
    def _in_order(self) -> Change:
        if self.last < self.first:
            raise ValueError(f"expected to not before from, found {self.first} to {self.last}")
        return self

    def share(self, year: int) -> float:
        """How much of the change holds in a year: (t - from + 1) / (to - from + 1), within 0-1."""
        return min(1.0, max(0.0, (year - self.first + 1) / (self.last - self.first + 1)))

    def factor(self, year: int) -> float:
        """What the changed is times in a year."""
        return 1 + self.change * self.share(year)


class OfGroups(Change):
    """A change of some groups' figure."""

    groups: Groups

    @field_validator("groups")
    @classmethod
    def _known(cls, codes: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        return tuple(_group(code, info) for code in codes)


class OfSectors(OfGroups):
    """A change of some groups' demand in some sectors."""

    sectors: Annotated[tuple[Literal["region", "kommun", "privat", "stat"], ...], Field(min_length=1)]


class OfBands(OfGroups):
    """A change of some groups' activity at some ages."""

    bands: Annotated[tuple[str, ...], Field(min_length=1)]

    @field_validator("bands")
    @classmethod
    def _are_bands(cls, bands: tuple[str, ...]) -> tuple[str, ...]:
        if unknown := [band for band in bands if band not in BANDS]:
            raise ValueError(f"expected some of {', '.join(BANDS)}, found {unknown[0]}")
        return bands


class Shift(Change):
    """A share of one group's demand that moves to another."""

    from_group: str
    to_group: str
    moved: float = Field(alias="share", ge=0, le=1)
    # Demand that a unit becomes.
    exchange: float = Field(ge=0, le=100, allow_inf_nan=False)

    _known = field_validator("from_group", "to_group")(_group)

    @model_validator(mode="after")
    def _between_two(self) -> Shift:
        if self.from_group == self.to_group:
            raise ValueError(f"expected two groups, found {self.from_group} twice")
        return self


class Scenario(_Strict):
    """What is changed against going on as now. Changes of one kind to one group multiply."""

    namn: str = Field(min_length=1)
    name: str = Field(min_length=1)
    demand: tuple[OfSectors, ...] = ()
    shift: tuple[Shift, ...] = ()
    hours: tuple[OfGroups, ...] = ()
    specialise: tuple[Change, ...] = ()
    activity: tuple[OfBands, ...] = ()
    beginners: tuple[OfGroups, ...] = ()
    lag: tuple[OfGroups, ...] = ()
    new_foreign: tuple[OfGroups, ...] = ()

    @field_validator("shift")
    @classmethod
    def _not_more_than_all(cls, shifts: tuple[Shift, ...]) -> tuple[Shift, ...]:
        moved = Counter[str]()
        for shift in shifts:
            moved[shift.from_group] += shift.moved  # type: ignore[assignment]
        if over := [group for group, share in moved.items() if share > 1]:
            raise ValueError(
                f"expected shares from a group of at most 1 together, found {moved[over[0]]:g} from {over[0]}"
            )
        return shifts

    def factors(self, kind: str, group: str, years: Iterable[int]) -> Array:
        """What a group's figure of each year is times (any kind but `demand`, `shift` and `activity`)."""
        changes = self.specialise if kind == "specialise" else getattr(self, kind)
        mine = [c for c in changes if group in getattr(c, "groups", (SPECIALISTS,))]
        return np.array([np.prod([change.factor(year) for change in mine]) for year in years], dtype=float)

    def sector_factors(self, group: str, years: Sequence[int]) -> Array:
        """What a group's demand is times, by year and sector."""
        factors = np.ones((len(years), len(SECTORS)))
        for change in self.demand:
            if group in change.groups:
                growing = np.array([[change.factor(year)] for year in years])
                factors *= np.where(np.isin(SECTORS, change.sectors), growing, 1)
        return factors

    def band_factors(self, group: str, year: int) -> Array:
        """What a group's activity is times in a year, by age band."""
        factors = np.ones(len(BANDS))
        for change in self.activity:
            if group in change.groups:
                factors *= np.where(np.isin(BANDS, change.bands), change.factor(year), 1)
        return factors

    @property
    def suppliers(self) -> set[str]:
        """Groups whose supply of persons it changes."""
        kinds = (*self.activity, *self.beginners, *self.lag, *self.new_foreign)
        changed = {group for change in kinds for group in change.groups}
        return changed | ({SPECIALISTS, NOT_SPECIALISTS} if self.specialise else set())


def group_codes() -> list[str]:
    """Codes of all groups that can be forecast: the professions in force, and groups within them."""
    professions = [row["yrkeskod"] for row in read_code_list("yrken.csv") if not row["ersatt_av"]]
    return sorted([*professions, *(row["grupp"] for row in read_code_list("prognosgrupper.csv"))])


def load_scenarios(path: Path) -> dict[str, Scenario]:
    """The scenarios of a file, as `read_scenarios`.

    Raises:
        ScenarioError: the file cannot be read, or what it says cannot be used.
    """
    try:
        text = text_of(path)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ScenarioError(f"{path}: expected a file of scenarios in UTF-8, found {error}.") from None
    return read_scenarios(text, group_codes(), path)


AS_NOW = Scenario(namn="Som nu", name="As now")


def read_scenarios(text: str, groups: Sequence[str], source: Path | str) -> dict[str, Scenario]:
    """The scenarios of a file by their codes, as the file orders them; `reference` is first.

    Args:
        text: the file's content.
        groups: codes of the groups that are forecast.
        source: the file, for messages.

    Raises:
        ScenarioError: the text is not readable as YAML, or something in it is not a scenario.
    """
    try:
        content = read_yaml(text)
    except yaml.YAMLError as error:
        raise ScenarioError(f"{source} is not readable as YAML: {error}") from None
    if not isinstance(content, dict) or not content:
        raise ScenarioError(f"{source}: expected scenarios, each with its changes, found {_short(content)}.")
    found = {REFERENCE: AS_NOW}
    for code, body in content.items():
        try:
            found[str(code)] = Scenario.model_validate(body, context={"groups": groups})
        except ValidationError as error:
            first = error.errors()[0]
            place = (str(code), *first["loc"])
            where = ".".join(str(step) for step in place)
            line = line_of(text, place)
            raise ScenarioError(f"{source}, line {line}: {where}: {_said(first)}") from None
    reference = found[REFERENCE]
    if reference.model_copy(update={"namn": "", "name": ""}) != AS_NOW.model_copy(
        update={"namn": "", "name": ""}
    ):
        line = line_of(text, (REFERENCE,))
        raise ScenarioError(
            f"{source}, line {line}: {REFERENCE}: expected no changes; it is to go on as now."
        )
    return found


def _said(error: Any) -> str:
    """What was expected and found, of an error of the validator."""
    match error["type"]:
        case "missing":
            return "expected it, found nothing."
        case "extra_forbidden":
            kinds = [name for name in Scenario.model_fields if name not in ("namn", "name")]
            known = f" The kinds of change are {', '.join(kinds)}." if len(error["loc"]) == 1 else ""
            return f"is not known here.{known}"
        case "model_type":
            return f"expected names and values, found {_short(error['input'])}."
        case "value_error":
            return f"{error['ctx']['error']}."
        case _:
            message = str(error["msg"])
            message = message[0].lower() + message[1:]
            return f"{message.replace('input should be', 'expected')}, found {_short(error['input'])}."


def _short(value: object) -> str:
    return "nothing" if value is None else repr(value)[:60]
