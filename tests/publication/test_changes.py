"""What changed since the last edition, and what is ordinary variation; worked out by hand."""

from __future__ import annotations

import csv
import datetime as dt
import json
from pathlib import Path

import polars as pl
import pytest

from tests.publication.conftest import Made, flow_rows
from vardflode.publication.changes import changes_since, comparisons, key_text, write_changes
from vardflode.publication.cubes import NUMBERS, cubes, with_statuses
from vardflode.publication.edition import Edition
from vardflode.publication.lookup import Lookup
from vardflode.publication.manifest import MANIFEST, definitions_checksum

EDITION = Edition(name="2028", degrees=("SJ",), release_date=dt.date(2028, 12, 1), previous="2025")


def told(made: Made) -> dict[str, pl.DataFrame]:
    return {n: with_statuses(n, f) for n, f in made.published.tables.items() if n in NUMBERS}


def test_the_same_figures_are_the_same(made: Made, copy: Path) -> None:
    changes = changes_since(copy, told(made), EDITION, made.published.certificate)
    assert changes is not None
    assert (changes.changed, changes.new, changes.gone, changes.causes) == ([], 0, 0, [])
    assert changes.same == sum(len(f) * len(NUMBERS[n]) for n, f in told(made).items())


def test_each_change_is_told_with_its_cause(made: Made, copy: Path, tmp_path: Path) -> None:
    tables = told(made)
    flow = tables["staff_density"]
    first = pl.int_range(pl.len()) == 0
    second = pl.int_range(pl.len()) == 1
    third = pl.int_range(pl.len()) == 2
    tables["staff_density"] = flow.with_columns(
        employees=pl.when(first)
        .then(pl.col("employees") + 10)
        .when(second)
        .then(None)
        .otherwise(pl.col("employees")),
        employees_status=pl.when(second).then(pl.lit("hidden")).otherwise(pl.col("employees_status")),
    ).filter(~third)
    certificate = dict(made.published.certificate)
    certificate["deliveries"] = [
        {"register": "yrkesregister", "delivery": "2028-09", "made_up": False, "checksum": "x"}
    ]
    changes = changes_since(copy, tables, EDITION, certificate)
    assert changes is not None
    assert changes.causes == ["deliveries"]
    assert [(c.metric, c.cause) for c in changes.changed] == [
        ("employees", "deliveries"),
        ("employees", "disclosure"),
    ]
    assert changes.changed[0].difference == 10
    assert changes.changed[1].now == ".."
    assert (changes.count("revised"), changes.count("now_hidden"), changes.count("now_shown")) == (1, 1, 0)
    assert changes.gone == len(NUMBERS["staff_density"])
    assert changes.counts() == [
        ("staff_density", "deliveries", [1, 0, 0]),
        ("staff_density", "disclosure", [0, 0, 1]),
    ]
    write_changes(tmp_path, changes)
    rows = list(csv.DictReader((tmp_path / "changes.csv").open(encoding="utf-8")))
    assert [row["difference"] for row in rows] == ["10", ""]
    # What is hidden now is told nowhere, not as it was before either.
    assert (rows[1]["before"], rows[1]["now"]) == ("", "..")


def test_a_delivery_of_another_register_is_no_cause(made: Made, copy: Path) -> None:
    tables = told(made)
    first = pl.int_range(pl.len()) == 0
    tables["staff_density"] = tables["staff_density"].with_columns(
        employees=pl.col("employees") + pl.when(first).then(10).otherwise(0)
    )
    certificate = dict(made.published.certificate)
    certificate["deliveries"] = [
        d | ({"delivery": "2028-09"} if d["register"] == "bas" else {}) for d in certificate["deliveries"]
    ]
    changes = changes_since(copy, tables, EDITION, certificate)
    assert changes is not None
    assert [(register, now) for register, _, now in changes.deliveries] == [("bas", "2028-09")]
    assert [change.cause for change in changes.changed] == ["unknown"]


