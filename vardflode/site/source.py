"""What a site is made from: the published set, and a released edition that was made from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vardflode.data_folder import Folder
from vardflode.publication.cubes import NUMBERS, cubes
from vardflode.publication.manifest import MANIFEST, read_manifest, verify
from vardflode.publication.published import Published, read_published_set
from vardflode.settings import Settings
from vardflode.site.errors import SiteError
from vardflode.site.figures import Figures


@dataclass(frozen=True)
class Source:
    """The published set with its figures, and the edition's folder and manifest."""

    folder: Path
    published: Published
    figures: Figures
    edition: Path
    manifest: Mapping[str, Any]


def read_source(settings: Settings, name: str | None) -> Source:
    """Read `<data>/published` and an edition in `<data>/editions`.

    Args:
        name: of the edition; none: the one that was released last.

    Raises:
        SiteError: no edition is released, or it is not as it was released, or it was made from other tables.
        PublicationError: there are no published tables, or other code made them.
    """
    edition = _edition(settings.editions, name)
    folder = settings.data / Folder.PUBLISHED
    published = read_published_set(folder)
    found = verify(edition)
    again = f"vardflode publish --edition {edition.name}"
    if not found.is_untouched:
        raise SiteError(
            f"The edition in {edition} is not as it was released: vardflode verify {edition}. Next: {again}"
        )
    if found.manifest["published_tables"] != published.certificate["tables_checksum"]:
        raise SiteError(
            f"The edition in {edition} was made from other tables than those in {folder}. Next: {again}"
        )
    tables = {table: frame for table, frame in published.tables.items() if table in NUMBERS}
    return Source(folder, published, Figures(cubes(tables, published.names)), edition, found.manifest)


def _edition(editions: Path, name: str | None) -> Path:
    released = {path.parent.name: path.parent for path in sorted(editions.glob(f"*/{MANIFEST}"))}
    if name is None and released:
        return max(released.values(), key=lambda folder: (read_manifest(folder)["released"], folder.name))
    if name not in released:
        known = f" Released are {', '.join(released)}." if released else ""
        raise SiteError(
            f"Expected a released edition{f' {name}' if name else ''} in {editions}, found none.{known} "
            f"Next: vardflode publish --edition {name or 'NAME'}"
        )
    return released[str(name)]
