"""What a degree's chapter begins with: two or three sentences, from the numbers that are told."""

from __future__ import annotations

from collections.abc import Iterator

from vardflode.publication.changes import comparisons
from vardflode.publication.labels import label
from vardflode.publication.report.findings import leading
from vardflode.publication.report.flow import FLOW, flow_cell, shown_window
from vardflode.publication.report.material import Material
from vardflode.publication.texts import listed, per_hundred, percent, window


def opening(m: Material, degree: str) -> Iterator[str]:
    """How many get how far, whether that has changed, and where most come from; each where it can be told."""
    code = shown_window(m, degree)
    if code is not None:
        yield from _of_a_hundred(m, degree, code)
    yield from _against_before(m, degree)
    yield from _from_where(m, degree)


def _of_a_hundred(m: Material, degree: str, code: str) -> Iterator[str]:
    graduates = flow_cell(m, degree, code, "graduates", "share").value
    if graduates is None:
        return
    licensed = flow_cell(m, degree, code, "licensed", "share").value
    # Of the graduates: only where all of them are followed that far is it a share of the beginners.
    followed = flow_cell(m, degree, code, "licensed", "denominator")
    if licensed is None or followed != flow_cell(m, degree, code, "graduates", "numerator"):
        key, of = "opening_graduates", {}
    else:
        key, of = "opening_licensed", {"licensed": per_hundred(graduates * licensed, m.language)}
    yield m.say(key, window=window(code), graduates=per_hundred(graduates, m.language), **of)
    profession = flow_cell(m, degree, code, "in_profession_1y", "share").value
    if profession is not None:
        yield m.say("opening_profession", share=per_hundred(profession, m.language))


def _against_before(m: Material, degree: str) -> Iterator[str]:
    for found in comparisons(m.cubes[FLOW], [degree], ["graduates"]):
        now, before = (percent(share, m.language, 1) for share in (found.share, found.share_before))
        up = "opening_up" if found.share > found.share_before else "opening_down"
        judged = "opening_same" if now == before else "opening_ordinary" if found.is_ordinary else up
        windows = {"window": window(found.window), "window_before": window(found.window_before)}
        yield m.say(judged, now=now, before=before, **windows)


def _from_where(m: Material, degree: str) -> Iterator[str]:
    """The newest beginners; only of so many that shares are told of them."""
    cube = m.cubes.get("flow_measures_home_county")
    if cube is None:
        return
    for code in reversed(cube.codes("cohort")):
        whole = flow_cell(m, degree, code, "beginners", "numerator").value
        if whole is None:
            continue
        counties = cube.codes("home_county")
        cells = {c: cube.cell("numerator", degree, code, c, "beginners") for c in counties}
        named = leading(cells, whole)
        if whole >= m.certificate["least_base"] and named and "unknown" not in named:
            together = min(sum(cells[c].value or 0.0 for c in named) / whole, 1.0)
            names = listed([label("county", c, m.language) for c in named], m.language)
            key = "opening_from" if len(named) == 1 else "opening_from_several"
            share = percent(together, m.language)
            yield m.say(key, window=window(code), names=names, share=share)
        return
