"""Constants that were tuned: what each does, and what it was measured to do (docs/audit.md)."""

from __future__ import annotations

# Of groups that are not told, so many in a row are looked past for two that are told differently.
FAR = 4
# Rounds in which every relation narrows the ends of its numbers, at most; nearly always a few are enough.
ROUNDS = 100
# A number that relations alone leave so many times as uncertain as it must be gets no programme.
AT_RISK = 2
# A proof is looked for two relations away from its numbers, or one where these are more numbers.
NEAR_NUMBERS = 4000

# Room for the rounding of sums of doubles, and what HiGHS calls zero: its own tolerance is 1e-7.
SLACK, EPSILON = 1e-6, 1e-5
