"""What everyone knows: the definitions, as far as they tie published figures together."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl
import yaml

from dagster_project.disclosure.relations.flow import Measure
from dagster_project.disclosure.tables import BY_NAME
from dagster_project.settings import PROJECT

DBT = PROJECT / "dbt"


@dataclass(frozen=True)
class Knowledge:
    """What each measure is out of, and which health-care regions each county lies in.

    `observed`: whether every year in which the measures look at persons was delivered.
    """

    measures: Sequence[Measure]
    lies_in: Sequence[tuple[str, str]]
    observed: bool = False


def public_knowledge() -> Knowledge:
    """Read from the one list of measures and the code list of municipalities."""
    project = yaml.safe_load((DBT / "dbt_project.yml").read_text(encoding="utf-8"))
    measures = [
        Measure(
            name=entry["name"],
            of=tuple([entry["of"]] if isinstance(entry.get("of"), str) else entry.get("of") or ()),
            whole=entry.get("whole") is True,
            whole_if_observed=entry.get("whole") == "observed",
            within=entry.get("within") or "",
            after=entry.get("after") or "",
        )
        for entry in project["vars"]["measures"]
    ]
    with (DBT / "seeds" / "kommuner.csv").open(encoding="utf-8", newline="") as file:
        pairs = {(row["lan"], row["sjukvardsregion"]) for row in csv.DictReader(file, delimiter=";")}
    return Knowledge(measures, sorted(pairs))


def with_observed(knowledge: Knowledge, flow: pl.DataFrame | None) -> Knowledge:
    """What the told figures show: where every year was delivered, a measure that is whole then has all of the
    numerator before it as its denominator, and the denominator of a later look is part of the earlier one's.

    Args:
        knowledge: the list of measures.
        flow: `flow_measures`; numbers that are not told are null. None: it was not published.
    """
    if flow is None:
        return knowledge
    key = [column for column in BY_NAME["flow_measures"].key if column != "measure"]

    def told(measure: str, column: str) -> pl.DataFrame:
        rows = flow.filter(pl.col("measure") == measure)
        return rows.select(*key, pl.col(column).alias(f"{measure} {column}")).drop_nulls()

    pairs, ok = 0, True
    for measure in knowledge.measures:
        mine = told(measure.name, "denominator")
        if measure.whole_if_observed:
            both = mine.join(told(measure.of[0], "numerator"), on=key)
            ok &= bool((both[f"{measure.name} denominator"] == both[f"{measure.of[0]} numerator"]).all())
            pairs += len(both)
        if measure.after:
            both = mine.join(told(measure.after, "denominator"), on=key)
            ok &= bool((both[f"{measure.name} denominator"] <= both[f"{measure.after} denominator"]).all())
    return replace(knowledge, observed=ok and pairs > 0)
