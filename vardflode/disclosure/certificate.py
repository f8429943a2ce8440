"""What is certified of a published set: its noise, what is not told, and what the attack proved."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from vardflode.common.fingerprint import figures_fingerprint
from vardflode.disclosure.attack import OBSERVED, RULE, Report
from vardflode.disclosure.declared import TABLES, WHY, Table
from vardflode.disclosure.files import checksum
from vardflode.disclosure.knowledge import Knowledge
from vardflode.disclosure.noise import Noise
from vardflode.settings import VERSION, Settings

HERE = Path(__file__).parent
Frames = Mapping[str, pl.DataFrame]


@dataclass(frozen=True)
class Facts:
    """What is no figure: which degrees lead to a licence, the last year, whether persons are made up, the
    deliveries in force, what codes are called that no code list of the project has (by dimension, code
    and language), and how good the deliveries were.
    """

    leads_to_licence: Mapping[str, bool]
    last_year: int | None
    made_up: bool
    deliveries: Sequence[Mapping[str, object]]
    names: Mapping[str, Mapping[str, Mapping[str, str]]]
    quality: Mapping[str, Any]


def write_certificate(
    folder: Path,
    settings: Settings,
    noise: Noise,
    tables: Frames,
    told: Frames,
    facts: Facts,
    knowledge: Knowledge,
    proved: Report,
) -> None:
    """Write `certificate.json` and the page `certificate.html`: nothing in them comes from what is not told.

    Args:
        folder: the published set.
        settings: whose rules.
        noise: the noise table.
        tables: what is published.
        told: its counts.
        facts: what is no figure.
        knowledge: what the gate took for public.
        proved: what the attack proved.
    """
    body: dict[str, Any] = {
        "version": VERSION,
        "made_up_persons": facts.made_up,
        "publisher": settings.publisher,
        "threshold": settings.threshold,
        "least_base": settings.least_base,
        "width": RULE.width,
        "windows": settings.windows,
        "years": settings.years,
        "last_year": facts.last_year,
        "deliveries": list(facts.deliveries),
        "names": facts.names,
        "quality": facts.quality,
        OBSERVED: list(knowledge.observed),
        "code": figures_fingerprint(),
        "tables_checksum": checksum(folder),
        "tables": {name: len(frame) for name, frame in sorted(tables.items())},
        "noise": _noise(noise),
        "attack": {
            "counts": proved.targets,
            "may_be_small": len(proved.findings),
            "narrowest_width": proved.narrowest,
            "holes": len(proved.holes),
            "revised_since_before": list(proved.revised),
        },
        "cost": [row for table in TABLES for row in _cost(table, told[table.name], tables[table.name])],
    }
    body["untold_pct"] = _percentage(
        sum(c["untold"] for c in body["cost"]), sum(c["numbers"] for c in body["cost"])
    )
    text = json.dumps(body, indent=1, ensure_ascii=False, sort_keys=True)
    (folder / "certificate.json").write_text(text + "\n", encoding="utf-8")
    environment = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    page = environment.get_template("certificate.html.j2").render(told=body, why=WHY)
    (folder / "certificate.html").write_text(page + "\n", encoding="utf-8")


def _noise(noise: Noise) -> dict[str, Any]:
    """For each count, of how many keys it moves by how much; the last stands for all larger ones."""
    rows = []
    for count, moves in enumerate(noise.moves):
        move, keys = np.unique(moves, return_counts=True)
        rows.append(
            {"count": count, "keys_by_move": dict(zip(map(str, move.tolist()), keys.tolist(), strict=True))}
        )
    return {
        "keys": noise.keys,
        "largest_move": noise.largest,
        "variance": round(float((noise.moves[-1] ** 2).mean()), 3),
        "table": rows,
    }


def _percentage(part: int, whole: int) -> float:
    return round(100 * part / whole, 1) if whole else 0.0


def _cost(table: Table, told: pl.DataFrame, shown: pl.DataFrame) -> list[dict[str, Any]]:
    """For each kind of table its numbers, those that are not told, and its shares without a large enough
    base.
    """
    shares = [derived.name for derived in table.derived]
    if "status" in shown.columns:
        shown = shown.filter(pl.col("status") != "not_applicable")
    costs = []
    by = {"kind": pl.col(table.by) if table.by else pl.lit(None, pl.String)}
    told, shown = told.with_columns(**by), shown.with_columns(**by)
    for (kind,), frame in sorted(told.partition_by("kind", as_dict=True).items()):
        numbers = len(frame) * len(table.counts)
        untold = int(frame.select(table.counts).null_count().sum_horizontal()[0])
        mine = shown.filter(pl.col("kind").eq_missing(kind)).select(shares)
        without = int(mine.null_count().sum_horizontal()[0]) if shares else 0
        costs.append(
            {
                "table": table.name,
                "kind": kind,
                "numbers": numbers,
                "untold": untold,
                "untold_pct": _percentage(untold, numbers),
                "shares": len(mine) * len(shares),
                "shares_untold_pct": _percentage(without, len(mine) * len(shares)) if shares else None,
            }
        )
    return costs
