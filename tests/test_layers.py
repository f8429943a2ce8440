"""One direction of data: which part of the code may know which."""

from __future__ import annotations

import ast
import re
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from vardflode.common.yaml_files import read_yaml
from vardflode.deliveries.contract import load_contract
from vardflode.settings import PROJECT

LIBRARY, GRAPH, MODELS = PROJECT / "vardflode", PROJECT / "dagster_project", PROJECT / "dbt/models"
# Each part of the library may use those named, and nothing else of the project. Only the command, which is on
# top of everything, knows the graph, and only the graph knows Dagster.
MAY_USE = {
    "data_folder": set(),
    "settings": {"data_folder"},
    "common": {"data_folder", "settings"},
    "analysts": {"common", "settings"},
    "capacity": set(),
    "knowledge_bank": set(),
    "sdc": set(),
    "synth": set(),
    "deliveries": {"common", "data_folder"},
    "expectations": {"common", "deliveries", "settings"},
    "forecast": {"common", "deliveries", "settings"},
    "warehouse": {"common", "data_folder", "deliveries", "expectations", "forecast", "settings"},
    "disclosure": {"analysts", "common", "data_folder", "deliveries", "sdc", "settings", "warehouse"},
    "publication": {"common", "data_folder", "deliveries", "disclosure", "settings"},
    "site": {
        "common",
        "data_folder",
        "deliveries",
        "disclosure",
        "knowledge_bank",
        "publication",
        "settings",
    },
    "planning": {"common", "forecast", "publication", "settings"},
    "dictionary": {
        "common",
        "deliveries",
        "disclosure",
        "expectations",
        "knowledge_bank",
        "publication",
        "settings",
        "warehouse",
    },
}
MAY_USE["cli"] = {*MAY_USE, "dagster_project"} - {"analysts", "sdc"}
MAY_USE["dagster_project"] = set(MAY_USE) - {"cli", "dictionary", "planning", "sdc", "synth"}
# Of the models, which layers a layer may read.
READS = {
    "kodverk": {"kodverk", "source", "seeds"},
    "staging": {"source", "seeds"},
    "intermediate": {"staging", "intermediate", "source", "seeds"},
    "counts": {"intermediate", "counts", "kodverk", "seeds"},
    "marts": {"intermediate", "counts", "seeds"},
    "quality": {"staging", "intermediate", "source", "seeds"},
}


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found


def parts_in(names: set[str]) -> set[str]:
    """The parts of the project among imported names."""
    parts = {name.split(".")[1] for name in names if name.startswith("vardflode.")}
    return parts | (
        {"dagster_project"} if any(name.startswith("dagster_project.") for name in names) else set()
    )


def files_of(part: str) -> list[Path]:
    if part == "dagster_project":
        return list(GRAPH.glob("**/*.py"))
    return [*(LIBRARY / part).glob("**/*.py"), *LIBRARY.glob(f"{part}.py")]


def layer(model: Path) -> str:
    return model.relative_to(MODELS).parts[0]


@pytest.mark.parametrize("part", sorted(MAY_USE))
def test_a_part_uses_only_what_it_may(part: str) -> None:
    paths = files_of(part)
    assert paths
    for path in paths:
        assert parts_in(imports(path)) - {part} <= MAY_USE[part], path


def test_publication_knows_of_disclosure_what_is_declared_and_the_audit() -> None:
    read = {
        name.split(".")[2]
        for path in files_of("publication")
        for name in imports(path)
        if name.startswith("vardflode.disclosure.")
    }
    assert read == {"audit", "declared", "windows"}


def test_parts_use_each_other_in_one_direction() -> None:
    assert list(TopologicalSorter(MAY_USE).static_order())


def test_every_part_has_its_rule() -> None:
    parts = {path.stem for path in LIBRARY.glob("*.py")} | {
        p.parent.name for p in LIBRARY.glob("*/__init__.py")
    }
    assert parts - {"__init__"} == set(MAY_USE) - {"dagster_project"}


