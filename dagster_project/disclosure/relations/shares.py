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


def relate_share(
    system: System, says: str, numerator: int, denominator: int, share: float, usual: int
) -> None:
    """`share` is numerator / denominator rounded: half a unit of its last decimal either way."""
    half = 0.5 * 10.0 ** -max(usual, decimals(share)) if max(usual, decimals(share)) <= EXACT else 1e-12
    half *= 1 + 1e-9
    system.weigh(says, [numerator, denominator], [1.0, -(share - half)], 0, math.inf)
    system.weigh(says, [numerator, denominator], [1.0, -(share + half)], -math.inf, 0)
