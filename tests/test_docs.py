"""The documentation keeps what it says: queries run, generated pages are fresh, links lead somewhere."""

from __future__ import annotations

import copy
import re
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any

import click
import duckdb
import pytest

from vardflode import dictionary
from vardflode.cli import cli
from vardflode.common.exit_status import Exit
from vardflode.deliveries.contract import load_contract
from vardflode.deliveries.rules import RULES
from vardflode.expectations.suites import load_suites
from vardflode.settings import PROJECT, SETTINGS_FILE, VERSION, Settings, load_settings
from vardflode.warehouse.models import manifest

DOCS = PROJECT / "docs"
README = PROJECT / "README.md"
PAGES = [README, PROJECT / "CHANGELOG.md", PROJECT / "raw" / "README.md", *sorted(DOCS.rglob("*.md"))]
REGISTERS = list(load_contract().registers)

# A fenced block, or the rest: what stands in a fence is no heading and no link.
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\]\(([^)\s]+)\)")


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def name_of(path: Path) -> str:
    return str(path.relative_to(PROJECT))


def prose(path: Path) -> str:
    return _FENCE.sub("", read(path))


def queries() -> list[Any]:
    """Every SQL block of the query page, named by the heading above it."""
    text, found = read(DOCS / "queries.md"), []
    for match in _FENCE.finditer(text):
        if match[1] == "sql":
            heading = re.findall(r"^## (.+)$", text[: match.start()], re.MULTILINE)[-1]
            found.append(pytest.param(match[2], id=heading.partition(" / ")[0]))
    return found


@pytest.fixture(scope="module")
def dbt(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return manifest(load_settings(data=str(tmp_path_factory.mktemp("data"))))


@pytest.fixture(scope="module")
def documents(dbt: dict[str, Any]) -> dict[Path, str]:
    return dictionary.documents(dbt, load_contract(), load_suites(PROJECT / "expectations"))


def models(dbt: dict[str, Any]) -> list[dict[str, Any]]:
    return [n for n in dbt["nodes"].values() if n["resource_type"] == "model"]


# --- Queries ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("query", queries())
def test_query_runs_and_gives_rows(query: str, warehouse: Path) -> None:
    # The sample holds planted errors, so that what was set aside, unmapped and odd is there too.
    with duckdb.connect(str(warehouse), read_only=True) as con:
        rows = con.sql(query).fetchall()
    assert rows


def test_the_page_has_queries() -> None:
    assert len(queries()) >= 12


def test_averaging_shares_gives_another_answer(warehouse: Path) -> None:
    """The wrong query beside the right one is wrong."""
    right, wrong = (
        next(q.values[0] for q in queries() if word in q.values[0])
        for word in ("as beginners,\n", "wrong_per_cent")
    )
    with duckdb.connect(str(warehouse), read_only=True) as con:
        pooled = {row[0]: row[-1] for row in con.sql(right).fetchall()}
        averaged = {row[0]: row[-1] for row in con.sql(wrong).fetchall()}
    assert pooled.keys() == averaged.keys()
    assert any(abs(pooled[degree] - averaged[degree]) >= 0.5 for degree in pooled)


def test_the_python_of_the_readme_runs(warehouse: Path) -> None:
    blocks = [match[2] for match in _FENCE.finditer(read(README)) if match[1] == "python"]
    assert blocks
    for block in blocks:
        found: dict[str, Any] = {}
        exec(block.replace("data/warehouse.duckdb", str(warehouse)), found)
        assert len(found["flow"]) > 0


# --- Dictionary and register pages --------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        *(DOCS / "dictionary.md", PROJECT / "dbt/models/sources.yml", PROJECT / "dbt/models/exposures.yml"),
        *(DOCS / "registers" / f"{name}.md" for name in REGISTERS),
        *(DOCS / "schemas" / f"{name}.json" for name in ("deliveries", "suite", "part", "edition")),
    ],
    ids=name_of,
)
def test_generated_page_is_up_to_date(path: Path, documents: dict[Path, str]) -> None:
    assert read(path) == documents[path], "run: python -m vardflode.dictionary"


def test_every_generated_page_is_tested(documents: dict[Path, str]) -> None:
    read_by_dbt = {PROJECT / "dbt/models" / name for name in ("sources.yml", "exposures.yml")}
    assert set(documents) == {
        *(DOCS / "dictionary.md", *(DOCS / "registers").glob("*.md"), *(DOCS / "schemas").iterdir()),
        *read_by_dbt,
    }


def test_a_changed_description_is_noticed(dbt: dict[str, Any]) -> None:
    changed = copy.deepcopy(dbt)
    column = changed["nodes"]["model.vardflode.flow_measures"]["columns"]["numerator"]
    column["description"] = "Something else. Unit: persons."
    assert dictionary.dictionary(changed) != dictionary.dictionary(dbt)