def test_the_screening_shares_nothing_with_those_who_write() -> None:
    """Neither the writers nor the numbers of the cubes that they write from: an error of theirs would be its own."""
    names = {"changes", "cubes", "edition", "labels", "layout", "manifest", "screening", "texts"}
    paths = list((LIBRARY / "publication/screening").glob("*.py"))
    assert len(paths) > 5
    for path in paths:
        own = {n.split(".")[2] for n in imports(path) if n.startswith("vardflode.publication.")}
        assert own <= names, path
        assert not re.search(r"\.(frame|dense)\b|with_statuses", path.read_text(encoding="utf-8")), path


def test_only_the_graph_knows_dagster() -> None:
    for path in LIBRARY.glob("**/*.py"):
        assert (
            not {name for name in imports(path) if name.split(".")[0].startswith("dagster")}
            or path.name == "cli.py"
        ), path
    command = {name for name in imports(LIBRARY / "cli.py") if name.split(".")[0].startswith("dagster")}
    assert all(name.startswith("dagster_project.") for name in command)


@pytest.mark.parametrize(
    ("private", "adapter"),
    [
        (r"^\s*(from|import) dagster\w*\._", GRAPH / "internals.py"),
        (r"^\s*(from|import) dbt\b", LIBRARY / "warehouse/dbt_internals.py"),
    ],
)
def test_what_a_library_does_not_promise_is_used_in_one_module(private: str, adapter: Path) -> None:
    paths = [*LIBRARY.glob("**/*.py"), *GRAPH.glob("**/*.py")]
    found = {path for path in paths if re.search(private, path.read_text(encoding="utf-8"), re.MULTILINE)}
    assert found == {adapter}


def test_every_database_of_persons_is_opened_within_the_memory_of_the_settings() -> None:
    """DuckDB takes four fifths of the machine when nobody tells it otherwise."""
    opened = {
        str(path.relative_to(PROJECT))
        for folder in (LIBRARY, GRAPH)
        for path in folder.rglob("*.py")
        if "duckdb.connect(" in path.read_text(encoding="utf-8")
    }
    # The attack reads anyone's published files, by no setting.
    assert opened == {"vardflode/common/database.py", "vardflode/disclosure/reading.py"}


def test_the_solver_knows_the_name_of_no_table() -> None:
    names = {path.stem for path in (MODELS / "marts").glob("**/*.sql")}
    assert names
    for path in (LIBRARY / "sdc").glob("*.py"):
        words = set(re.findall(r"\w+", path.read_text(encoding="utf-8")))
        assert not names & words, path


def test_nothing_but_tests_imports_the_benchmark_or_the_tests() -> None:
    for path in [*LIBRARY.glob("**/*.py"), *GRAPH.glob("**/*.py")]:
        assert not re.search(r"^\s*(from|import) (benchmark|tests)\b", path.read_text(), re.MULTILINE), path


def test_a_model_reads_only_the_layers_that_it_may() -> None:
    models = [*MODELS.glob("**/*.sql"), *MODELS.glob("**/*.py")]
    layer_of = {path.stem: layer(path) for path in models}
    layer_of |= {path.stem: "seeds" for path in (PROJECT / "dbt/seeds").glob("*.csv")}
    assert {layer(path) for path in MODELS.glob("**/*.sql")} == set(READS)
    for path in models:
        text = path.read_text(encoding="utf-8")
        read = {layer_of[name] for name in re.findall(r"""ref\(['"](\w+)['"]\)""", text)}
        if "source(" in text:
            read.add("source")
        assert read <= READS[layer(path)], path


def test_a_model_has_its_description_and_tests_beside_it() -> None:
    for path in [*MODELS.glob("**/*.sql"), *MODELS.glob("**/*.py")]:
        beside = read_yaml(path.with_suffix(".yml").read_text(encoding="utf-8"))
        assert [model["name"] for model in beside["models"]] == [path.stem], path
        assert {test["model"] for test in beside.get("unit_tests", ())} <= {path.stem}, path


