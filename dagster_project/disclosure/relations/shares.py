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
    half = half_a_unit(share, usual)
    least, most = (share - half) / times, (share + half) / times
    system.weigh(says, [numerator, denominator], [1.0, -least], 0, math.inf)
    system.weigh(says, [numerator, denominator], [1.0, -most], -math.inf, 0)
