"""Paid training and beginners are never divided: the grants mix years and lack regions."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from vardflode.disclosure.declared import EVERY
from vardflode.settings import PROJECT, load_settings
from vardflode.warehouse.models import manifest

PAID = "stg_personalekonomi__paid_training"
# Whatever beginners are counted from, or planned.
BEGINNERS = ("stg_hreg__registrations", "stg_utbildningsplan__planned_beginners")
# Code that could put the two together: the SQL of analysts and docs, the publications, the planning pages.
CODE = [
    *(PROJECT / "vardflode").glob("**/*.py"),
    *(PROJECT / "vardflode").glob("**/*.sql"),
    *(PROJECT / "dbt").glob("m*/**/*.sql"),
    PROJECT / "docs/queries.md",
]
_DIVIDED = re.compile(
    r"(paid_for|paid_training|persons)[^;\n]*/[^;\n]*(beginners|begun)|beginners[^;\n]*/[^;\n]*paid_"
)


@pytest.fixture(scope="module")
def dbt(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return manifest(load_settings(data=str(tmp_path_factory.mktemp("data"))))


def ancestors(dbt: dict[str, Any], id_: str) -> set[str]:
    above: set[str] = set()
    waiting = [id_]
    while waiting:
        for parent in dbt["parent_map"].get(waiting.pop(), ()):
            if parent not in above:
                above.add(parent)
                waiting.append(parent)
    return {name.split(".")[2] for name in above}


def test_no_table_is_made_of_both(dbt: dict[str, Any]) -> None:
    models = {id_: n["name"] for id_, n in dbt["nodes"].items() if n["resource_type"] == "model"}
    made = {name: {name, *ancestors(dbt, id_)} for id_, name in models.items()}
    assert {name for name, above in made.items() if PAID in above} >= {"int_paid_training", "paid_training"}
    assert {name for name, above in made.items() if above & set(BEGINNERS)} >= {
        "flow_measures",
        "forecast_intake",
    }
    assert [name for name, above in made.items() if PAID in above and above & set(BEGINNERS)] == []


def test_no_code_divides_the_one_by_the_other() -> None:
    assert _DIVIDED.search("round(100.0 * paid.paid_for / begun.beginners, 1)")
    assert _DIVIDED.search("paid_training.persons / beginners")
    found = [f"{path}: {m[0]}" for path in CODE for m in _DIVIDED.finditer(path.read_text(encoding="utf-8"))]
    assert found == []


def test_what_is_published_of_paid_training_is_persons() -> None:
    for table in EVERY:
        if "paid" in table.name or "paid" in table.model:
            assert {*table.numbers} <= {"paid_for", "counties"}, table.name
            assert not table.derived


def ratios(con: duckdb.DuckDBPyConnection) -> Iterator[float]:
    """Paid training of the nation by beginners of a year near it: as a share, a percentage and the other way."""
    found = con.sql(
        """
        select distinct paid.persons / begun.numerator as ratio
        from marts.paid_training as paid
        inner join marts.flow_measures as begun on begun.cohort_year between paid.year - 2 and paid.year
        where
            paid.level = 'nation' and begun.degree_code in ('SP', 'SJ') and begun.measure = 'beginners'
            and begun.breakdown = 'total' and paid.persons > 0 and begun.numerator > 0
            -- A ratio of small whole numbers may be something else's too.
            and greatest(paid.persons, begun.numerator) // gcd(paid.persons, begun.numerator) >= 100
        """
    ).fetchall()
    for (ratio,) in found:
        # A number of few decimals may be something else's that was rounded.
        yield from (r for r in (ratio, 100 * ratio, 1 / ratio, 100 / ratio) if r != round(r, 3))


def test_no_number_of_the_warehouse_is_the_one_by_the_other(warehouse: Path) -> None:
    with contextlib.closing(duckdb.connect(str(warehouse), read_only=True)) as con:
        wanted = sorted(set(ratios(con)))
        assert len(wanted) > 20
        con.execute("create temp table wanted as select unnest(?::double[]) as ratio", [wanted])
        columns = con.sql(
            "select distinct schema_name, table_name, column_name from duckdb_columns() "
            "where schema_name in ('marts', 'counts', 'labelled', 'quality', 'intermediate') "
            "and data_type in ('DOUBLE', 'FLOAT') order by all"
        ).fetchall()
        assert ("marts", "hired_staff", "hired_share_pct") in columns
        of_the_same = [
            f"{schema}.{table}.{column}"
            for schema, table, column in columns
            if con.sql(
                f'select count(distinct ratio) from {schema}.{table} as told join wanted on abs(told."{column}" - ratio) '
                f"<= 1e-12 * ratio"
            ).fetchone()
            # One may be another's by chance: both are ratios of numbers of beginners.
            > (1,)
        ]
        assert of_the_same == []
        ((related,),) = con.sql(
            "select count(*) from marts.paid_training where may_be_related_to_beginners"
        ).fetchall()
        assert related == 0
