"""An edition: the small file that decides what a publication holds."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from vardflode.common.yaml_files import read_yaml
from vardflode.deliveries.contract import load_contract
from vardflode.disclosure.windows import windows
from vardflode.publication.errors import PublicationError
from vardflode.publication.labels import DEGREES
from vardflode.settings import PROJECT

_NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{0,13}")
_EMAIL = re.compile(r"[^@\s<>]+@[^@\s<>]+")
EDITIONS = PROJECT / "editions"
LANGUAGES = ("sv", "en")
# What the report is called.
REPORTS = {"sv": "rapport", "en": "report"}
HORIZONS = (1, 3, 5, 10)
# Beginners in a window below which a degree has no chapter of its own: even among eight places, which is not
# many, they are fewer than the 25 of whom shares are told.
FEW = 200
# What the certificate says of how the tables were protected.
RULES = ("windows", "threshold", "least_base", "publisher")
_KEYS = (
    "degrees",
    "shortage",
    "windows",
    "few",
    "horizons",
    "publisher",
    "threshold",
    "deliveries",
    "languages",
    "release_date",
    "previous",
    "contact",
)


@dataclass(frozen=True)
class Edition:
    """What an edition file says. `degrees` are codes, in the order of the report."""

    name: str
    degrees: tuple[str, ...]
    release_date: dt.date
    windows: str = "3"
    few: int = FEW
    horizons: tuple[int, ...] = HORIZONS
    publisher: str = ""
    threshold: int = 5
    deliveries: Mapping[str, str] = field(default_factory=dict)
    languages: tuple[str, ...] = LANGUAGES
    previous: str | None = None
    # Name and address of who answers questions (DCAT-AP-SE asks for it).
    contact: tuple[str, str] | None = None


def load_edition(name: str, folder: Path = EDITIONS) -> Edition:
    """Read `<folder>/<name>.yml`.

    Raises:
        PublicationError: there is no such file, or something in it cannot be used; the message
            names the place.
    """
    if not _NAME.fullmatch(name):
        raise PublicationError(
            f"Expected the name of an edition, as 2025 (at most 14 letters, digits and -), "
            f"found {name[:60]!r}."
        )
    path = folder / f"{name}.yml"
    if not path.is_file():
        known = ", ".join(sorted(p.stem for p in folder.glob("*.yml"))) or "none"
        raise PublicationError(f"Expected an edition file {path}, found none. There are editions {known}.")
    try:
        body = read_yaml(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, ValueError) as error:  # a date that no calendar has is a ValueError
        raise PublicationError(f"{path} is not readable as YAML: {error}") from None
    if not isinstance(body, dict):
        raise PublicationError(f"{path}: expected names and values, found {_short(body)}.")
    return _Reader(path, body).edition(name)


class _Reader:
    """One edition file; each value is judged with its place."""

    def __init__(self, path: Path, body: dict[Any, Any]) -> None:
        self._path, self._body = path, body
        if unknown := [str(key) for key in body if key not in _KEYS]:
            raise self._wrong(f"does not know {', '.join(unknown)}. It may have {', '.join(_KEYS)}.")

    def edition(self, name: str) -> Edition:
        return Edition(
            name=name,
            degrees=self._degrees(),
            release_date=self._date(),
            windows=self._windows(),
            few=self._few(),
            horizons=self._listed("horizons", HORIZONS, HORIZONS),
            publisher=str(self._body.get("publisher") or ""),
            threshold=self._threshold(),
            deliveries=self._deliveries(),
            languages=self._listed("languages", LANGUAGES, LANGUAGES),
            previous=self._previous(name),
            contact=self._contact(),
        )

    def _degrees(self) -> tuple[str, ...]:
        asked = self._body.get("degrees", 10)
        if asked == "all":
            return tuple(sorted(DEGREES))
        if isinstance(asked, int) and not isinstance(asked, bool):
            ranking = self._codes("shortage", self._body.get("shortage"))
            if not 1 <= asked <= len(ranking):
                raise self._wrong(
                    f"degrees: expected 1 to {len(ranking)}, the number of degrees ranked in shortage, "
                    f"found {asked}."
                )
            return ranking[:asked]
        return self._codes("degrees", asked)

    def _codes(self, place: str, codes: object) -> tuple[str, ...]:
        if not isinstance(codes, list) or not codes:
            raise self._wrong(f"{place}: expected a list of degree codes, found {_short(codes)}.")
        found = [str(code) for code in codes]
        if unknown := [code for code in found if code not in DEGREES]:
            raise self._wrong(
                f"{place}: unknown degree {', '.join(unknown)}. The degrees are {', '.join(sorted(DEGREES))}."
            )
        if twice := sorted({code for code in found if found.count(code) > 1}):
            raise self._wrong(f"{place}: {', '.join(twice)} is there more than once.")
        return tuple(found)

    def _windows(self) -> str:
        asked = str(self._body.get("windows", "3"))
        try:
            windows(9999, 0, asked)
        except ValueError as error:
            raise self._wrong(f"windows: {error}") from None
        return asked

    def _threshold(self) -> int:
        value = self._body.get("threshold", 5)
        if isinstance(value, bool) or not isinstance(value, int) or value < 2:
            raise self._wrong(f"threshold: expected a whole number from 2, found {_short(value)}.")
        return value

    def _few(self) -> int:
        value = self._body.get("few", FEW)
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise self._wrong(f"few: expected a whole number from 0, found {_short(value)}.")
        return value

    def _listed(self, name: str, default: tuple, allowed: tuple) -> tuple:
        values = self._body.get(name, list(default))
        if (
            not isinstance(values, list)
            or not values
            or any(isinstance(value, bool) or value not in allowed for value in values)
            or len(set(values)) < len(values)
        ):
            expected = ", ".join(str(value) for value in allowed)
            raise self._wrong(f"{name}: expected some of {expected}, each once, found {_short(values)}.")
        return tuple(values)

    def _deliveries(self) -> dict[str, str]:
        value = self._body.get("deliveries") or {}
        if not isinstance(value, dict):
            raise self._wrong(f"deliveries: expected registers and their deliveries, found {_short(value)}.")
        registers = load_contract().registers
        if unknown := [str(register) for register in value if register not in registers]:
            raise self._wrong(
                f"deliveries: unknown register {', '.join(unknown)}. "
                f"The registers are {', '.join(registers)}."
            )
        return {str(register): str(delivery) for register, delivery in value.items()}

    def _date(self) -> dt.date:
        value = self._body.get("release_date")
        if not isinstance(value, dt.date) or isinstance(value, dt.datetime):
            raise self._wrong(f"release_date: expected a date, as 2025-12-15, found {_short(value)}.")
        return value

    def _previous(self, name: str) -> str | None:
        value = self._body.get("previous")
        if value is None:
            return None
        if str(value) == name or not _NAME.fullmatch(str(value)):
            raise self._wrong(f"previous: expected the name of another edition, found {_short(value)}.")
        return str(value)

    def _contact(self) -> tuple[str, str] | None:
        value = self._body.get("contact")
        if value is None:
            return None
        if (
            not isinstance(value, dict)
            or sorted(value) != ["email", "name"]
            or not _EMAIL.fullmatch(str(value["email"]))
        ):
            raise self._wrong(f"contact: expected a name and an email, found {_short(value)}.")
        return str(value["name"]), str(value["email"])

    def _wrong(self, message: str) -> PublicationError:
        return PublicationError(f"{self._path}: {message}")


def _short(value: object) -> str:
    return "nothing" if value is None else repr(value)[:60]