def test_a_page_without_its_marks_is_an_error(dbt: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "registers").mkdir()
    for name in REGISTERS:
        (tmp_path / "registers" / f"{name}.md").write_text("# No marks\n", encoding="utf-8")
    with pytest.raises(dictionary.DictionaryError, match=r"registers/hosp\.md: expected the lines"):
        dictionary.documents(dbt, load_contract(), [], tmp_path)


def test_every_description_ends_with_a_unit(dbt: dict[str, Any]) -> None:
    columns = {
        f"{node['name']}.{name}": column["description"]
        for node in models(dbt)
        for name, column in node["columns"].items()
    }
    assert columns
    assert [name for name, text in columns.items() if dictionary.unit_of(text) is None] == []


def test_every_model_has_a_description_and_a_layer(dbt: dict[str, Any]) -> None:
    assert [node["name"] for node in models(dbt) if not node["description"].endswith(".")] == []
    assert {node["schema"] for node in models(dbt)} == set(dictionary.LAYERS)


def test_the_warehouse_has_just_the_columns_that_are_described(dbt: dict[str, Any], warehouse: Path) -> None:
    with duckdb.connect(str(warehouse), read_only=True) as con:
        rows = con.sql(
            "select table_schema, table_name, column_name from information_schema.columns order by ordinal_position"
        ).fetchall()
    built: dict[tuple[str, str], list[str]] = {}
    seeds = [n for n in dbt["nodes"].values() if n["resource_type"] == "seed"]
    others = {("kodverk", "measures"), *((n["schema"], n["name"]) for n in seeds)}
    for schema, table, column in rows:
        # Seeds lie in the schema of the code lists too, and a view over the measures.
        if schema in dictionary.LAYERS and (schema, table) not in others:
            built.setdefault((schema, table), []).append(column)
    described = {(node["schema"], node["name"]): sorted(node["columns"]) for node in models(dbt)}
    assert {key: sorted(columns) for key, columns in built.items()} == described


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("Persons in the row. Unit: persons.", "persons"),
        ("Share. Unit: share 0-1.", "share 0-1"),
        ("No unit.", None),
        ("Unit: persons", None),
    ],
)
def test_unit_of(text: str, unit: str | None) -> None:
    assert dictionary.unit_of(text) == unit


# --- Registers ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", REGISTERS)
def test_register_has_a_page_that_names_its_publisher(name: str) -> None:
    register = load_contract().registers[name]
    text = read(DOCS / "registers" / f"{name}.md")
    assert text.startswith(f"# {name} – ")
    for publisher in re.split(r" och ", register.publisher):
        assert publisher in text.partition(dictionary.BEGIN)[0]
    assert f"(docs/registers/{name}.md)" in read(README)


def test_every_page_is_of_a_register() -> None:
    assert sorted(path.stem for path in (DOCS / "registers").glob("*.md")) == sorted(REGISTERS)


def test_the_rounding_of_a_projection_keeps_every_municipality(tmp_path: Path) -> None:
    """The query of the page makes whole persons, none further than one from the fraction, and keeps the sums."""
    page = read(DOCS / "registers" / "framskrivning.md").partition(dictionary.BEGIN)[0]
    (query,) = [match[1] for match in re.finditer(r"```sql\n(.*?)```", page, re.DOTALL)]
    fractions, whole = tmp_path / "scb.csv", tmp_path / "framskrivning.parquet"
    with duckdb.connect() as con:
        con.execute("select setseed(0.5)")
        con.execute(
            f"copy (select ar, kommun, kon, alder, round(60 * random(), 4) as antal from range(2025, 2028) as y (ar),"
            f" (values ('0114'), ('1480')) as k (kommun), range(1, 3) as s (kon), range(101) as a (alder))"
            f" to '{fractions}' (header)"
        )
        con.execute(query.replace("scb.csv", str(fractions)).replace(whole.name, str(whole)))
        moved, kind, rows, kommun = con.execute(
            "select max(abs(w.antal - f.antal)), any_value(typeof(w.antal)), count(*), min(w.kommun)"
            f" from '{whole}' as w join '{fractions}' as f"
            " on (w.ar, w.kommun::int, w.kon, w.alder) = (f.ar, f.kommun::int, f.kon, f.alder)"
        ).fetchall()[0]
        sums = con.execute(
            f"select sum(w.antal), round(sum(f.antal)) from '{whole}' as w join '{fractions}' as f"
            " on (w.ar, w.kommun::int, w.kon, w.alder) = (f.ar, f.kommun::int, f.kon, f.alder)"
            " group by w.ar, w.kommun"
        ).fetchall()
    assert (moved < 1, kind, rows, kommun) == (True, "INTEGER", 3 * 2 * 2 * 101, "0114")
    assert len(sums) == 6
    assert all(told == wanted for told, wanted in sums)


