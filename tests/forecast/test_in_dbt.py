"""The step of dbt reads what the scenario command reads, and nothing else."""

from __future__ import annotations

import re

from vardflode.forecast.evidence import RELATIONS
from vardflode.settings import PROJECT

MODELS = PROJECT / "dbt" / "models"


def test_the_model_reads_the_relations_of_a_forecast() -> None:
    model = PROJECT / "dbt/models/intermediate/forecast/int_forecast_tables.py"
    read = re.findall(r'dbt\.ref\("(\w+)"\)', model.read_text(encoding="utf-8"))
    assert sorted(read) == sorted(name for names in RELATIONS.values() for name in names)


def test_a_new_scenario_makes_the_forecast_anew_and_nothing_before_it() -> None:
    """Its text lies in one source: a build makes anew what reads it, and what reads that (`warehouse.reuse`)."""
    asks = re.compile(r"""source\(\s*["']delivered["'],\s*["']forecast["']\s*\)""")
    files = [*MODELS.glob("**/*.sql"), *MODELS.glob("**/*.py")]
    (reader,) = [path for path in files if asks.search(path.read_text(encoding="utf-8"))]
    assert reader.name == "int_forecast_tables.py"
    after = re.compile(rf"""ref\(\s*["']{reader.stem}["']\s*\)""")
    made_anew = {path for path in files if after.search(path.read_text(encoding="utf-8"))}
    # The plan's goals are held against the forecast.
    assert {path.parent.name for path in made_anew} == {"counts", "forecast", "plan"}
