"""The suites of expectations, read from `expectations/*.yml`: data that an analyst can read and edit.

A suite is one file for one table. It names small frames (SQL that aggregates) and what must hold in them.
A file whose name begins with `_` is no suite but a part that suites include; `$name` in it stands for what
the suite gives, and `$table` for the suite's table.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from vardflode.common.yaml_files import read_yaml

SEVERITIES = ("critical", "warning")
LAYERS = ("delivered", "marts")

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_TYPE = re.compile(r"expect_[a-z0-9_]+")
_PLACEHOLDER = re.compile(r"\$([a-z_]+)")


class SuiteError(Exception):
    """A suite is wrong, or its SQL does not run; the message names the file and the place in it."""


@dataclass(frozen=True)
class Frame:
    """A small table that the expectations are held against; the columns in `by` name a row of it."""

    name: str
    sql: str
    by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Expectation:
    """One thing that must hold in a frame: a Great Expectations type with its arguments.

    `critical` is for what cannot be true whatever the data: it stops the build. A `warning` only tells.
    """

    name: str
    frame: str
    type: str
    arguments: Mapping[str, Any]
    severity: str
    means_sv: str
    means_en: str


@dataclass(frozen=True)
class Suite:
    """The expectations on one table."""

    name: str
    file: Path
    table: str
    about_sv: str
    about_en: str
    frames: tuple[Frame, ...]
    expectations: tuple[Expectation, ...]

    def frame(self, name: str) -> Frame:
        """The frame of that name."""
        return next(frame for frame in self.frames if frame.name == name)


def load_suites(folder: Path) -> list[Suite]:
    """Read every suite of a folder, in order of name.

    Raises:
        SuiteError: a file is not a suite; the message names the file and the place in it.
    """
    if not folder.is_dir():
        raise SuiteError(f"There is no folder {folder} with expectations. Restore it, or name another one.")
    return [_suite(path) for path in sorted(folder.glob("*.yml")) if not path.name.startswith("_")]


class _Place:
    """A mapping in a file, with the words that lead a reader there."""

    def __init__(self, path: Path, where: str, body: Any) -> None:
        self.path, self.where = path, where
        if not isinstance(body, Mapping):
            raise self.error(f"expected names and values, found {_short(body)}.")
        self.body: Mapping[str, Any] = body

    def error(self, message: str) -> SuiteError:
        place = f", {self.where}" if self.where else ""
        return SuiteError(f"{self.path.parent.name}/{self.path.name}{place}: {message}")

    def allow(self, *names: str) -> None:
        if unknown := [str(name) for name in self.body if name not in names]:
            raise self.error(f"does not know {', '.join(unknown)}. It may have {', '.join(names)}.")

    def text(self, name: str) -> str:
        value = self.body.get(name)
        if not isinstance(value, str) or not value.strip():
            raise self.error(f"{name} is missing: expected a text, found {_short(value)}.")
        return value.strip() if name == "sql" else " ".join(value.split())

    def inside(self, name: str, kind: type) -> Any:
        value = self.body.get(name, kind())
        if not isinstance(value, kind):
            expected = "a list" if kind is list else "names and values"
            raise self.error(f"{name}: expected {expected}, found {_short(value)}.")
        return value


def _suite(path: Path) -> Suite:
    top = _Place(path, "", _read(path))
    top.allow("table", "about_sv", "about_en", "include", "frames", "expectations")
    table = top.text("table")
    layer, _, name = table.partition(".")
    if layer not in LAYERS or not name:
        raise top.error(f"table {table!r} is not one of the layers {', '.join(LAYERS)} and a name.")
    expected = name if layer == "delivered" else f"{layer}_{name}"
    if path.stem != expected:
        raise top.error(f"the suite of {table} belongs in {expected}.yml.")
    frames: list[Frame] = []
    expectations: list[Expectation] = []
    for number, body in enumerate(top.inside("include", list), start=1):
        part = _include(_Place(path, f"include {number}", body), table)
        frames += _frames(part)
        expectations += _expectations(part)
    frames += _frames(top)
    expectations += _expectations(top)
    _once(top, "frame", [frame.name for frame in frames])
    _once(top, "expectation", [expectation.name for expectation in expectations])
    if not expectations:
        raise top.error("there are no expectations.")
    known = {frame.name for frame in frames}
    for expectation in expectations:
        if expectation.frame not in known:
            raise top.error(
                f"expectation {expectation.name} looks at the frame {expectation.frame!r}, "
                f"which is not defined. "
                f"There are {', '.join(sorted(known)) or 'none'}."
            )
    if idle := sorted(known - {expectation.frame for expectation in expectations}):
        raise top.error(f"no expectation looks at the frame {', '.join(idle)}. Remove it, or use it.")
    return Suite(
        name=path.stem,
        file=path,
        table=table,
        about_sv=top.text("about_sv"),
        about_en=top.text("about_en"),
        frames=tuple(frames),
        expectations=tuple(expectations),
    )


def _include(place: _Place, table: str) -> _Place:
    place.allow("part", "with")
    path = place.path.parent / place.text("part")
    if not path.name.startswith("_") or not path.is_file():
        raise place.error(f"{path.name} is not a part: expected a file whose name begins with _.")
    values = {**place.inside("with", dict), "table": table}
    part = _Place(path, "", _fill(_read(path), values, place))
    part.allow("frames", "expectations")
    return part


def _fill(value: Any, values: Mapping[str, Any], place: _Place) -> Any:
    """Put what the suite gives in the place of `$name`; a value that is nothing else keeps its type."""
    if isinstance(value, Mapping):
        return {name: _fill(inner, values, place) for name, inner in value.items()}
    if isinstance(value, list):
        return [_fill(inner, values, place) for inner in value]
    if not isinstance(value, str):
        return value
    if missing := sorted({name for name in _PLACEHOLDER.findall(value) if name not in values}):
        raise place.error(f"the part needs {', '.join(missing)}: give it under `with`.")
    if whole := _PLACEHOLDER.fullmatch(value):
        return values[whole[1]]
    return _PLACEHOLDER.sub(lambda found: str(values[found[1]]), value)


def _frames(top: _Place) -> list[Frame]:
    frames = []
    for name, body in top.inside("frames", dict).items():
        place = _Place(top.path, f"frame {name}", body)
        place.allow("by", "sql")
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise place.error("a name is lower-case letters, digits and _.")
        by = place.inside("by", list)
        frames.append(Frame(name, place.text("sql"), tuple(str(column) for column in by)))
    return frames


def _expectations(top: _Place) -> list[Expectation]:
    return [
        _expectation(top, number, body) for number, body in enumerate(top.inside("expectations", list), 1)
    ]


def _expectation(top: _Place, number: int, body: Any) -> Expectation:
    place = _Place(top.path, f"expectation {number}", body)
    name = place.text("name")
    place.where = f"expectation {name}"
    place.allow("name", "frame", "type", "arguments", "severity", "means_sv", "means_en")
    if not _NAME.fullmatch(name):
        raise place.error("a name is lower-case letters, digits and _.")
    kind, severity = place.text("type"), place.text("severity")
    if not _TYPE.fullmatch(kind):
        raise place.error(f"type {kind!r} is not an expectation of Great Expectations (expect_...).")
    if severity not in SEVERITIES:
        raise place.error(f"severity {severity!r} is not one of {', '.join(SEVERITIES)}.")
    return Expectation(
        name=name,
        frame=place.text("frame"),
        type=kind,
        arguments=MappingProxyType(dict(place.inside("arguments", dict))),
        severity=severity,
        means_sv=place.text("means_sv"),
        means_en=place.text("means_en"),
    )


def _once(place: _Place, kind: str, names: list[str]) -> None:
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise place.error(f"the {kind} {', '.join(twice)} is there more than once.")


def _read(path: Path) -> Any:
    try:
        return read_yaml(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or error
        raise SuiteError(f"{path.parent.name}/{path.name}{line}: not readable as YAML: {problem}.") from None


def _short(value: Any) -> str:
    return "nothing" if value is None else repr(value)[:60]
