"""Checksums that tell whether anything that decides a result has changed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from vardflode.settings import PROJECT, Settings

_SHOW = ("publication", "site")
_CODE = (".py", ".sql", ".yml", ".csv", ".toml", ".j2", ".md", ".typ")


@cache
def project_fingerprint(folder: Path) -> str:
    """Checksum of the project's files below a folder (code, SQL, code lists, descriptions)."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.suffix in _CODE and path.is_file()):
        digest.update(f"{path.relative_to(folder)}\n".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


@cache
def figures_fingerprint() -> str:
    """Checksum of all code, SQL, code lists and engines that published figures come from.

    What only shows them (`publication`, `site`) is no part of it.
    """
    package = PROJECT / "vardflode"
    folders = sorted(path for path in package.iterdir() if path.is_dir() and path.name not in _SHOW)
    files = [*sorted(package.glob("*.py")), PROJECT / "uv.lock"]
    parts = [
        project_fingerprint(folder) for folder in [*folders, PROJECT / "dagster_project", PROJECT / "dbt"]
    ]
    parts += [hashlib.sha256(path.read_bytes()).hexdigest() for path in files]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def recipe_fingerprint(settings: Settings) -> str:
    """Checksum of what makes models of deliveries: code, SQL, code lists, settings, engines, secret."""
    parts = [figures_fingerprint(), str(settings.max_move)]
    parts += [path.read_text(encoding="utf-8") for path in [settings.record_key_secret] if path.is_file()]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def inputs_fingerprint(settings: Settings, contents: Mapping[str, str]) -> str:
    """Checksum of everything that decides a warehouse: deliveries, code, code lists, settings and secret.

    Args:
        contents: a checksum of each delivery: as it is now (`survey.raw_contents`), or, for a warehouse, as
            it was when it was read (`survey.read_contents`).
    """
    parts = [recipe_fingerprint(settings), project_fingerprint(PROJECT / "expectations")]
    parts += [repr(sorted(settings.pin.items())), repr(settings.unlinked)]
    parts += [str(settings.horizon), settings.scenarios.read_text(encoding="utf-8")]
    parts += [f"{name} {content}" for name, content in sorted(contents.items())]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
