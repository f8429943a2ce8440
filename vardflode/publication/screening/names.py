"""Whether everything that is told has a name that people know."""

from __future__ import annotations

from collections.abc import Iterator

from vardflode.publication.labels import metric
from vardflode.publication.screening.check import Candidate, check

# Dimensions whose codes are their own names: windows of cohorts, and years.
_OWN = ("cohort", "year")


@check("error", "Varje kod har ett namn på båda språken.", "Each code has a name in both languages.")
def codes_are_known(c: Candidate) -> Iterator[str]:
    """A code that no list knows shows itself."""
    for cube in c.cubes:
        for d in [d for d in cube.dimensions if not d.name.endswith(_OWN)]:
            for code in d.codes:
                if any(d.label(code, language) == code for language in c.edition.languages):
                    yield f"{cube.name}, {d.name}: no name for {code!r}"


@check("error", "Varje uppgift har en enhet på båda språken.", "Each number has a unit in both languages.")
def numbers_have_units(c: Candidate) -> Iterator[str]:
    """Name and unit of each number."""
    for cube in c.cubes:
        for name in cube.metrics:
            if not all(metric(name).get(key) for key in ("sv", "en", "unit_sv", "unit_en")):
                yield f"{cube.name}: {name} lacks a name or a unit"
