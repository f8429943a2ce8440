"""The settings: one small file, each value overridable by the environment and by the command line."""

from __future__ import annotations

import math
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from vardflode.data_folder import File, Folder

PROJECT = Path(__file__).parents[1]
# As `pyproject.toml` has it; every output says it.
VERSION = version("vardflode")
SETTINGS_FILE = PROJECT / "vardflode.toml"
PREFIX = "VARDFLODE_"
_PIN = re.compile(r"[^=/]+=(?!\.)[^=/]+")
_SHARE = "expected a share above 0 and at most 1, as 0.2."
_MOST_THREADS = 1024
_MEMORY = r"(?=[0-9]{1,6}(?:\D|$))([0-9]*[1-9][0-9]*(?:\.[0-9]+)?) *(?:([kmgt])(i?))?b"
# Measured on a whole country: with less for each thread the follow-up of persons does not come to an end.
MEMORY_OF_A_THREAD = 400_000_000
MEMORY_OF_A_FILE = 250_000_000
# A build of the whole country comes to an end with it.
LEAST_MEMORY = 500_000_000
SHORT_OF_MEMORY = 1_000_000_000
_ADDRESS = r"https?://[^\s/<>\"{}|\\^`?#]+(/[^\s<>\"{}|\\^`?#]*)?"


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
    threshold: int = 5
    noise: Path | None = None
    least_base: int = 25
    windows: str = "3"
    years: int = 5
    earlier: tuple[Path, ...] = ()
    address: str = ""
    pin: Mapping[str, str] = field(default_factory=dict)
    unlinked: tuple[str, ...] = ()
    horizon: int = 15
    scenarios: Path = PROJECT / "scenarier.yml"

    @property
    def warehouse(self) -> Path:
        """The warehouse in force."""
        return self.data / File.WAREHOUSE

    @property
    def candidate(self) -> Path:
        """The warehouse that is being built."""
        return self.data / Folder.BUILDING / File.WAREHOUSE

    @property
    def publishing(self) -> Path:
        """The published tables that are being made."""
        return self.data / Folder.BUILDING / Folder.PUBLISHED

    @property
    def rows(self) -> Path:
        """Accepted rows as Parquet."""
        return self.data / Folder.ROWS

    @property
    def record_key_secret(self) -> Path:
        """The secret of the record keys, made by the first build."""
        return self.data / File.RECORD_KEY_SECRET

    @property
    def editions(self) -> Path:
        """Where editions are released, unless another folder is asked for."""
        return self.data / Folder.EDITIONS

    @property
    def expectations_page(self) -> Path:
        """The page of the latest checks."""
        return self.data / File.EXPECTATIONS

    def guard_data(self) -> None:
        """Close the data folder to all but its owner, who alone may read persons.

        Where something is published in it others may pass through, to that: they cannot list what is there.
        """
        open_to_all = any((self.data / name).exists() for name in (Folder.PUBLISHED, Folder.EDITIONS))
        self.data.chmod(0o711 if open_to_all else 0o700)

    @property
    def cores(self) -> int:
        """Processor cores to use, at least one."""
        return self.threads or os.cpu_count() or 1

    @property
    def memory_bytes(self) -> float:
        """The amount of memory in bytes."""
        number, power, binary = re.fullmatch(_MEMORY, self.memory, re.IGNORECASE).groups()  # type: ignore[union-attr]
        return float(number) * (1024 if binary else 1000) ** " kmgt".index(power.lower() if power else " ")

    @property
    def database_threads(self) -> int:
        """Cores that a database may use: each wants memory of its own to work in."""
        return max(1, min(self.cores, int(self.memory_bytes // MEMORY_OF_A_THREAD)))

    @property
    def files_at_once(self) -> int:
        """Delivered files that may be read at once: each takes at most `MEMORY_OF_A_FILE`, however large."""
        return max(1, min(self.cores, int(self.memory_bytes // MEMORY_OF_A_FILE)))

    @property
    def is_short_of_memory(self) -> bool:
        """Whether one thing is done after another rather than at once."""
        return self.memory_bytes < SHORT_OF_MEMORY

    @property
    def databases_at_once(self) -> int:
        """Databases that share the memory while the delivered rows are checked and the candidate laid out."""
        return 1 if self.is_short_of_memory else 2

    def environment(self) -> dict[str, str]:
        """The settings as environment variables, for a process that must see the same."""
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        values["earlier"] = os.pathsep.join(str(folder) for folder in self.earlier)
        values["noise"] = self.noise or ""
        values["pin"] = " ".join(f"{register}={delivery}" for register, delivery in self.pin.items())
        values["unlinked"] = " ".join(self.unlinked)
        return {f"{PREFIX}{name.upper()}": str(value) for name, value in values.items()}


def usable_folder(name: str, value: Path) -> Path:
    """A folder named on the command line, there or not.

    Raises:
        SettingsError: it cannot be one.
    """
    try:
        return _folder(value, Path.cwd())
    except ValueError as error:
        raise SettingsError(f"{name} = {str(value)!r} cannot be used: {error}") from None


def load_settings(**given: Any) -> Settings:
    """Settings from the file, the environment and `given` (None: not given), the latter before the former.

    Raises:
        SettingsError: the file is unreadable, a setting is unknown or has a value that cannot be used.
    """
    path = Path(os.environ.get(f"{PREFIX}SETTINGS", SETTINGS_FILE))
    written = _read(path)
    publishers = written.pop("publishers", {})
    if not isinstance(publishers, dict) or not all(isinstance(rules, dict) for rules in publishers.values()):
        raise SettingsError(f"{path}: expected [publishers.NAME] with settings, found {publishers!r:.60}.")
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
        if path.exists() and not path.is_file():
            found = "a folder" if path.is_dir() else "a pipe or a device"
            raise SettingsError(f"{path}: expected a settings file, found {found}.")
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if path == SETTINGS_FILE:
            return {}
        raise SettingsError(f"{PREFIX}SETTINGS names {path}, which is not there.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise SettingsError(f"{path} is not readable as TOML: {error}.") from None
    except OSError as error:
        raise SettingsError(f"{path}: expected a settings file, found {error.strerror}.") from None


def _apply(settings: Settings, values: Mapping[str, Any], source: str, folder: Path) -> Settings:
    known = [f.name for f in fields(Settings)]
    for name, value in values.items():
        if name not in known:
            raise SettingsError(f"{source}: unknown setting {name!r}; there are {', '.join(known)}.")
        try:
            settings = replace(settings, **{name: _value(name, value, folder)})
        except ValueError as error:
            raise SettingsError(f"{source}: {name} = {value!r} cannot be used: {error}") from None
    return settings


def _value(name: str, value: Any, folder: Path) -> Any:
    match name:
        case "raw":
            return _folder(value, folder)
        case "data":
            path = _folder(value, folder)
            if {"?", "#"} & set(str(path)):
                raise ValueError("expected a path without ? and #, at which a database ends its name.")
            return path
        case "max_move":
            share = _number(value, _SHARE)
            if not 0 < share <= 1:
                raise ValueError(_SHARE)
            return share
        case "threads":
            return _whole(value, 0, "expected 0 (all cores) or a number of cores.", _MOST_THREADS)
        case "memory":
            if not isinstance(value, str) or not re.fullmatch(_MEMORY, value.strip(), re.IGNORECASE):
                raise ValueError("expected an amount of memory, as 2GB or 500MB.")
            if replace(Settings(), memory=value.strip()).memory_bytes < LEAST_MEMORY:
                raise ValueError(f"expected {LEAST_MEMORY // 1_000_000}MB or more: the least that works.")
            return value.strip()
        case "threshold":
            return _whole(value, 2, "expected a whole number from 2: told counts below it are not shown.")
        case "least_base":
            return _whole(value, 1, "expected a whole number from 1: of fewer there is no share.")
        case "years":
            return _whole(value, 1, "expected a number of years from 1 to 50.", 50)
        case "horizon":
            return _whole(value, 1, "expected a number of years from 1 to 50.", 50)
        case "scenarios":
            if file := _file(value, folder):
                return file
            raise ValueError("expected the name of a file that is there.")
        case "noise":
            return _file(value, folder)
        case "earlier":
            paths = value.split(os.pathsep) if isinstance(value, str) else value
            if not isinstance(paths, list | tuple):
                raise ValueError("expected a list of folders.")
            return tuple(_folder(path, folder) for path in paths if str(path))
        case "address":
            if not isinstance(value, str) or (value and not re.fullmatch(_ADDRESS, value)):
                raise ValueError("expected the address of a web folder, as https://example.org/statistics.")
            return value.rstrip("/")
        case "pin":
            if isinstance(value, Mapping):
                value = [f"{register}={delivery}" for register, delivery in value.items()]
            return _pins(value)
        case "unlinked":
            words = value.split() if isinstance(value, str) else value
            if not isinstance(words, list | tuple) or not all(isinstance(word, str) for word in words):
                raise ValueError("expected a list of registers.")
            return tuple(sorted(set(words)))
        case _:
            if not isinstance(value, str | int) or isinstance(value, bool):
                raise ValueError("expected a text.")
            return str(value)


def _folder(value: Any, base: Path) -> Path:
    """A folder, there or not: a file on the way to it would be found when the work is half done."""
    if not isinstance(value, str | Path) or not str(value):
        raise ValueError("expected the name of a folder.")
    try:
        path = (base / Path(value).expanduser()).resolve()
        if files := [part for part in (path, *path.parents) if part.exists() and not part.is_dir()]:
            raise ValueError(f"expected a folder, {files[0]} is a file.")
        str(path).encode()
    except (OSError, RuntimeError, UnicodeEncodeError) as error:
        raise ValueError(f"expected the name of a folder, found {error}.") from None
    return path


def _file(value: Any, base: Path) -> Path | None:
    """A file; nothing where none is named."""
    if value in (None, "", "None"):
        return None
    if (
        not isinstance(value, str | Path)
        or not (path := (base / Path(value).expanduser()).resolve()).is_file()
    ):
        raise ValueError("expected the name of a file that is there.")
    return path


def _number(value: Any, expected: str) -> float:
    """A number as written in the file or, as text, in the environment; yes and no are none."""
    try:
        number = math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        raise ValueError(expected) from None
    if not math.isfinite(number):
        raise ValueError(expected)
    return number


def _whole(value: Any, least: int, expected: str, most: float = math.inf) -> int:
    number = _number(value, expected)
    if not least <= number <= most or number != int(number):
        raise ValueError(expected)
    return int(number)


def _pins(value: Any) -> dict[str, str]:
    if not isinstance(value, str | list | tuple):
        raise ValueError(f"expected register=delivery, found {value!r}.")
    words = value.split() if isinstance(value, str) else [str(word) for word in value]
    if wrong := [word for word in words if not _PIN.fullmatch(word)]:
        raise ValueError(f"expected register=delivery, found {wrong[0]!r}.")
    pins = dict(word.split("=") for word in words)
    if len(pins) < len(words):
        raise ValueError("expected each register once.")
    return pins
