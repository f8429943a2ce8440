"""Where nobody is the published tables say 0, and nothing where nothing is told."""

from __future__ import annotations

import polars as pl

from vardflode.disclosure.zeros import with_zeros

COUNTIES = 21


def rows(columns: str, *rows: tuple[object, ...]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=columns.split(), orient="row")


def test_a_county_where_nobody_works_has_the_number_0() -> None:
    """Of two windows one tells the work counties; neither tells the home counties."""
    told = rows(
        "degree_code cohort_from cohort_to breakdown breakdown_value persons status",
        ("AT", 2001, 2003, "total", "total", 12, "shown"),
        ("AT", 2004, 2006, "total", "total", 12, "shown"),
        ("AT", 2004, 2006, "mobility", "stayed", 12, "shown"),
        ("AT", 2004, 2006, "work_county", "01", 12, "shown"),
        ("AT", 2004, 2006, "work_county", "09", None, "hidden"),
    )
    found = with_zeros({"mobility": told})["mobility"]
    assert found.join(told, on=told.columns, how="semi", nulls_equal=True).height == told.height
    added = found.join(told, on=["cohort_from", "breakdown", "breakdown_value"], how="anti")
    assert set(added.select("cohort_from", "persons", "status").rows()) == {(2004, 0, "shown")}
    assert dict(added["breakdown"].value_counts().iter_rows()) == {
        "work_county": COUNTIES - 2,
        "mobility": 4,
    }
    assert found.rows() == sorted(found.rows(), key=lambda row: row[:5])


def test_an_institution_of_the_degree_where_nobody_applied_has_zeros() -> None:
    told = rows(
        "degree_code cohort_from cohort_to breakdown breakdown_value applicants first_choice admitted status "
        "hidden_columns",
        ("AT", 2001, 2003, "institution", "GU", 9, 9, 9, "shown", ""),
        ("AT", 2004, 2006, "institution", "LU", 9, None, 9, "hidden", "first_choice"),
        ("AT", 2004, 2006, "sex", "2", 9, 9, 9, "shown", ""),
        ("SJ", 2001, 2003, "institution", "UU", 9, 9, 9, "shown", ""),
    )
    found = with_zeros({"applicants": told})["applicants"]
    added = found.join(told, on=told.columns[:5], how="anti")
    assert sorted(added.rows()) == [
        ("AT", 2001, 2003, "institution", "LU", 0, 0, 0, "shown", ""),
        ("AT", 2004, 2006, "institution", "GU", 0, 0, 0, "shown", ""),
        ("AT", 2004, 2006, "sex", "1", 0, 0, 0, "shown", ""),
    ]


def test_counties_of_nurses_are_all_there_and_specialisations_where_they_are_told() -> None:
    told = rows(
        "cohort_from cohort_to specialisation event county persons status",
        (2001, 2003, "total", "licence", "01", 9, "shown"),
        (2001, 2003, "total", "start", "unknown", 9, "shown"),
        (2004, 2006, "total", "start", "01", 18, "shown"),
        (2004, 2006, "barnmorska", "start", "01", 9, "shown"),
        (2004, 2006, "distrikt", "degree", "03", 9, "shown"),
    )
    found = with_zeros({"specialisation_county": told})["specialisation_county"]
    cells = set(found.select("cohort_from", "specialisation", "event").rows())
    assert cells == {
        (2001, "total", "licence"),
        (2001, "total", "start"),
        (2004, "total", "start"),
        (2004, "barnmorska", "start"),
        (2004, "distrikt", "start"),
        (2004, "barnmorska", "degree"),
        (2004, "distrikt", "degree"),
    }
    assert found.height == COUNTIES * len(cells) + 1
    assert found["persons"].sum() == told["persons"].sum()
