"""Make an edition: from the published tables to a folder that is released, or that tells why it is not."""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console

from vardflode.common.exchange import put_in_place
from vardflode.common.exit_status import Exit
from vardflode.common.parallel import in_parallel
from vardflode.common.progress import progress
from vardflode.data_folder import Folder
from vardflode.publication.changes import changes_since, write_changes
from vardflode.publication.cubes import NUMBERS, cubes, with_statuses
from vardflode.publication.edition import EDITIONS, REPORTS, load_edition
from vardflode.publication.errors import PublicationError
from vardflode.publication.files.dcat import write_dcat
from vardflode.publication.files.jsonstat import write_jsonstat
from vardflode.publication.files.px import write_px
from vardflode.publication.files.tables import write_tables
from vardflode.publication.files.workbook import write_workbook
from vardflode.publication.layout import PARQUET
from vardflode.publication.manifest import MANIFEST, Verified, read_manifest, verify, write_manifest
from vardflode.publication.published import fitting, read_published_set
from vardflode.publication.report.document import Document
from vardflode.publication.report.flow import FLOW
from vardflode.publication.report.notes import write_changes_pages, write_screening_pages
from vardflode.publication.report.write import write_report
from vardflode.publication.screening import Candidate, Screened, screen
from vardflode.publication.texts import TEXTS
from vardflode.settings import Settings

CANDIDATE = ".candidate"


class NotReleasedError(PublicationError):
    """The screening found errors; the candidate lies where the message says."""


def make_edition(settings: Settings, name: str, out: Path, editions: Path = EDITIONS) -> list[Screened]:
    """Make an edition from `<data>/published` and release it as `<out>/<name>`.

    Nothing half-written is ever there: it is made in `<out>/.candidate`, and moved when every check is
    passed.

    Args:
        settings: where the published tables lie, and how many cores there are.
        name: of the edition; its file is `<editions>/<name>.yml`.
        out: where the editions lie beside each other.

    Returns:
        What the screening found, errors excepted.

    Raises:
        PublicationError: the edition, the published tables or the edition before cannot be used.
        NotReleasedError: the screening found errors.
    """
    edition = load_edition(name, editions)
    published = fitting(read_published_set(settings.data / Folder.PUBLISHED), edition)
    tables = {n: frame for n, frame in published.tables.items() if n in NUMBERS or n == "institutions"}
    told = {n: with_statuses(n, frame) for n, frame in tables.items() if n in NUMBERS}
    changes = changes_since(out / str(edition.previous), told, edition, published.certificate)
    # What is there already under the same name, readers have too.
    there = [out / name] if (out / name / MANIFEST).is_file() else []
    earlier = [folder / PARQUET for folder in [*_before(out, edition.previous), *there]]
    open_editions(out)
    folder = out / CANDIDATE / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    # Until it is released nobody else may read it: it may have failed the attack.
    folder.parent.chmod(0o700)
    made_up = published.made_up
    progress.info("edition %s: %d degrees, %s", name, len(edition.degrees), " and ".join(edition.languages))
    found = cubes(tables, published.names)
    if not any(cube.name == FLOW for cube in found):
        raise PublicationError(
            f"The published tables have no flow of the degrees {', '.join(edition.degrees)} in windows "
            f"{edition.windows!r}: a window is there when every cohort in it is."
        )
    progress.info("writing the files and the report")
    write_tables(folder, tables, edition, made_up)
    pieces: list[Callable[[], Document | None]] = [
        *(partial(write_workbook, folder, found, edition, made_up, o) for o in edition.languages),
        *(partial(write_report, folder, found, edition, published.certificate, o) for o in edition.languages),
        partial(write_jsonstat, folder, found, edition, made_up),
        partial(write_px, folder, found, edition, made_up),
    ]
    done = dict(in_parallel(_write, pieces, settings.cores))
    documents = [document for _, document in sorted(done.items()) if document is not None]
    write_dcat(folder, found, edition, made_up, settings.address)
    write_changes(folder, changes)
    write_changes_pages(folder, edition, found, changes, made_up)
    progress.info("screening")
    candidate = Candidate(
        folder,
        edition,
        tables,
        found,
        report={document.language: document.tables for document in documents},
        figures=[figure.name for document in documents for figure in document.figures],
        certificate=published.certificate,
        earlier=earlier,
        cores=settings.cores,
        data=settings.data,
    )
    screened = screen(candidate)
    _write_findings(folder, screened)
    write_screening_pages(folder, edition, screened, made_up)
    write_manifest(folder, edition, published.certificate, editions, settings.address)
    if errors := [s for s in screened if s.findings and s.check.severity == "error"]:
        raise NotReleasedError(_not_released(errors, folder))
    _release(folder, out / name)
    return screened