@pytest.mark.parametrize(
    ("part", "cause"),
    [("definitions", "definitions"), ("code", "code"), ("settings", "disclosure")],
)
def test_what_the_edition_before_was_made_from_is_compared(
    made: Made, copy: Path, part: str, cause: str
) -> None:
    body = json.loads((copy / MANIFEST).read_text())
    assert body["definitions"] == definitions_checksum()
    other = {
        "definitions": "x",
        "code": body["code"] | {"figures": "x"},
        "settings": {**body["settings"], "threshold": 9},
    }[part]
    (copy / MANIFEST).write_text(json.dumps(body | {part: other}))
    changes = changes_since(copy, told(made), EDITION, made.published.certificate)
    assert changes is not None
    assert changes.causes == [cause]


def test_an_edition_without_one_before_has_a_page_and_an_empty_table(made: Made) -> None:
    assert (made.folder / "changes.csv").read_text("utf-8").count("\n") == 1
    assert "Ingen tidigare utgåva" in (made.folder / "andringar.html").read_text("utf-8")


def shares(*numerators: int) -> Lookup:
    windows = [f"{2000 + 3 * k}-{2002 + 3 * k}" for k in range(len(numerators))]
    rows = flow_rows(
        *((w, "total", "total", "graduates", n, 1000) for w, n in zip(windows, numerators, strict=True))
    )
    (cube,) = cubes({"flow_measures": rows})
    return Lookup(cube)


@pytest.mark.parametrize(
    ("numerators", "limit", "ordinary"),
    [
        # Three earlier moves of 1, 3 and 2 points: mean 2, limit 3.267 * 2 points = 6.534.
        ((700, 710, 740, 720, 785), 0.06534, True),
        ((700, 710, 740, 720, 786), 0.06534, False),
        # Two windows: three standard errors of a difference, pooled p = 0.75: 3 * sqrt(0.1875 * 0.002).
        ((750, 750), 0.058095, True),
        ((700, 760), 0.059563, False),
        # Windows that have been alike by chance do not make a small difference large: 0.003267 is not used.
        ((700, 701, 702, 701, 730), 0.060532, True),
    ],
)
def test_ordinary_variation(numerators: tuple[int, ...], limit: float, ordinary: bool) -> None:
    (found,) = comparisons(shares(*numerators), ["SJ"], ["graduates"])
    assert found.limit == pytest.approx(limit, abs=1e-6)
    assert found.is_ordinary is ordinary
    assert (found.share, found.share_before) == (numerators[-1] / 1000, numerators[-2] / 1000)


def test_windows_that_are_not_shown_are_not_passed_over() -> None:
    rows = flow_rows(
        ("2000-2002", "total", "total", "graduates", 700, 1000),
        ("2003-2005", "total", "total", "graduates", None, 1000),
        ("2006-2008", "total", "total", "graduates", 760, 1000),
    )
    (cube,) = cubes({"flow_measures": rows})
    assert list(comparisons(Lookup(cube), ["SJ"], ["graduates"])) == []


def test_a_changed_cell_is_named_with_what_it_is_of() -> None:
    key = {"degree_code": "SJ", "cohort_from": 2007, "cohort_to": 2009, "breakdown": "work_county"}
    assert key_text(key | {"breakdown_value": "01"}, "sv") == (
        "Sjuksköterskeexamen, Arbetslän Stockholms län, 2007–2009"
    )
    assert key_text({**key, "breakdown": "institution_sex", "breakdown_value": "UmU:2"}, "en") == (
        "Nurse, Umeå universitet, Women, 2007–2009"
    )
    area = {"year": 2024, "level": "health_region", "area": "3"}
    assert key_text(area, "sv") == "2024, Södra sjukvårdsregionen"


def test_one_window_is_compared_with_nothing() -> None:
    assert list(comparisons(shares(700), ["SJ"], ["graduates"])) == []
