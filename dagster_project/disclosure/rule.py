"""The frequency rule: which counts are hidden, and how little an attacker must be left to know of them.

Source: the binding definitions, "What may be published" (docs/definitions.md).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """Counts of 1 to `threshold` − 1 persons are hidden; each must be uncertain by at least `width`."""

    threshold: int = 5
    width: int = 4

    def is_small(self, count: int) -> bool:
        """Whether a count of persons must be hidden for its own sake; zero may be shown."""
        return 0 < count < self.threshold
