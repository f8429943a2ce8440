"""Look the flow of a degree up: what chapters, sentences and comparisons have in common."""

from __future__ import annotations

from vardflode.publication.lookup import Cell
from vardflode.publication.report.material import Material

FLOW = "flow_measures_total"


def shown_window(m: Material, degree: str) -> str | None:
    """The newest window of which the whole flow is shown; if there is none, the newest with its graduates."""
    for measure in ("in_profession_1y", "graduates"):
        for code in reversed(m.cubes[FLOW].codes("cohort")):
            if flow_cell(m, degree, code, measure, "share").is_shown:
                return code
    return None


def flow_cell(m: Material, degree: str, code: str, measure: str, number: str) -> Cell:
    """A number of the flow of all."""
    return m.cubes[FLOW].cell(number, degree, code, measure)


def beginners(m: Material, degree: str) -> tuple[str, float] | None:
    """The newest window whose beginners are told, and how many they are told to be."""
    for code in reversed(m.cubes[FLOW].codes("cohort")):
        told = flow_cell(m, degree, code, "beginners", "numerator").value
        if told is not None:
            return code, told
    return None


def is_few(m: Material, degree: str) -> bool:
    """Whether a degree is told of on the page of comparison: by its beginners, as told."""
    newest = beginners(m, degree)
    return newest is None or newest[1] < m.edition.few
