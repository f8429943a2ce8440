"""What may be told of how good the deliveries were: rows to tens, never which row or person."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import duckdb

from vardflode.common.kept import read_json
from vardflode.data_folder import File


def quality_told(con: duckdb.DuckDBPyConnection, data: Path) -> dict[str, Any]:
    """How many rows each delivery in force had and how many were set aside, how old each register is, and
    what the checks of the warehouse said.

    Args:
        con: to the warehouse.
        data: the data folder.

    Returns:
        `deliveries` (rows rounded up to whole tens: a few rows may be a few persons), `registers` (until when
        they tell, months behind) and `checks` (made, passed, and what those that did not pass mean; not what
        they saw).
    """
    rows = con.sql(
        "select register, delivery, sum(rows_delivered)::bigint, sum(rows_accepted)::bigint, "
        "sum(rows_quarantined)::bigint, sum(rows_exact_copy)::bigint "
        "from quality.deliveries where is_in_force group by all order by all"
    ).fetchall()
    registers = con.sql(
        "select register, told_until::varchar, months_behind, is_late from quality.freshness order by all"
    ).fetchall()
    checks = (read_json(data / File.BUILD, dict) or {})["checks"]
    return {
        "deliveries": [
            {
                "register": register,
                "delivery": delivery,
                **dict(zip(("rows", "accepted", "set_aside", "copies"), map(_to_tens, counts), strict=True)),
            }
            for register, delivery, *counts in rows
        ],
        "registers": [
            {"register": register, "told_until": until, "months_behind": behind, "is_late": late}
            for register, until, behind, late in registers
        ],
        "checks": {
            "made": checks["made"],
            "passed": checks["passed"],
            "told": [
                {"name": check["name"], "sv": check["means"], "en": check.get("means_en", "")}
                for check in checks["told"]
            ],
        },
    }


def _to_tens(count: int) -> int:
    return 10 * math.ceil(count / 10)
