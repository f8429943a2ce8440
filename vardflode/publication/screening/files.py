"""Whether every file is there, and no other."""

from __future__ import annotations

from collections.abc import Iterator

from vardflode.publication.changes import CHANGES
from vardflode.publication.edition import REPORTS
from vardflode.publication.layout import (
    CATALOGUE,
    CSV,
    FIGURES,
    JSONSTAT,
    PACKAGE,
    PAGES,
    PARQUET,
    PX,
    XLSX,
    workbook_name,
)
from vardflode.publication.manifest import MANIFEST
from vardflode.publication.screening.check import Candidate, check

# What is made of the others when they have been screened.
LATER = (MANIFEST, "screening.json")


@check("error", "Alla filer finns och har innehåll.", "Every file is there and holds something.")
def files_are_there(c: Candidate) -> Iterator[str]:
    """Every format has every table or cube."""
    for name in _expected(c):
        path = c.folder / name
        if not path.is_file() or not path.stat().st_size:
            yield f"{name} is missing or empty"


@check("error", "Ingenting annat än utgåvans filer finns.", "There is nothing but the files of the edition.")
def nothing_else_is_there(c: Candidate) -> Iterator[str]:
    """What nobody asked for nobody has judged."""
    expected = {*_expected(c), *LATER, CHANGES, *pages(c, "changes"), *pages(c, "screening")}
    for path in sorted(c.folder.rglob("*")):
        name = path.relative_to(c.folder).as_posix()
        if path.is_file() and name not in expected:
            yield f"{name} is no file of the edition"


def _expected(c: Candidate) -> Iterator[str]:
    """The files that are judged."""
    yield from (f"{CSV}/{PACKAGE}", CATALOGUE)
    for table in c.tables:
        yield from (f"{CSV}/{table}.csv", f"{CSV}/{table}.csv-metadata.json", f"{PARQUET}/{table}.parquet")
    for cube in c.cubes:
        yield f"{PX}/{cube.name}.px"
        yield from (f"{JSONSTAT}/{cube.name}.{language}.json" for language in c.edition.languages)
    for language in c.edition.languages:
        yield f"{XLSX}/{workbook_name(c.edition, language)}"
        yield from (f"{REPORTS[language]}.{kind}" for kind in ("html", "pdf"))
    for figure in c.figures:
        yield from (f"{FIGURES}/{figure}.{kind}" for kind in ("svg", "png"))


def pages(c: Candidate, kind: str) -> list[str]:
    """The pages beside the report, in the languages of the edition."""
    return [f"{PAGES[kind][language]}.html" for language in c.edition.languages]
