"""Provenance: what an edition was made from, and checksums that tell whether it is untouched."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vardflode.common.fingerprint import project_fingerprint
from vardflode.publication.edition import RULES, Edition
from vardflode.publication.errors import PublicationError
from vardflode.settings import PROJECT, VERSION

MANIFEST = "manifest.json"
_PARTS = {"edition", "released", "last_year", "previous", "settings", "deliveries", "definitions", "code"}
HERE = Path(__file__).parent


@dataclass(frozen=True)
class Verified:
    """What was found of an edition on disk: files that differ from its manifest, and the manifest."""

    changed: list[str]
    missing: list[str]
    unknown: list[str]
    manifest: Mapping[str, Any]

    @property
    def is_untouched(self) -> bool:
        """Whether every file is as it was released."""
        return not (self.changed or self.missing or self.unknown)


def write_manifest(
    folder: Path, edition: Edition, certificate: Mapping[str, Any], editions: Path, address: str
) -> None:
    """Write `manifest.json`: everything that decided the edition, and a checksum of each of its files."""
    body = {
        "version": VERSION,
        "edition": edition.name,
        "released": edition.release_date.isoformat(),
        "made_up_persons": certificate["made_up_persons"],
        "last_year": certificate["last_year"],
        "languages": list(edition.languages),
        "degrees": list(edition.degrees),
        "previous": edition.previous,
        "settings": {name: certificate[name] for name in RULES},
        "address": address,
        "edition_file": _checksum(editions / f"{edition.name}.yml"),
        "deliveries": list(certificate["deliveries"]),
        "published_tables": certificate["tables_checksum"],
        "definitions": definitions_checksum(),
        "code": {"figures": certificate["code"], "publication": project_fingerprint(HERE)},
        "files": {name: _checksum(folder / name) for name in files_of(folder)},
    }
    text = json.dumps(body, indent=1, ensure_ascii=False, sort_keys=True)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def definitions_checksum() -> str:
    """Of the definitions, which every figure follows."""
    return _checksum(PROJECT / "docs" / "definitions.md")


def files_of(folder: Path) -> list[str]:
    """Every file of an edition but its manifest, by its path."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    return sorted(name for p in paths if (name := p.relative_to(folder).as_posix()) != MANIFEST)


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read an edition's manifest.

    Raises:
        PublicationError: there is none, or it cannot be read.
    """
    path = folder / MANIFEST
    if not path.is_file():
        raise PublicationError(f"Expected an edition in {folder}, found no {MANIFEST} there.")
    try:
        body: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError, OSError) as error:
        raise PublicationError(f"{path} is not readable as JSON: {error}.") from None
    if not _is_manifest(body):
        raise PublicationError(f"{path}: expected the manifest of an edition, found none of its files in it.")
    return body


def _is_manifest(body: Any) -> bool:
    if not (isinstance(body, dict) and body.keys() >= _PARTS | {"files"}):
        return False
    mappings = all(isinstance(body[name], dict) for name in ("files", "settings", "code"))
    named = isinstance(body["deliveries"], list) and all(
        isinstance(d, dict) and d.keys() >= {"register", "delivery", "checksum", "made_up"}
        for d in body["deliveries"]
    )
    return (
        mappings
        and named
        and {"figures", "publication"} <= body["code"].keys()
        and "windows" in body["settings"]
        and isinstance(body["definitions"], str)
    )


def verify(folder: Path) -> Verified:
    """Hold an edition against its manifest.

    Raises:
        PublicationError: the folder holds no edition.
    """
    manifest = read_manifest(folder)
    listed, found = manifest["files"], set(files_of(folder))
    return Verified(
        changed=sorted(n for n in found & listed.keys() if _checksum(folder / n) != listed[n]),
        missing=sorted(listed.keys() - found),
        unknown=sorted(found - listed.keys()),
        manifest=manifest,
    )


def _checksum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
