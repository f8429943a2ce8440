"""A share says something of its parts: as much as its decimals let it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from decimal import Decimal

from dagster_project.disclosure.system import System

# A share with more decimals than this is as good as exact.
EXACT = 12


def decimals(value: float) -> int:
    """Decimals that a number is written with."""
    exponent = Decimal(repr(value)).normalize().as_tuple().exponent
    return max(0, -int(exponent))


def usual_decimals(values: Iterable[float]) -> int:
    """Decimals that nearly all of a column's numbers are within (0.5 in a column of thousandths is 0.500)."""
    written = sorted(decimals(value) for value in values)
    return written[math.ceil(0.9 * len(written)) - 1] if written else 0


def half_a_unit(written: float, usual: int) -> float:
    """How far a number that was rounded can be from what it was before."""
    places = max(usual, decimals(written))
    return (0.5 * 10.0**-places if places <= EXACT else 1e-12) * (1 + 1e-9)


def relate_share(
    system: System, says: str, numerator: int, denominator: int, share: float, usual: int, times: int = 1
) -> None:
    """`share` is `times` numerator / denominator, rounded: half a unit of its last decimal either way."""
    least, most = _ends(share, half_a_unit(share, usual), times)
    if not _has_whole(least, most, system.value[numerator], system.value[denominator]):
        # Not written as the others of its column: with its own decimals then.
        least, most = _ends(share, half_a_unit(share, 0), times)
    system.weigh(says, [numerator, denominator], [1.0, -least], 0, math.inf)
    system.weigh(says, [numerator, denominator], [1.0, -most], -math.inf, 0)


def _ends(share: float, half: float, times: int) -> tuple[float, float]:
    return (share - half) / times, (share + half) / times


def _has_whole(least: float, most: float, numerator: float, denominator: float) -> bool:
    """Whether whole numbers have a ratio between these, where one of them is known (NaN: it is not)."""
    if not math.isnan(denominator):
        return math.ceil(least * denominator) <= math.floor(most * denominator)
    if not math.isnan(numerator) and least > 0:
        return math.ceil(numerator / most) <= math.floor(numerator / least)
    return True
