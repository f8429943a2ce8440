"""The attack of the gate, on the files as they lie."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vardflode.disclosure.audit import DifferentError, Finding, ReadingError
from vardflode.publication.screening.check import Candidate, check


@check(
    "error",
    "Ett angrepp på filerna, tillsammans med tidigare utgåvor, avslöjar inget litet antal.",
    "An attack on the files, together with the editions before, gives no small count away.",
)
def attack_finds_no_hole(c: Candidate) -> Iterator[str]:
    """The attack of the gate, on these files."""
    try:
        yield from _told(c.holes[0])
        yield from c.attacked.contradictions
    except (ReadingError, DifferentError) as error:
        yield str(error)


@check(
    "warning",
    "Tidigare utgåvor har inte för sig avslöjat något litet antal.",
    "The editions before have not by themselves given a small count away.",
)
def earlier_editions_gave_nothing_away(c: Candidate) -> Iterator[str]:
    """What readers know already cannot be taken back; a newer attack may find more than the one then."""
    try:
        yield from _told(c.holes[1])
    except (ReadingError, DifferentError):
        return


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


def _told(holes: Sequence[Finding]) -> Iterator[str]:
    return (f"{hole.count}: known to within {hole.most - hole.least}" for hole in holes)
