"""Windows of cohorts that overlap are made of pieces that do not."""

from __future__ import annotations

from collections.abc import Iterable

Window = tuple[int, int]


def pieces(windows: Iterable[Window]) -> dict[Window, list[Window]]:
    """For each window the pieces that it is made of; itself alone where no other cuts it."""
    asked = sorted(set(windows))
    cuts = sorted({start for start, _ in asked} | {end + 1 for _, end in asked})
    found = {}
    for start, end in asked:
        inside = [cut for cut in cuts if start <= cut <= end]
        ends = [cut - 1 for cut in inside[1:]] + [end]
        found[(start, end)] = list(zip(inside, ends, strict=True))
    return found
