"""The attack of the gate, on the files as they lie."""

from __future__ import annotations

from collections.abc import Iterator

from vardflode.disclosure.audit import DifferentError, ReadingError
from vardflode.publication.screening.check import Candidate, check


@check(
    "error",
    "Ett angrepp på filerna, tillsammans med tidigare utgåvor, avslöjar inget litet antal.",
    "An attack on the files, together with the editions before, gives no small count away.",
)
def attack_finds_no_hole(c: Candidate) -> Iterator[str]:
    """The attack of the gate, on these files."""
    try:
        report = c.attacked
    except (ReadingError, DifferentError) as error:
        yield str(error)
        return
    for hole in report.holes:
        yield f"{hole.count}: known to within {hole.most - hole.least}"
    yield from report.contradictions


@check(
    "warning",
    "Alla tabeller i tidigare utgåvor kunde angripas tillsammans med denna.",
    "All tables of the editions before could be attacked together with this one.",
)
def earlier_editions_are_attacked_too(c: Candidate) -> Iterator[str]:
    """Revised figures cannot be laid beside others."""
    try:
        yield from c.attacked.revised
    except (ReadingError, DifferentError):
        return
