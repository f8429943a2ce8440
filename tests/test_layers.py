"""One direction of data: which part of the code may know which."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from dagster_project.settings import PROJECT

PACKAGE = PROJECT / "dagster_project"
# Each part may use those named, and nothing else of the project. `shared` is for everyone.
SHARED = {
    *("settings", "progress", "fingerprint", "children", "exchange", "exit_status", "yaml_files"),
    *("database", "disk", "kept", "parquet", "stopping"),
}
MAY_USE = {
    "settings": set(),
    "progress": set(),
    "children": set(),
    "exchange": set(),
    "exit_status": set(),
    "ui": set(),
    "fingerprint": set(),
    "yaml_files": set(),
    "analysts": set(),
    "deliveries": set(),
    "database": set(),
    "disk": set(),
    "expectations": {"deliveries"},
    "kept": set(),
    "parquet": set(),
    "stopping": set(),
    "synth": set(),
    "disclosure": {"analysts", "deliveries", "warehouse"},
    "publication": {"deliveries", "disclosure"},
    "warehouse": {"deliveries", "expectations", "definitions"},
    "graph": {"analysts", "deliveries", "disclosure", "expectations", "publication", "warehouse"},
    "definitions": {"deliveries", "expectations", "graph", "warehouse"},
    "dictionary": {"deliveries", "expectations", "warehouse"},
    "cli": {"deliveries", "disclosure", "expectations", "graph", "publication", "synth", "warehouse"},
}
# Of the models, which layers a layer may read.
READS = {
    "kodverk": {"kodverk", "seeds"},
    "staging": {"source", "seeds"},
    "intermediate": {"staging", "intermediate", "source", "seeds"},
    "marts": {"staging", "intermediate", "source", "seeds"},
    "quality": {"staging", "intermediate", "source", "seeds"},
}


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return {name.split(".")[1] for name in found if name.startswith("dagster_project.")}


@pytest.mark.parametrize("part", sorted(MAY_USE))
def test_a_part_uses_only_what_it_may(part: str) -> None:
    paths = [*(PACKAGE / part).glob("**/*.py"), *PACKAGE.glob(f"{part}.py")]
    assert paths
    for path in paths:
        assert imports(path) - {part} <= MAY_USE[part] | SHARED, path


def test_every_part_has_its_rule() -> None:
    parts = {path.stem for path in PACKAGE.glob("*.py")} | {
        p.parent.name for p in PACKAGE.glob("*/__init__.py")
    }
    assert parts - {"__init__"} == set(MAY_USE)


def test_nothing_but_tests_imports_the_benchmark_or_the_tests() -> None:
    for path in PACKAGE.glob("**/*.py"):
        assert not re.search(r"^\s*(from|import) (benchmark|tests)\b", path.read_text(), re.MULTILINE), path


def test_a_model_reads_only_the_layers_that_it_may() -> None:
    layer_of = {path.stem: path.parent.name for path in (PROJECT / "dbt/models").glob("*/*.sql")}
    layer_of |= {path.stem: "seeds" for path in (PROJECT / "dbt/seeds").glob("*.csv")}
    models = list((PROJECT / "dbt/models").glob("*/*.sql"))
    assert models
    for path in models:
        text = path.read_text(encoding="utf-8")
        read = {layer_of[name] for name in re.findall(r"ref\('(\w+)'\)", text)}
        if "source(" in text:
            read.add("source")
        assert read <= READS[path.parent.name], path


def test_a_staging_model_reads_one_delivered_table_and_every_table_has_one() -> None:
    texts = [path.read_text() for path in (PROJECT / "dbt/models/staging").glob("*.sql")]
    read = [re.findall(r"source\('delivered', '(\w+)'\)", text) for text in texts]
    assert all(len(sources) == 1 for sources in read)
    from dagster_project.deliveries.contract import load_contract

    assert sorted(s[0] for s in read) == sorted(f"{t.register}_{t.name}" for t in load_contract().tables)


def test_the_rules_know_no_clock_and_no_chance() -> None:
    for folder in ("deliveries", "disclosure", "expectations", "graph", "publication", "warehouse"):
        for path in (PACKAGE / folder).glob("**/*.py"):
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"\b(now|today|utcnow|time\.time|random|uuid)\s*\(", text), path
    for path in (PROJECT / "dbt").glob("m*/**/*.sql"):
        assert not re.search(
            r"\b((now|random|today)\s*\(|current_date|current_timestamp)", path.read_text()
        ), path