def test_a_folder_of_a_layer_is_a_theme_with_a_group() -> None:
    """So that dbt itself refuses a model that reads another theme's own steps."""
    groups = {group["name"] for group in read_yaml((MODELS / "groups.yml").read_text("utf-8"))["groups"]}
    folders = {path.parent for name in ("intermediate", "marts") for path in (MODELS / name).glob("**/*.sql")}
    assert {folder.name for folder in folders} == groups
    layers = read_yaml((PROJECT / "dbt/dbt_project.yml").read_text("utf-8"))["models"]["vardflode"]
    for folder in folders:
        assert layers[folder.parent.name][folder.name] == {"+group": folder.name}, folder
    assert layers["intermediate"]["+access"] == "private"


# docs/warehouse.md: how a column ends, and the unit that its description ends with.
ENDINGS = {
    "date": r"(_date|_until)$",
    "year": r"(^|_)year(_\d+)?$",
    "academic year": r"^cohort_year$|_cohort$|^start_year$",
    "term": r"(^|_)term$|^valid_(from|to)$",
    "months": r"(^|_)months(_|$)",
    "share 0-1": r"(^|_)share(_|$)",
    "per cent": r"_pct$",
    "persons per 100 000": r"^per_",
    "examinations per person": r"^per_",
    "kronor a year": r"_sek$",
    "number 0-999": r"_key$",
}


def columns() -> dict[tuple[str, str], str]:
    """Unit of each column of each model."""
    texts = (MODELS / "columns.md").read_text(encoding="utf-8")
    units = dict(re.findall(r"{% docs (\w+) %}.*Unit: ([^.]+)\.{% enddocs %}", texts))
    found = {}
    for path in MODELS.glob("**/*.yml"):
        for model in read_yaml(path.read_text(encoding="utf-8")).get("models", ()):
            for column in model["columns"]:
                (text,) = re.findall(r"doc\('(\w+)'\)", column["description"])
                found[model["name"], column["name"]] = units[text]
    return found


def test_a_column_s_name_says_its_kind() -> None:
    for (model, column), unit in columns().items():
        if ending := ENDINGS.get(unit):
            assert re.search(ending, column), (model, column, unit)
        said = {unit_ for unit_, ending in ENDINGS.items() if re.search(ending, column)}
        assert not said or unit in said or column == "shared_with", (model, column, unit)
        assert not re.match("(is|has)_", column) or unit == "true/false", (model, column, unit)
        assert not column.endswith("_code") or unit in ("code", "text"), (model, column, unit)


def test_a_model_s_name_says_its_layer() -> None:
    registers = load_contract().registers
    for path in MODELS.glob("**/*.sql"):
        prefix = re.match(r"(stg_(?P<register>\w+?)__|int_)?", path.stem)
        assert prefix is not None
        assert (layer(path) == "intermediate") == (prefix[0] == "int_"), path
        assert (layer(path) == "staging") == (prefix["register"] in registers), path


def test_a_staging_model_reads_one_delivered_table_and_every_table_has_one() -> None:
    texts = [path.read_text() for path in (MODELS / "staging").glob("*.sql")]
    read = [re.findall(r"source\('delivered', '(\w+)'\)", text) for text in texts]
    assert all(len(sources) == 1 for sources in read)
    assert sorted(s[0] for s in read) == sorted(f"{t.register}_{t.name}" for t in load_contract().tables)


def test_the_rules_know_no_clock_and_no_chance() -> None:
    for part in sorted(set(MAY_USE) - {"cli", "common", "settings", "synth"}):
        for path in files_of(part):
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"\b(now|today|utcnow|time\.time|random|uuid)\s*\(", text), path
    for path in (PROJECT / "dbt").glob("m*/**/*.sql"):
        assert not re.search(
            r"\b((now|random|today)\s*\(|current_date|current_timestamp)", path.read_text()
        ), path


def test_what_lies_in_the_data_folder_is_named_in_one_place() -> None:
    for path in [*LIBRARY.glob("**/*.py"), *GRAPH.glob("**/*.py")]:
        assert not re.search(r"""\bdata / f?["']\w""", path.read_text(encoding="utf-8")), path
