"""The settings: one small file, each value overridable by the environment and by the command line."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).parents[1]
SETTINGS_FILE = PROJECT / "vardflode.toml"
PREFIX = "VARDFLODE_"
METHODS = ("suppression", "cell_key")


class SettingsError(Exception):
    """A setting cannot be used; the message names it, what was expected and what was found."""


@dataclass(frozen=True)
class Settings:
    """What a build needs to know. Each field's meaning stands in `vardflode.toml`."""

    raw: Path = PROJECT / "raw"
    data: Path = PROJECT / "data"
    max_move: float = 0.2
    threads: int = 0
    memory: str = "2GB"
    publisher: str = ""
    method: str = "suppression"
    threshold: int = 5
    windows: str = "3"
    earlier: tuple[Path, ...] = ()
    pin: Mapping[str, str] = field(default_factory=dict)

    @property
    def warehouse(self) -> Path:
        """The warehouse in force."""
        return self.data / "warehouse.duckdb"

    @property
    def candidate(self) -> Path:
        """The warehouse that is being built."""
        return self.data / "building" / "warehouse.duckdb"

    @property
    def rows(self) -> Path:
        """Accepted rows as Parquet."""
        return self.data / "rows"

    @property
    def record_key_secret(self) -> Path:
        """The secret of the record keys, made by the first build."""
        return self.data / "record_key_secret"

    @property
    def editions(self) -> Path:
        """Where editions are released, unless another folder is asked for."""
        return self.data / "editions"

    @property
    def expectations_page(self) -> Path:
        """The page of the latest checks."""
        return self.data / "expectations.html"

    @property
    def cores(self) -> int:
        """Processor cores to use, at least one."""
        return self.threads or os.cpu_count() or 1

    def environment(self) -> dict[str, str]:
        """The settings as environment variables, for a process that must see the same."""
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        values["earlier"] = os.pathsep.join(str(folder) for folder in self.earlier)
        values["pin"] = " ".join(f"{register}={delivery}" for register, delivery in self.pin.items())
        return {f"{PREFIX}{name.upper()}": str(value) for name, value in values.items()}


def load_settings(**given: Any) -> Settings:
    """Settings from the file, the environment and `given` (None: not given), the latter before the former.

    Raises:
        SettingsError: the file is unreadable, a setting is unknown or has a value that cannot be used.
    """
    path = Path(os.environ.get(f"{PREFIX}SETTINGS", SETTINGS_FILE))
    written = _read(path)
    publishers = written.pop("publishers", {})
    settings = _apply(Settings(), written, str(path), path.parent)
    environment = {
        f.name: os.environ[f"{PREFIX}{f.name.upper()}"]
        for f in fields(Settings)
        if f"{PREFIX}{f.name.upper()}" in os.environ
    }
    settings = _apply(settings, environment, "the environment", Path.cwd())
    asked = {k: v for k, v in given.items() if v is not None}
    publisher = asked.get("publisher", environment.get("publisher", settings.publisher))
    if publisher:
        if publisher not in publishers:
            known = ", ".join(publishers) or "none"
            raise SettingsError(f"publisher = {publisher!r}: {path} has [publishers.*] for {known}.")
        settings = _apply(settings, publishers[publisher], f"{path} [publishers.{publisher}]", path.parent)
        settings = _apply(settings, environment, "the environment", Path.cwd())
    return _apply(settings, asked, "the command line", Path.cwd())


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if path == SETTINGS_FILE:
            return {}
        raise SettingsError(f"{PREFIX}SETTINGS names {path}, which is not there.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} is not readable as TOML: {error}.") from None


def _apply(settings: Settings, values: Mapping[str, Any], source: str, folder: Path) -> Settings:
    known = [f.name for f in fields(Settings)]
    for name, value in values.items():
        if name not in known:
            raise SettingsError(f"{source}: unknown setting {name!r}; there are {', '.join(known)}.")
        try:
            settings = replace(settings, **{name: _value(name, value, folder)})
        except (TypeError, ValueError) as error:
            raise SettingsError(f"{source}: {name} = {value!r} cannot be used: {error}") from None
    return settings


def _value(name: str, value: Any, folder: Path) -> Any:
    match name:
        case "raw" | "data":
            return (folder / Path(value).expanduser()).resolve()
        case "max_move":
            if not 0 < float(value) < float("inf"):
                raise ValueError("expected a share above 0, as 0.2.")
            return float(value)
        case "threads":
            if int(value) < 0:
                raise ValueError("expected 0 (all cores) or a number of cores.")
            return int(value)
        case "method":
            if value not in METHODS:
                raise ValueError(f"expected {' or '.join(METHODS)}.")
            return str(value)
        case "threshold":
            if int(value) < 2:
                raise ValueError("expected a whole number from 2: counts below it are hidden.")
            return int(value)
        case "earlier":
            paths = value.split(os.pathsep) if isinstance(value, str) else value
            return tuple((folder / Path(path).expanduser()).resolve() for path in paths if str(path))
        case "pin":
            pairs = dict(value) if isinstance(value, Mapping) else _pins(value)
            return {str(register): str(delivery) for register, delivery in pairs.items()}
        case _:
            return str(value)


def _pins(value: Any) -> dict[str, str]:
    words = value.split() if isinstance(value, str) else list(value)
    if wrong := [word for word in words if word.count("=") != 1]:
        raise ValueError(f"expected register=delivery, found {wrong[0]!r}.")
    return dict(word.split("=") for word in words)
