"""The suites of expectations, read from `expectations/*.yml`: data that an analyst can read and edit.

A suite is one file for one table. It names small frames (SQL that aggregates) and what must hold in them.
A file whose name begins with `_` is no suite but a part that suites include; `$name` in it stands for what
the suite gives, and `$table` for the suite's table.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal

import yaml
from pydantic import AfterValidator, BeforeValidator, Field, TypeAdapter
from pydantic.dataclasses import dataclass
from pydantic.json_schema import SkipJsonSchema

from vardflode.common.fitting import STRICT, T, UnfitError, each_named, fit, short
from vardflode.common.yaml_files import read_yaml, text_of

LAYERS = ("delivered", "marts")

_NAME = r"^[a-z][a-z0-9_]*$"
_A_NAME = "a name of lower-case letters, digits and _"
_PLACEHOLDER = re.compile(r"\$([a-z_]+)")
_Text = Annotated[
    str, AfterValidator(lambda text: " ".join(text.split())), Field(pattern=r"\S", description="a text")
]


class SuiteError(Exception):
    """A suite is wrong, or its SQL does not run; the message names the file and the place in it."""


@dataclass(frozen=True, config=STRICT)
class Frame:
    """A small table that the expectations are held against; the columns in `by` name a row of it."""

    name: SkipJsonSchema[str] = Field(pattern=_NAME, description=_A_NAME)
    sql: Annotated[str, AfterValidator(str.strip)] = Field(pattern=r"\S", description="a text of SQL")
    by: tuple[str, ...] = Field((), description="a list of columns")


@dataclass(frozen=True, config=STRICT)
class Expectation:
    """One thing that must hold in a frame: a Great Expectations type with its arguments.

    `critical` is for what cannot be true whatever the data: it stops the build. A `warning` only tells.
    """

    name: str = Field(pattern=_NAME, description=_A_NAME)
    frame: str = Field(description="the name of a frame")
    type: str = Field(
        pattern="^expect_[a-z0-9_]+$", description="an expectation of Great Expectations (expect_...)"
    )
    severity: Literal["critical", "warning"] = Field(description="critical or warning")
    means_sv: _Text = Field()
    means_en: _Text = Field()
    arguments: Annotated[Mapping[str, Any], AfterValidator(MappingProxyType)] = Field(
        default_factory=dict, description="the arguments of the type, by name"
    )


_Frames = Annotated[
    tuple[Frame, ...],
    BeforeValidator(
        lambda frames: list(each_named(frames).values()) if isinstance(frames, dict) else frames,
        json_schema_input_type=dict[str, Frame],
    ),
]


@dataclass(frozen=True, config=STRICT)
class Part:
    """What suites include: a file whose name begins with `_`."""

    frames: _Frames = Field((), description="frames by their names")
    expectations: tuple[Expectation, ...] = Field((), description="a list of expectations")


@dataclass(frozen=True, config=STRICT)
class _Include:
    part: str = Field(description="the name of a file that begins with _")
    values: dict[str, Any] = Field(default_factory=dict, alias="with", description="names and values")


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Suite(Part):
    """The expectations on one table."""

    file: SkipJsonSchema[Path] = Field()
    table: str = Field(pattern=rf"^({'|'.join(LAYERS)})\..", description="delivered.NAME or marts.NAME")
    about_sv: _Text = Field()
    about_en: _Text = Field()
    include: tuple[_Include, ...] = Field((), description="a list of parts")

    @property
    def name(self) -> str:
        """That of its file."""
        return self.file.stem


PART, SUITE = TypeAdapter(Part), TypeAdapter(Suite)


def load_suites(folder: Path) -> list[Suite]:
    """Read every suite of a folder, in order of name.

    Raises:
        SuiteError: a file is not a suite; the message names the file and the place in it.
    """
    if not folder.is_dir():
        raise SuiteError(f"There is no folder {folder} with expectations. Restore it, or name another one.")
    return [_suite(path) for path in sorted(folder.glob("*.yml")) if not path.name.startswith("_")]


def _suite(path: Path) -> Suite:
    suite = _fit(SUITE, path, {"file": path, **_read(path)})
    layer, _, name = suite.table.partition(".")
    expected = name if layer == "delivered" else f"{layer}_{name}"
    if path.stem != expected:
        raise _wrong(path, f"the suite of {suite.table} belongs in {expected}.yml.")
    parts = [_part(suite, number, include) for number, include in enumerate(suite.include, start=1)]
    frames = [frame for part in (*parts, suite) for frame in part.frames]
    expectations = [expectation for part in (*parts, suite) for expectation in part.expectations]
    known = {frame.name for frame in frames}
    for kind, found in ("frame", frames), ("expectation", expectations):
        names = [one.name for one in found]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise _wrong(path, f"the {kind} {', '.join(twice)} is there more than once.")
    if not expectations:
        raise _wrong(path, "there are no expectations.")
    for expectation in expectations:
        if expectation.frame not in known:
            raise _wrong(
                path,
                f"expectation {expectation.name} looks at the frame {expectation.frame!r}, which is not "
                f"defined. There are {', '.join(sorted(known)) or 'none'}.",
            )
    if idle := sorted(known - {expectation.frame for expectation in expectations}):
        raise _wrong(path, f"no expectation looks at the frame {', '.join(idle)}. Remove it, or use it.")
    return replace(suite, frames=tuple(frames), expectations=tuple(expectations))


def _part(suite: Suite, number: int, include: _Include) -> Part:
    path, place = suite.file.with_name(include.part), f"include {number}"
    if not path.name.startswith("_") or not path.is_file():
        raise _wrong(
            suite.file, f"{place}: {path.name} is not a part: expected a file whose name begins with _."
        )
    values = {**include.values, "table": suite.table}
    try:
        body = _filled(_read(path), values)
    except KeyError as missing:
        raise _wrong(
            suite.file, f"{place}: the part needs {missing.args[0]}: give it under `with`."
        ) from None
    return _fit(PART, path, body)


def _filled(value: Any, values: Mapping[str, Any]) -> Any:
    """Put what the suite gives in the place of `$name`; a value that is nothing else keeps its type."""
    if isinstance(value, Mapping):
        return {name: _filled(inner, values) for name, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, values) for inner in value]
    if not isinstance(value, str):
        return value
    if whole := _PLACEHOLDER.fullmatch(value):
        return values[whole[1]]
    return _PLACEHOLDER.sub(lambda found: str(values[found[1]]), value)


def _read(path: Path) -> dict[str, Any]:
    try:
        body = read_yaml(text_of(path))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or error
        raise SuiteError(f"{path.parent.name}/{path.name}{line}: not readable as YAML: {problem}.") from None
    if not isinstance(body, dict):
        raise _wrong(path, f"expected names and values, found {short(body)}.")
    return body


def _fit(kind: TypeAdapter[T], path: Path, body: object) -> T:
    try:
        return fit(kind, body)
    except UnfitError as error:
        raise _wrong(path, str(error)) from None


def _wrong(path: Path, message: str) -> SuiteError:
    return SuiteError(f"{path.parent.name}/{path.name}: {message}")
