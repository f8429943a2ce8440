"""What is certified of a published set: how it was protected, at what cost, and what the attack proved."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from dagster_project.disclosure.attack import OBSERVED, Report
from dagster_project.disclosure.cellkeys import NOISE
from dagster_project.disclosure.files import checksum
from dagster_project.disclosure.knowledge import Knowledge
from dagster_project.disclosure.memory import HERE
from dagster_project.disclosure.rule import Rule
from dagster_project.disclosure.system import Key
from dagster_project.disclosure.tables import TABLES, Table
from dagster_project.fingerprint import figures_fingerprint
from dagster_project.settings import Settings

# Of so few persons or hidden cells a share could be turned back into a count, and who knows that all of them
# are hidden for their own sake knows that they are small: it is not told.
ENOUGH_CELLS, ENOUGH_PERSONS = 20, 1000
# Breakdowns that most degrees can be told by.
FEW_BREAKDOWNS = ("total", "sex", "age_group")


@dataclass(frozen=True)
class Facts:
    """What is no figure: which degrees lead to a licence, the last year, whether persons are made up, the
    deliveries in force.
    """

    leads_to_licence: Mapping[str, bool]
    last_year: int | None
    made_up: bool
    deliveries: Sequence[Mapping[str, object]]


def write_certificate(
    folder: Path,
    settings: Settings,
    rule: Rule,
    tables: Mapping[str, pl.DataFrame],
    exact: Mapping[str, pl.DataFrame],
    own: Set[Key],
    hidden: Set[Key],
    report: Report,
    facts: Facts,
    small: Mapping[str, pl.DataFrame],
    knowledge: Knowledge,
) -> None:
    """Write `certificate.json` and the page `certificate.html`.

    They tell no hidden value, nor a sum that one could be worked out from.

    Args:
        small: by windows that could be asked for, the share of small figures of each degree
            (`small_figures`).
        knowledge: what the gate took for public.
    """
    intervals = [f.interval for f in report.findings]
    may_be_small = [i for i in intervals if i.low < rule.threshold and i.high > 0]
    body: dict[str, Any] = {
        "made_up_persons": facts.made_up,
        "publisher": settings.publisher,
        "method": settings.method,
        "threshold": rule.threshold,
        "width": rule.width,
        "windows": settings.windows,
        "last_year": facts.last_year,
        "deliveries": list(facts.deliveries),
        OBSERVED: list(knowledge.observed),
        "code": figures_fingerprint(),
        "tables_checksum": checksum(folder),
        "tables": {name: len(frame) for name, frame in sorted(tables.items())},
        "attack": {
            "hidden_counts": len(intervals),
            "narrowest_width": min((i.width for i in may_be_small), default=None),
            "holes": len(report.holes),
            "revised_since_before": list(report.revised),
        },
    }
    # Which tables, it must not tell: that there is somebody is part of what nothing protects.
    body["left_out"] = "Tables without rows are empty, or so small that nothing protects them."
    body["cost"] = [cost for table in TABLES for cost in _cost(table, exact[table.name], own, hidden)]
    body["degrees"] = _degrees(exact["flow_measures"], hidden, small)
    if settings.method == "cell_key":
        body["noise"] = {
            "distribution_of_256": {str(size): keys for size, keys in NOISE.items()},
            "variance": sum(size**2 * keys for size, keys in NOISE.items()) / sum(NOISE.values()),
            "small_counts_become": [0, rule.threshold],
        }
    text = json.dumps(body, indent=1, ensure_ascii=False, sort_keys=True)
    (folder / "certificate.json").write_text(text + "\n", encoding="utf-8")
    environment = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    page = environment.get_template("certificate.html.j2").render(told=body)
    (folder / "certificate.html").write_text(page + "\n", encoding="utf-8")


def small_figures(flow: pl.DataFrame, rule: Rule) -> pl.DataFrame:
    """By degree the percentage of figures that are small or have a small rest: hidden whatever else is.

    Args:
        flow: exact `flow_measures` of some windows.

    Returns:
        Columns degree_code, figures, small_pct (whole per cent).
    """
    rest = pl.col("denominator") - pl.col("numerator")
    small = pl.any_horizontal(
        number.is_between(1, rule.threshold - 1)
        for number in (pl.col("numerator"), pl.col("denominator"), rest)
    )
    return flow.group_by("degree_code").agg(
        pl.len().alias("figures"), (100 * small.mean()).round().cast(pl.Int64).alias("small_pct")
    )


def _degrees(flow: pl.DataFrame, hidden: Set[Key], small: Mapping[str, pl.DataFrame]) -> list[dict[str, Any]]:
    """For each degree the percentage of numbers hidden, also in few breakdowns, and of small figures in other
    windows; none of so few that a count could be worked out.
    """
    gone = pl.DataFrame(
        [(k[1], k[4]) for k in hidden if k[0] == "flow_measures"],
        schema={"degree_code": pl.String, "breakdown": pl.String},
        orient="row",
    )
    degrees = []
    for (degree,), rows in sorted(flow.partition_by("degree_code", as_dict=True).items()):
        mine = gone.filter(pl.col("degree_code") == degree)
        few = pl.col("breakdown").is_in(FEW_BREAKDOWNS)
        windows = {
            asked: frame.filter((pl.col("degree_code") == degree) & (pl.col("figures") >= 10 * ENOUGH_CELLS))
            for asked, frame in small.items()
        }
        degrees.append(
            {
                "degree": degree,
                "hidden_pct": _percentage(len(mine), 2 * len(rows)),
                "hidden_pct_by_total_sex_and_age": _percentage(
                    len(mine.filter(few)), 2 * len(rows.filter(few))
                ),
                "small_pct_by_window": {
                    asked: int(frame["small_pct"][0]) if len(frame) else None
                    for asked, frame in windows.items()
                },
            }
        )
    return degrees


def _percentage(part: int, whole: int) -> int | None:
    return round(100 * part / whole) if part >= ENOUGH_CELLS else None


def _cost(table: Table, exact: pl.DataFrame, own: Set[Key], hidden: Set[Key]) -> list[dict[str, Any]]:
    """For each kind of table: numbers shown, hidden for their own sake and for others', and what is lost."""
    kind = next((k for k in ("breakdown", "event", "level", "specialisation") if k in table.key), None)
    place = table.key.index(kind) if kind else 0
    costs = []
    for value, frame in (
        sorted(exact.partition_by(kind, as_dict=True).items()) if kind else [((None,), exact)]
    ):
        mine = [k for k in hidden if k[0] == table.name and (kind is None or k[1 + place] == value[0])]
        mine_own = sum(k in own for k in mine)
        numbers = len(frame) * len(table.counts)
        tells = min(mine_own, len(mine) - mine_own) >= ENOUGH_CELLS
        costs.append(
            {
                "table": table.name,
                "kind": value[0],
                "numbers": numbers,
                "shown": numbers - len(mine),
                "hidden": len(mine),
                "hidden_for_their_own_sake": mine_own if tells else None,
                "hidden_for_others": len(mine) - mine_own if tells else None,
                "hidden_pct": round(100 * len(mine) / numbers, 1) if numbers else 0.0,
                "persons_hidden_pct": _persons_lost(table, frame, mine),
            }
        )
    return costs


def _persons_lost(table: Table, frame: pl.DataFrame, hidden: list[Key]) -> int | None:
    """Of all persons in the first count, the percentage in hidden cells; whole per cent, or untold."""
    count = table.counts[0]
    places = [k[1:-1] for k in hidden if k[-1] == count]
    total = int(frame[count].sum())
    if len(places) < ENOUGH_CELLS or total < ENOUGH_PERSONS:
        return None
    schema = {key: frame.schema[key] for key in table.key}
    gone = frame.join(pl.DataFrame(places, schema=schema, orient="row"), on=list(table.key), how="semi")
    return round(100 * int(gone[count].sum()) / total)