def _before(out: Path, name: str | None) -> list[Path]:
    """The editions before, newest first: each names the one before it."""
    found: list[Path] = []
    while name is not None and (folder := out / name) not in found:
        found.append(folder)
        name = read_manifest(folder)["previous"]
    return found


def _write(piece: Callable[[], Document | None]) -> Document | None:
    return piece()


def _write_findings(folder: Path, screened: list[Screened]) -> None:
    body = [
        {
            "check": s.check.name,
            "severity": s.check.severity,
            "sv": s.check.sv,
            "en": s.check.en,
            "findings": list(s.findings),
        }
        for s in screened
    ]
    text = json.dumps(body, indent=1, ensure_ascii=False)
    (folder / "screening.json").write_text(text + "\n", encoding="utf-8")


def _not_released(errors: list[Screened], folder: Path) -> str:
    lines = [f"  {s.check.name}: {finding}" for s in errors for finding in s.findings[:3]]
    return (
        f"The screening found errors by {len(errors)} checks: nothing was released. The edition and all "
        f"findings (screening.json) lie in {folder}.\n" + "\n".join(lines)
    )


def _release(folder: Path, target: Path) -> None:
    """Put the edition in its place, open to all readers; the one that was there goes only then."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    put_in_place(folder, target)
    with contextlib.suppress(OSError):  # another edition's candidate may lie there
        folder.parent.rmdir()


def open_editions(out: Path) -> None:
    """Make the folder of editions if it is not there, open to all readers."""
    if not out.is_dir():
        out.mkdir(parents=True)
        out.chmod(0o755)


def released(folder: Path, checks: int, warnings: int) -> Iterator[str]:
    """What a person is told of an edition that was released."""
    manifest = verify(folder).manifest
    yield _title(manifest)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    yield f"Files       {len(manifest['files'])} in {folder} ({size / 1e6:.0f} MB)"
    yield f"Screening   {checks} checks, {warnings} with warnings; attack: no hole"
    if manifest["made_up_persons"]:
        yield f"Påhittade personer / made-up persons: {TEXTS['made_up']['sv']}"
    page = next(name for name in REPORTS.values() if (folder / f"{name}.html").is_file())
    yield f"Next        open {folder / f'{page}.html'}; vardflode verify {folder}"


def _title(manifest: Mapping[str, Any]) -> str:
    return (
        f"Edition     {manifest['edition']}, released {manifest['released']}, "
        f"last year {manifest['last_year']}"
    )


def run_verify(folder: Path) -> int:
    """Tell whether an edition is untouched and what it was made from; return the exit status."""
    console = Console(highlight=False, soft_wrap=True)
    try:
        found = verify(folder)
    except PublicationError as error:
        console.print(f"Error: {error}", markup=False)
        return Exit.UNUSABLE
    for line in _verified(found):
        console.print(line, markup=False)
    return Exit.OK if found.is_untouched else Exit.FAILED


def _verified(found: Verified) -> Iterator[str]:
    manifest = found.manifest
    yield _title(manifest)
    settings = ", ".join(f"{name} {value or '-'}" for name, value in sorted(manifest["settings"].items()))
    yield f"Settings    {settings}"
    for delivery in manifest["deliveries"]:
        kind = "made up" if delivery["made_up"] else "real"
        name = f"{delivery['register']}/{delivery['delivery']}"
        yield f"Delivery    {name} ({kind}) {delivery['checksum'][:16]}"
    yield f"Definitions {manifest['definitions'][:16]}"
    yield f"Code        {manifest['code']['figures'][:16]} {manifest['code']['publication'][:16]}"
    for kind in ("changed", "missing", "unknown"):
        for name in getattr(found, kind):
            yield f"{kind.upper():11} {name}"
    untouched = "untouched" if found.is_untouched else "NOT as it was released"
    yield f"{len(manifest['files'])} files: {untouched}."