# --- What the deliveries page lists -------------------------------------------------------------------


def listed_after(heading: str) -> list[str]:
    """The codes that begin a row of the table below a heading of the deliveries page."""
    _, _, section = read(DOCS / "deliveries.md").partition(f"\n## {heading}")
    return re.findall(r"^\| `(\w+)` \|", section.partition("\n## ")[0], re.MULTILINE)


def test_every_rule_is_explained_in_order() -> None:
    assert listed_after("Undanlagd rad") == list(RULES)


def test_every_warning_is_explained() -> None:
    sql = [read(path) for path in (PROJECT / "dbt").rglob("*warnings.sql")]
    found = {name for text in sql for name in re.findall(r"'(\w+)' as warning\b", text)}
    assert sorted(listed_after("Varningar")) == sorted(found)


# --- Settings and commands ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", [field.name for field in fields(Settings)])
def test_setting_is_documented(name: str) -> None:
    row = next((line for line in read(README).splitlines() if line.startswith(f"| `{name}` |")), "")
    assert f"--{name.replace('_', '-')}" in row
    assert f"VARDFLODE_{name.upper()}" in row
    value = tomllib.loads(read(SETTINGS_FILE))[name]
    assert f"| `{value}` |" in row if value else True
    option = f"--{name.replace('_', '-')}"
    # What is published is no part of a build, so its options are those of the command that publishes.
    about_publication = (
        *("publisher", "threshold", "noise", "least_base", "windows", "years", "earlier", "address"),
    )
    of = "publish" if name == "address" else "disclose" if name in about_publication else "build"
    command = cli.commands[of]
    assert any(option in parameter.opts for parameter in command.params)


def test_the_version_is_the_project_s_and_the_newest_in_the_changelog() -> None:
    assert tomllib.loads(read(PROJECT / "pyproject.toml"))["project"]["version"] == VERSION
    assert re.findall(r"^## (\S+)", read(PROJECT / "CHANGELOG.md"), re.MULTILINE)[0] == VERSION


def test_the_settings_file_has_just_the_settings() -> None:
    assert set(tomllib.loads(read(SETTINGS_FILE))) == {field.name for field in fields(Settings)}


def test_every_command_and_option_is_in_the_readme() -> None:
    text = read(README)
    settings = {f"--{field.name.replace('_', '-')}" for field in fields(Settings)}
    for name, command in cli.commands.items():
        assert f"`vardflode {name}" in text
        options = [p for p in command.params if isinstance(p, click.Option)]
        own = {option.opts[0] for option in options} - settings
        assert [
            option for option in sorted(own) if f"`{option}" not in text and f"{option} " not in text
        ] == []


def test_every_exit_status_is_in_the_readme() -> None:
    statuses = [str(int(status)) for status in Exit]
    for page in (README, DOCS / "operations.md"):
        assert [
            s for s in statuses if not re.search(rf"^\| {s} \||with {s} (when|by)", read(page), re.MULTILINE)
        ] == []


# --- Every page ---------------------------------------------------------------------------------------


def slugs(path: Path) -> set[str]:
    """Anchors that GitHub gives a page: its headings, and those written out."""
    found = set(re.findall(r'<a id="([^"]+)">', read(path)))
    for heading in re.findall(r"^#+ (.+)$", prose(path), re.MULTILINE):
        slug = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        found.add(slug)
    return found


def broken_links(page: Path) -> list[str]:
    broken = []
    for link in _LINK.findall(prose(page)):
        if link.startswith(("http://", "https://")):
            continue
        target, _, anchor = link.partition("#")
        path = (page.parent / target).resolve() if target else page
        if not path.exists() or (anchor and path.suffix == ".md" and anchor not in slugs(path)):
            broken.append(link)
    return broken


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    assert broken_links(page) == []


def test_a_broken_link_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# A page\n[one](#a-page) [two](#no) [three](gone.md) [four](https://a.b)\n", "utf-8")
    assert broken_links(page) == ["#no", "gone.md"]


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_page_names_no_path_of_a_machine(page: Path) -> None:
    assert re.findall(r"(?:/(?:work|tmp|home|root|Users|opt)/|[A-Z]:\\)\S*", read(page)) == []


def test_the_licence_is_the_whole_text() -> None:
    text = read(PROJECT / "LICENSE")
    assert text.startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2\n")
    assert "15.Applicable Law" in text
    assert text.rstrip().endswith("require the production of a new EUPL version.")
