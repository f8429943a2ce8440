"""What everyone knows: the definitions, as far as they tie published figures together."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass

import yaml

from dagster_project.disclosure.relations.flow import Measure
from dagster_project.settings import PROJECT

DBT = PROJECT / "dbt"


@dataclass(frozen=True)
class Knowledge:
    """What each measure is out of, and which health-care regions each county lies in."""

    measures: Sequence[Measure]
    lies_in: Sequence[tuple[str, str]]


def public_knowledge() -> Knowledge:
    """Read from the one list of measures and the code list of municipalities."""
    project = yaml.safe_load((DBT / "dbt_project.yml").read_text(encoding="utf-8"))
    measures = [
        Measure(
            name=entry["name"],
            of=tuple([entry["of"]] if isinstance(entry.get("of"), str) else entry.get("of") or ()),
            whole=bool(entry.get("whole")),
            within=entry.get("within") or "",
        )
        for entry in project["vars"]["measures"]
    ]
    with (DBT / "seeds" / "kommuner.csv").open(encoding="utf-8", newline="") as file:
        pairs = {(row["lan"], row["sjukvardsregion"]) for row in csv.DictReader(file, delimiter=";")}
    return Knowledge(measures, sorted(pairs))
