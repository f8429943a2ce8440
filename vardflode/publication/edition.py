"""An edition: the small file that decides what a publication holds."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import yaml
from pydantic import AfterValidator, BeforeValidator, Field, TypeAdapter, ValidationInfo
from pydantic.dataclasses import dataclass
from pydantic.json_schema import SkipJsonSchema

from vardflode.common.fitting import STRICT, UnfitError, fit, named, short
from vardflode.common.yaml_files import read_yaml, text_of
from vardflode.deliveries.contract import load_contract
from vardflode.disclosure.windows import windows
from vardflode.publication.errors import PublicationError
from vardflode.publication.labels import DEGREES, measures
from vardflode.settings import PROJECT

_NAME = "^[0-9A-Za-z][0-9A-Za-z-]{0,13}$"
EDITIONS = PROJECT / "editions"
LANGUAGES = ("sv", "en")
# What the report is called.
REPORTS = {"sv": "rapport", "en": "report"}
# Years after which it is told who is still in the profession: those that dbt has a measure for.
HORIZONS = tuple(
    sorted(int(years[1]) for name in measures() if (years := re.fullmatch(r"retained_(\d+)y", name)))
)
# Beginners in a window below which a degree has no chapter of its own: even among eight places, which is not
# many, they are fewer than the 25 of whom shares are told.
FEW = 200
# What the certificate says of how the tables were protected.
RULES = ("windows", "threshold", "least_base", "publisher")


def _degrees(codes: tuple[str, ...]) -> tuple[str, ...]:
    if unknown := [code for code in codes if code not in DEGREES]:
        raise ValueError(
            f"unknown degree {', '.join(unknown)}. The degrees are {', '.join(sorted(DEGREES))}."
        )
    return _each_once(codes)


def _each_once(values: tuple[Any, ...]) -> tuple[Any, ...]:
    if twice := sorted({value for value in values if values.count(value) > 1}):
        raise ValueError(f"{', '.join(map(str, twice))} is there more than once.")
    return values


def _chosen(asked: object, info: ValidationInfo) -> object:
    """So many of the ranking, all, or those that are named."""
    if asked == "all":
        return tuple(sorted(DEGREES))
    if not isinstance(asked, int) or isinstance(asked, bool):
        return asked
    ranking = info.data.get("shortage", ())
    if not 1 <= asked <= len(ranking):
        raise ValueError(
            f"expected 1 to {len(ranking)}, the number of degrees ranked in shortage, found {asked}."
        )
    return ranking[:asked]


def _windows(asked: str) -> str:
    windows(9999, 0, asked)
    return asked


def _registers(deliveries: Mapping[str, str]) -> Mapping[str, str]:
    registers = load_contract().registers
    if unknown := [register for register in deliveries if register not in registers]:
        raise ValueError(f"unknown register {', '.join(unknown)}. The registers are {', '.join(registers)}.")
    return deliveries


def _horizon(years: int) -> int:
    if years not in HORIZONS:
        raise ValueError(f"expected one of {', '.join(map(str, HORIZONS))}, found {years}.")
    return years


def _another(previous: str | None, info: ValidationInfo) -> str | None:
    if previous == info.data.get("name"):
        raise ValueError(f"expected the name of another edition, found {short(previous)}.")
    return previous


_T = TypeVar("_T")
_Some = Annotated[tuple[_T, ...], Field(min_length=1), AfterValidator(_each_once)]
# None is no ranking: an edition that is made of another's values has it so.
_Ranking = Annotated[tuple[str, ...], AfterValidator(_degrees)]
_Degrees = Annotated[_Ranking, Field(min_length=1)]
_Language = Annotated[str, Field(pattern=f"^({'|'.join(LANGUAGES)})$")]
_Horizon = Annotated[
    int, Field(strict=True, json_schema_extra={"enum": [*HORIZONS]}), AfterValidator(_horizon)
]
_Asked = int | Literal["all"] | list[str]
# A day, as YAML reads a delivery's name, is a name too.
_Text = Annotated[str, BeforeValidator(str)]


@dataclass(frozen=True)
class Contact:
    """Who answers questions (DCAT-AP-SE asks for it)."""

    name: str
    email: Annotated[str, Field(pattern=r"^[^@\s<>]+@[^@\s<>]+$")]


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Edition:
    """What an edition file says. `degrees` are codes, in the order of the report."""

    name: SkipJsonSchema[str] = Field()
    # First, because a number of degrees is so many of it.
    shortage: _Ranking = Field((), description="a list of degree codes, the largest shortage first")
    degrees: Annotated[_Degrees, BeforeValidator(_chosen, json_schema_input_type=_Asked)] = Field(
        description="a number (so many of shortage), all, or a list of degree codes"
    )
    release_date: dt.date = Field(description="a date, as 2025-12-15")
    windows: Annotated[str, AfterValidator(_windows)] = Field(
        "3", description="windows of cohorts, as 3 or 2000-2010 2011-2020"
    )
    few: int = Field(FEW, strict=True, ge=0, description="a whole number from 0")
    horizons: _Some[_Horizon] = Field(
        HORIZONS, description=f"some of {', '.join(map(str, HORIZONS))}, each once"
    )
    publisher: str = Field("", description="the name of a publisher's rules in the settings")
    threshold: int = Field(5, strict=True, ge=2, description="a whole number from 2")
    deliveries: Annotated[Mapping[str, _Text], AfterValidator(_registers)] = Field(
        default_factory=dict, description="registers and their deliveries"
    )
    languages: _Some[_Language] = Field(LANGUAGES, description="some of sv, en, each once")
    previous: Annotated[str | None, Field(pattern=_NAME), AfterValidator(_another)] = Field(
        None, description="the name of another edition"
    )
    contact: Contact | None = Field(None, description="a name and an email")


EDITION = TypeAdapter(Edition)


def load_edition(name: str, folder: Path = EDITIONS) -> Edition:
    """Read `<folder>/<name>.yml`.

    Raises:
        PublicationError: there is no such file, or something in it cannot be used; the message
            names the place.
    """
    if not re.fullmatch(_NAME, name):
        raise PublicationError(
            f"Expected the name of an edition, as 2025 (at most 14 letters, digits and -), "
            f"found {name[:60]!r}."
        )
    path = folder / f"{name}.yml"
    if not path.is_file():
        known = ", ".join(sorted(p.stem for p in folder.glob("*.yml"))) or "none"
        raise PublicationError(f"Expected an edition file {path}, found none. There are editions {known}.")
    try:
        body = read_yaml(text_of(path))
    except (yaml.YAMLError, ValueError) as error:  # a date that no calendar has is a ValueError
        raise PublicationError(f"{path} is not readable as YAML: {error}") from None
    if not isinstance(body, dict):
        raise PublicationError(f"{path}: expected names and values, found {short(body)}.")
    try:
        # A name without a value says nothing.
        return fit(EDITION, named(name, {key: value for key, value in body.items() if value is not None}))
    except UnfitError as error:
        raise PublicationError(f"{path}: {error}") from None
