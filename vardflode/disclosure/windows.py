"""Windows of cohorts that are published as one: small single cohorts would hide nearly everything."""

from __future__ import annotations

import re
from itertools import pairwise


def windows(last: int, first: int, asked: str) -> list[tuple[int, int]]:
    """The windows of cohorts that a publisher asks for, oldest first.

    Args:
        last: newest cohort that has been seen whole.
        first: oldest cohort there is.
        asked: how many cohorts a window has, the newest one ending with `last` ("3"); or the windows
            themselves ("2000-2010 2011-2013").

    Returns:
        First and last cohort of each window that lies wholly within `first`..`last`.

    Raises:
        ValueError: `asked` cannot be read, or its windows end before they begin, or overlap.
    """
    if re.fullmatch(r"[1-9][0-9]?", asked.strip()):
        width = int(asked)
        found = [(end - width + 1, end) for end in range(last, first + width - 2, -width)]
        return found[::-1]
    words = asked.split()
    matches = [re.fullmatch(r"([0-9]{4})-([0-9]{4})", word) for word in words]
    if not words or not all(matches):
        raise ValueError(
            f"expected a number of cohorts, as 3, or windows, as 2000-2010 2011-2013; found {asked!r}."
        )
    found = sorted((int(match[1]), int(match[2])) for match in matches if match)
    for begin, end in found:
        if begin > end:
            raise ValueError(f"expected windows from an earlier to a later cohort; found {begin}-{end}.")
    for before, after in pairwise(found):
        if after[0] <= before[1]:
            both = f"{before[0]}-{before[1]} and {after[0]}-{after[1]}"
            raise ValueError(f"expected windows that do not overlap; found {both}.")
    return [(begin, end) for begin, end in found if first <= begin and end <= last]
