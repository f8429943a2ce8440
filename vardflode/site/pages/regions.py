"""Which county lies in which health-care region, and which institutions in which county, by the code lists."""

from __future__ import annotations

from functools import cache

from vardflode.deliveries.contract import read_code_list


@cache
def regions_of(county: str) -> tuple[str, ...]:
    """The health-care regions that a county's municipalities belong to."""
    rows = read_code_list("kommuner.csv")
    return tuple(sorted({row["sjukvardsregion"] for row in rows if row["lan"] == county}))


@cache
def counties_of(region: str) -> tuple[str, ...]:
    """The counties that have municipalities in a health-care region."""
    return tuple(
        sorted({row["lan"] for row in read_code_list("kommuner.csv") if row["sjukvardsregion"] == region})
    )


@cache
def county_of(institution: str) -> str:
    """The county of the place where an institution has its seat."""
    seats = {row["larosate"]: row["studieort_kommun"] for row in read_code_list("larosaten.csv")}
    counties = {row["kommun"]: row["lan"] for row in read_code_list("kommuner.csv")}
    return counties.get(seats.get(institution, ""), "")
