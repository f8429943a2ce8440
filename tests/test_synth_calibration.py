"""A large enough made-up country gives back the published figures, by the definitions.

NATIONAL_SCALE = 0.25 is large enough: the smallest denominators below (starters in psychiatric care, about
350, and employed occupational therapists, about 1 020) then have standard errors of 2.4 and 1.25 percentage
points. Each tolerance is three standard errors, sqrt(p (1 - p) / n), and never less than the rounding of the
published figure. It is worked out from the denominator found, so a larger country is judged more strictly,
down to half a percentage point where the published figures are whole per cent.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import sqrt
from pathlib import Path

import duckdb
import pytest

NATIONAL_SCALE = 0.25
STANDARD_ERRORS = 3.0
ROUNDING = 0.005


@pytest.fixture(scope="module")
def marts(national_warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect(str(national_warehouse), read_only=True)
    yield connection
    connection.close()


def one(marts: duckdb.DuckDBPyConnection, sql: str) -> tuple[int, int]:
    row = marts.execute(sql).fetchone()
    assert row is not None
    assert row[1], f"no denominator: {sql}"
    return int(row[0]), int(row[1])


def flow(
    marts: duckdb.DuckDBPyConnection,
    degree: str,
    measure: str,
    breakdown: str = "total",
    value: str = "total",
) -> tuple[int, int]:
    """Numerator and denominator of the cohorts 2000-2010, pooled; all of them are mature."""
    return one(
        marts,
        f"""
        select sum(numerator), sum(denominator) from marts.flow_measures
        where degree_code = '{degree}' and measure = '{measure}' and breakdown = '{breakdown}'
          and breakdown_value = '{value}' and cohort_year between 2000 and 2010 and mature
        """,
    )


def specialisation(
    marts: duckdb.DuckDBPyConnection, measure: str, of: str = "total", last: int = 2005
) -> tuple[int, int]:
    """Numerator and denominator of the nurses licensed 1998 to `last`, pooled: 18 years to be followed."""
    return one(
        marts,
        f"""
        select sum(numerator), sum(denominator) from marts.specialisation
        where measure = '{measure}' and specialisation = '{of}' and cohort_year between 1998 and {last}
        """,
    )


def check(found: tuple[int, int], published: float, rounding: float = ROUNDING) -> None:
    numerator, denominator = found
    error = sqrt(published * (1 - published) / denominator)
    tolerance = max(STANDARD_ERRORS * error, rounding)
    assert numerator / denominator == pytest.approx(published, abs=tolerance), (numerator, denominator)


# --- Third pilot: occupational therapists who began 2000-2010 ---------------------------------------


def test_occupational_therapists_who_began(marts: duckdb.DuckDBPyConnection) -> None:
    # Counts are rounded year by year: at most one person a cohort. A few die or lack a row. 5 700 is given to
    # the hundred: 1 %. A term's lag between cohorts moves sqrt(n) persons over the borders.
    _, persons = flow(marts, "AT", "beginners")
    assert persons / NATIONAL_SCALE == pytest.approx(5_700, rel=0.03)


@pytest.mark.parametrize(
    ("measure", "published"),
    [
        *[("graduates", 0.75), ("licensed", 0.99), ("resident_1y", 0.99), ("employed_1y", 0.98)],
        ("in_profession_1y", 0.80),
    ],
)
def test_occupational_therapists(marts: duckdb.DuckDBPyConnection, measure: str, published: float) -> None:
    check(flow(marts, "AT", measure), published)


# --- Nurses -----------------------------------------------------------------------------------------


def test_nurses_who_began_in_a_year(marts: duckdb.DuckDBPyConnection) -> None:
    _, persons = flow(marts, "SJ", "beginners")
    # 11 cohorts of 1 450 persons at this scale; half of a percent is the rounding of 5 800 to the hundred.
    assert persons / 11 / NATIONAL_SCALE == pytest.approx(5_800, rel=0.01)


def test_women_take_the_degree_more_often_than_men(marts: duckdb.DuckDBPyConnection) -> None:
    # "Close to 80 %" of the women is read as 80 % to the nearest 1.5 percentage points.
    check(flow(marts, "SJ", "graduates", "sex", "2"), 0.80, rounding=0.015)
    check(flow(marts, "SJ", "graduates", "sex", "1"), 0.65)


# --- First and second pilot: nurses' specialisation -------------------------------------------------


def test_half_of_the_nurses_begin_to_specialise(marts: duckdb.DuckDBPyConnection) -> None:
    check(specialisation(marts, "started"), 0.50, rounding=0.01)  # "half"


def test_most_begin_within_ten_years(marts: duckdb.DuckDBPyConnection) -> None:
    within, _ = specialisation(marts, "started_within_10")
    ever, _ = specialisation(marts, "started")
    assert 0.8 < within / ever < 0.95


@pytest.mark.parametrize(("of", "published"), [("total", 0.80), ("barnmorska", 0.90), ("psykiatrisk", 0.70)])
def test_four_in_five_starters_take_the_degree(
    marts: duckdb.DuckDBPyConnection, of: str, published: float
) -> None:
    check(specialisation(marts, "graduates", of), published, rounding=0.01)  # round figures


def test_nine_in_ten_graduates_are_established_a_year_later(marts: duckdb.DuckDBPyConnection) -> None:
    check(specialisation(marts, "established_1y"), 0.90, rounding=0.01)  # a round figure


# --- Södra sjukvårdsregionen 2018: the whole country at every scale -----------------------------------


def test_colonoscopies_in_the_south(marts: duckdb.DuckDBPyConnection) -> None:
    found = marts.execute(
        """
        select level || ' ' || area, colonoscopies, round(incidence_pct, 2), over_60 / endoscopists
        from marts.colonoscopy
        where year = 2018
          and (level = 'health_region' and area = '3' or level = 'region' and area in ('07', '12'))
        """
    ).fetchall()
    figures = {row[0]: row[1:] for row in found}
    assert figures["health_region 3"][0] == 27_500
    assert figures["region 07"][1] == pytest.approx(0.93)
    assert figures["region 12"][1] == pytest.approx(1.56)
    # One of about 130 persons is 0.8 points; some of them work at more than one unit or not at all.
    assert figures["health_region 3"][2] == pytest.approx(0.20, abs=0.02)
