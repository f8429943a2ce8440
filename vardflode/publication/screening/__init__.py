"""Screening before release: named checks of the emitted files.

Each check reads the files as they lie on disk, and tells every fault that it finds. An error stops the
release. In the way of the UK's explore-education-statistics.

Nothing here is shared with those who write the files: each format has a reader of its own, and what a file
should say is worked out anew from the published tables (`told`). So an error of a writer cannot hide from its
check.
"""

from __future__ import annotations

from vardflode.publication.screening import (
    catalogue,
    disclosure,
    files,
    jsonstat,
    names,
    px,
    report,
    tables,
    workbook,
)
from vardflode.publication.screening.check import Candidate, Check, Screened, judged

_KINDS = (files, tables, px, jsonstat, workbook, names, catalogue, report, disclosure)
CHECKS = [each for kind in _KINDS for each in vars(kind).values() if isinstance(each, Check)]


def screen(candidate: Candidate) -> list[Screened]:
    """Make every check, in order."""
    return [Screened(each, judged(each, candidate)) for each in CHECKS]
