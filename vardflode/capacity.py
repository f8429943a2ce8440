"""Who could help whom with colonoscopies (after the inventory of Södra sjukvårdsregionen)."""

from __future__ import annotations

import polars as pl

HELP = {
    "year": pl.Int32,
    "month": pl.Int32,
    "from_unit": pl.String,
    "to_unit": pl.String,
    "colonoscopies": pl.Int64,
}


def help_between(needs: pl.DataFrame) -> pl.DataFrame:
    """Meet what units lack from the room of others, within a health-care region and month.

    Units that lack most come first; each takes from units of its own county, then of the region's others,
    those with most room (before anyone took of it) first. Ties go by the unit's name, in byte order.

    Args:
        needs: `year`, `month`, `unit`, `county`, `health_region`, `lack` and `room` (whole numbers, at
            least 0), one row for each unit and month.

    Returns:
        The columns of HELP: from the unit with room to the unit that lacks, examinations of at least 1.
    """
    given = []
    by = ["year", "month", "health_region"]
    for (year, month, _), units in needs.sort([*by, "unit"]).group_by(by, maintain_order=True):
        rows = units.select("unit", "county", "lack", "room").rows()
        room = {unit: free for unit, _, _, free in rows if free > 0}
        helpers = sorted(
            ((-free, unit, county) for unit, county, _, free in rows if free > 0), key=_byte_order
        )
        for lack, unit, county in sorted(
            ((-lack, unit, county) for unit, county, lack, _ in rows), key=_byte_order
        ):
            missing = -lack
            # The sort is stable: within the county, and outside it, by room and name.
            for _, other, _ in sorted(helpers, key=lambda helper: helper[2] != county):
                if other != unit and (taken := min(missing, room[other])) > 0:
                    given.append((year, month, other, unit, taken))
                    room[other] -= taken
                    missing -= taken
    return pl.DataFrame(given, schema=HELP, orient="row").sort("year", "month", "from_unit", "to_unit")


def _byte_order(of: tuple[int, str, str]) -> tuple[int, bytes]:
    return of[0], of[1].encode()
