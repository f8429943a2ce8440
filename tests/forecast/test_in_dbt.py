"""The step of dbt reads what the scenario command reads, and nothing else."""

from __future__ import annotations

import re

from vardflode.forecast.evidence import RELATIONS
from vardflode.settings import PROJECT


def test_the_model_reads_the_relations_of_a_forecast() -> None:
    model = PROJECT / "dbt/models/intermediate/forecast/int_forecast_tables.py"
    read = re.findall(r'dbt\.ref\("(\w+)"\)', model.read_text(encoding="utf-8"))
    assert sorted(read) == sorted(name for names in RELATIONS.values() for name in names)
