"""Write the data dictionary, the tables of the register pages and dbt's sources from what the build reads.

    python -m vardflode.dictionary

rewrites `docs/dictionary.md`, in each page of `docs/registers/` what stands between the two marks, dbt's
`sources.yml` and `exposures.yml`, and the JSON schemas in `docs/schemas/`. Nothing in there is written by
hand: models, columns and measures come from dbt, what is delivered from the contract, the expectations from
their suites. A test tells when the files are older than their sources.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter

from vardflode.common.exit_status import Exit
from vardflode.deliveries.contract import (
    CADENCES,
    CODE_LISTS,
    CONTRACT,
    Codes,
    Column,
    Contract,
    Register,
    Table,
    load_contract,
    read_code_list,
)
from vardflode.disclosure.declared import EVERY
from vardflode.expectations.suites import PART, SUITE, Suite, load_suites
from vardflode.knowledge_bank import KnowledgeBankError, read_knowledge_bank
from vardflode.publication.edition import EDITION
from vardflode.settings import PROJECT, load_settings
from vardflode.warehouse.candidate import OVERVIEW
from vardflode.warehouse.graph import Manifest, made_from
from vardflode.warehouse.models import DBT, manifest, variables

DOCS = PROJECT / "docs"
LAYERS = {
    "marts": "Datamarter: det som analyser läser. / What analyses read.",
    "kodverk": "Kodlistorna i klartext. / The code lists in words.",
    "quality": "Vad som hände med leveranserna. / What became of the deliveries.",
    "counts": "Antal som marts och publicerade fönster görs av. / What marts and windows are made of.",
    "intermediate": "Mellanled med personer, skyddade. / Steps on the way; persons, restricted.",
    "staging": "De levererade tabellerna med lagrets namn och typer. / The delivered tables, renamed.",
}
BEGIN, END = "<!-- generated: python -m vardflode.dictionary -->", "<!-- end of generated -->"
# Longer code lists are only linked.
MOST_CODES_SHOWN = 35
_UNIT = re.compile(r"\s*Unit: (?P<unit>[^.]+)\.$")


class DictionaryError(Exception):
    """A page cannot be written; the message says which and what to do."""


def documents(
    dbt: Manifest, contract: Contract, suites: Sequence[Suite], docs: Path = DOCS
) -> dict[Path, str]:
    """Every generated file with the text that it should hold.

    Raises:
        DictionaryError: a register has no page, or its page lacks the marks.
    """
    texts = {**read_by_dbt(contract), **schemas(docs / "schemas"), docs / "dictionary.md": dictionary(dbt)}
    for register in contract.registers.values():
        path = docs / "registers" / f"{register.name}.md"
        texts[path] = _between_marks(path, "\n".join(_register(register, dbt, suites)))
    return texts


def read_by_dbt(contract: Contract) -> dict[Path, str]:
    """The generated files that dbt itself reads, so that they are written before it is asked."""
    models = DBT / "models"
    return {models / "sources.yml": _sources(contract), models / "exposures.yml": _exposures()}


def schemas(folder: Path) -> dict[Path, str]:
    """JSON schemas of the files that people write, for their editors."""
    models: dict[str, TypeAdapter[Any]] = {
        "deliveries": CONTRACT,
        "suite": SUITE,
        "part": PART,
        "edition": EDITION,
    }
    return {
        folder / f"{name}.json": json.dumps(model.json_schema(), indent=1, ensure_ascii=False) + "\n"
        for name, model in models.items()
    }


def _sources(contract: Contract) -> str:
    """The delivered tables, as the contract has them, and what the build tells beside them."""
    delivered = [
        {
            "name": f"{register.name}_{table}",
            "description": f"{register.title}: {table} ({register.publisher})",
            "config": {"meta": {"register": register.name, "table": table}},
        }
        for register in contract.registers.values()
        for table in register.tables
    ]
    source = {
        "name": "delivered",
        "schema": "{{ var('delivered_schema') }}",
        "description": "What the deliveries gave, put here by the build before dbt begins: the accepted rows "
        "in force (a view over Parquet for each delivered table) and what became of every delivery.",
        "tables": delivered + [{"name": name, "description": is_} for name, is_ in OVERVIEW.items()],
    }
    return _yaml({"sources": [source]})


def _exposures() -> str:
    """What leaves the house, for dbt's lineage: made of the models that declare a published table.

    One for all editions: a file for a new edition would otherwise be a change of what figures are made from.
    """
    editions = {
        "name": "editions",
        "label": "Editions",
        "type": "analysis",
        "maturity": "high",
        "owner": {"name": "Vårdflöde"},
        "description": "The protected tables (vardflode disclose) and the publications that are made of them "
        "(vardflode publish).",
        "depends_on": [f"ref('{table.model}')" for table in EVERY],
    }
    return _yaml({"exposures": [editions]})


def _yaml(body: object) -> str:
    text = yaml.safe_dump(body, allow_unicode=True, sort_keys=False, width=10_000)
    return f"# Generated: python -m vardflode.dictionary. Change what it is made from, not this file.\n{text}"


def dictionary(dbt: Manifest) -> str:
    """The data dictionary: measures, models by layer, code lists."""
    lines = [
        "# Dataordbok",
        "",
        f"{BEGIN}",
        "",
        "Alla tabeller och kolumner i `warehouse.duckdb`, med enhet. Filen skrivs av "
        "`python -m vardflode.dictionary`; ändra i källan (`dbt/models/columns.md`, "
        "YAML-filen bredvid modellen i `dbt/models`, `dbt/dbt_project.yml`), aldrig här. "
        "Definitionerna finns i [definitions.md](definitions.md), frågor att kopiera i "
        "[queries.md](queries.md).",
        "",
        "*Every table and column of the warehouse, with its unit. This file is generated: change the source, "
        "not the file. A type is given where the model's contract enforces it.*",
        "",
        "[Mått / Measures](#mått--measures) · "
        + " · ".join(f"[{layer}](#{layer})" for layer in LAYERS)
        + " · [Kodlistor / Code lists](#kodlistor--code-lists)"
        + " · [Kunskapsbanken / The knowledge bank](#kunskapsbanken--the-knowledge-bank)",
        "",
        *_measures(dbt),
    ]
    for layer, about in LAYERS.items():
        lines += [f"## {layer}", "", about, ""]
        for node in _models(dbt, layer):
            lines += _model(node, dbt)
    lines += _code_lists(dbt)
    lines += _knowledge_bank(dbt)
    return "\n".join(lines).rstrip() + "\n"


def unit_of(description: str) -> str | None:
    """The unit that a column's description ends with."""
    match = _UNIT.search(description)
    return match["unit"] if match else None


def main() -> int:
    """Rewrite what is not up to date; tell which files were."""
    try:
        contract = load_contract()
        _write(read_by_dbt(contract))
        wanted = documents(manifest(load_settings()), contract, load_suites(PROJECT / "expectations"))
    except (DictionaryError, KnowledgeBankError) as error:
        print(f"Error: {error}", file=sys.stderr)
        return Exit.FAILED
    _write(wanted)
    print(f"{len(wanted)} files are up to date")
    return Exit.OK


def _write(wanted: Mapping[Path, str]) -> None:
    for path, text in wanted.items():
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            print(f"written {path.relative_to(PROJECT)}")


# --- The dictionary -------------------------------------------------------------------------------


def _models(dbt: Manifest, layer: str) -> list[dict[str, Any]]:
    found = [n for n in dbt["nodes"].values() if n["resource_type"] == "model" and n["schema"] == layer]
    return sorted(found, key=lambda node: node["name"])


def _measures(dbt: Manifest) -> Iterator[str]:
    """The flow's measures, as the variables of dbt_project.yml list them (seen in the mart `measures`)."""
    yield from (
        "## Mått / Measures",
        "",
        "Måtten i `marts.flow_measures`, i ordning. `h` är antalet år i definitionen av mogen kohort; "
        "inget värde: mogen när läsåret är slut. Register: det vars tidsseriebrott kan flagga raden "
        '(`series_break`). / *The measures of the flow; h is the horizon of "mature" (none: when the '
        "academic year has ended), the register is the one whose breaks can flag a row.*",
        "",
    )
    yield from _table(
        ("mått / measure", "svenska", "English", "nämnare / denominator", "h", "register"),
        (
            (f"`{m['name']}`", m["sv"], m["en"], m["denominator"], m.get("horizon"), m.get("register"))
            for m in variables()["measures"]
        ),
    )
    breakdowns = [
        f"`{b['name']}`" + (f" (bara {b['only']})" if "only" in b else "")
        for b in variables()["breakdowns"]
        if "nested" not in b
    ]
    nested = [f"`{b['name']}`" for b in variables()["breakdowns"] if "nested" in b]
    yield from ("", f"Indelningar / Breakdowns: `total`, {', '.join(breakdowns)}.", "")
    yield from (f"Bara i / only in `intermediate.int_flow_counts`: {', '.join(nested)}.", "")


def _model(node: Mapping[str, Any], dbt: Manifest) -> Iterator[str]:
    kind = {"table": "tabell / table", "view": "vy / view"}[node["config"]["materialized"]]
    yield from (f"### {node['schema']}.{node['name']}", "", node["description"], "")
    keys, tests = _tests(node, dbt)
    facts = [f"Lagras som / stored as: {kind}"]
    facts += [f"Nyckel / key: {', '.join(f'`{column}`' for column in key)}" for key in keys]
    facts += [f"Prov / data tests: {', '.join(f'`{name}`' for name in tests)}"] * bool(tests)
    unit_tests = _unit_tests(node, dbt)
    facts += [f"Enhetsprov / unit tests: {', '.join(f'`{name}`' for name in unit_tests)}"] * bool(unit_tests)
    facts += [f"Görs av / made from: {', '.join(_parents(node, dbt))}"]
    yield from (f"- {fact}" for fact in facts)
    yield ""
    yield from _table(
        ("kolumn / column", "typ / type", "beskrivning / description", "enhet / unit"),
        (
            (
                f"`{name}`",
                column.get("data_type"),
                _UNIT.sub("", column["description"]),
                unit_of(column["description"]),
            )
            for name, column in node["columns"].items()
        ),
    )
    yield ""


def _tests(node: Mapping[str, Any], dbt: Manifest) -> tuple[list[list[str]], list[str]]:
    """Keys (what `unique_combination` is told), and the names of the other data tests on a model."""
    keys, others = [], []
    for test in dbt["nodes"].values():
        if test["resource_type"] != "test" or node["unique_id"] not in test["depends_on"]["nodes"]:
            continue
        metadata = test.get("test_metadata") or {}
        if metadata.get("name") == "unique_combination" and test["attached_node"] == node["unique_id"]:
            keys.append(metadata["kwargs"]["columns"])
        else:
            others.append(test["name"])
    return sorted(keys), sorted(others)


def _unit_tests(node: Mapping[str, Any], dbt: Manifest) -> list[str]:
    return sorted(t["name"] for t in dbt["unit_tests"].values() if t["model"] == node["name"])


def _parents(node: Mapping[str, Any], dbt: Manifest) -> list[str]:
    parents = []
    for unique_id in node["depends_on"]["nodes"]:
        if unique_id in dbt["sources"]:
            parents.append(f"`delivered.{dbt['sources'][unique_id]['name']}`")
        else:
            parent = dbt["nodes"][unique_id]
            parents.append(f"`{parent['schema']}.{parent['name']}`")
    return sorted(set(parents)) or ["`dbt_project.yml`"]


def _knowledge_bank(dbt: Manifest) -> Iterator[str]:
    """What others publish on the same questions, with the marts that bear on it."""
    yield from (
        "## Kunskapsbanken / The knowledge bank",
        "",
        "Statistik, prognoser och analyser som andra ger ut, och vilka av våra tabeller som rör samma fråga "
        "(bilaga 6 i Socialstyrelsens slutredovisning 2019). En redaktör sköter "
        "[kunskapsbank.csv](../dbt/seeds/kunskapsbank.csv): alla fält utom `tabeller` krävs, år i `period` "
        "skrivs med fyra siffror, och en tabell som inte finns stoppar ordboken. / *What others publish on "
        "the same questions, and which of our tables bear on them. An editor keeps the file; a table that is "
        "not there stops the dictionary.*",
        "",
    )
    entries = read_knowledge_bank([node["name"] for node in _models(dbt, "marts")])
    yield from _table(
        (
            "nr",
            "titel / title",
            "utgivare / publisher",
            "slag / kind",
            "hur ofta / how often",
            "nivå / level",
            "tabeller / tables",
        ),
        (
            (
                entry.number,
                f"{entry.title}. {entry.about}.",
                entry.publisher,
                f"{entry.kind}, {entry.form}",
                entry.period,
                f"{entry.level}; {entry.breakdown}",
                ", ".join(f"[{name}](#marts{name})" for name in entry.tables),
            )
            for entry in entries
        ),
    )
    yield ""


def _code_lists(dbt: Manifest) -> Iterator[str]:
    yield from ("## Kodlistor / Code lists", "")
    yield from (
        "Ligger i schemat `kodverk` och som CSV i [dbt/seeds](../dbt/seeds). Kontraktet prövar "
        "leveranserna mot samma filer. / *In the schema `kodverk`; the contract judges deliveries "
        "by the same files.*",
        "",
    )
    seeds = sorted(
        (n for n in dbt["nodes"].values() if n["resource_type"] == "seed"), key=lambda n: n["name"]
    )
    for seed in seeds:
        file = f"{seed['name']}.csv"
        rows = read_code_list(file)
        yield from (
            f"### kodverk.{seed['name']}",
            "",
            f"{seed['description']} [{file}](../dbt/seeds/{file})",
            "",
        )
        types = ", ".join(f"`{name}` {kind}" for name, kind in seed["config"]["column_types"].items())
        yield from (f"{types}; {len(rows)} rader / rows.", "")
        if len(rows) <= MOST_CODES_SHOWN:
            yield from _table(tuple(rows[0]), (tuple(row.values()) for row in rows))
            yield ""


# --- The register pages ---------------------------------------------------------------------------


def _register(register: Register, dbt: Manifest, suites: Sequence[Suite]) -> Iterator[str]:
    """How often it comes, its columns, the models that use them, and the expectations, of one register."""
    months = CADENCES[register.cadence]
    yield from (f"Kommer var {months}:e månad / comes every {months} months.", "")
    for table in register.tables.values():
        yield from (f"### Tabellen `{table.name}` / The table `{table.name}`", "")
        yield from (f"- {fact}" for fact in _table_facts(table))
        yield from (f"- Används av / used by: {', '.join(_used_by(table, dbt))}", "")
        yield from _table(
            ("kolumn / column", "typ / type", "krävs / required", "tillåtna värden / allowed values"),
            (
                (f"`{c.name}`", c.type, "nej / no" if c.optional else "ja / yes", _limits(c, table))
                for c in table.columns
            ),
        )
        yield ""
        for suite in suites:
            if suite.table == f"delivered.{register.name}_{table.name}":
                yield from _expectations(suite)


def _table_facts(table: Table) -> Iterator[str]:
    yield f"Nyckel / key: {', '.join(f'`{column}`' for column in table.key)}"
    if table.yearly:
        name = f"`{table.name}_ÅÅÅÅ.csv`"
        yield f"En fil om året / one file a year: {name}, året i / the year in `{table.yearly}`"
    if table.dead_after:
        yield f"Undanläggs efter dödsåret / set aside after the year of death: `{table.dead_after}`"


def _used_by(table: Table, dbt: Manifest) -> list[str]:
    """Models of the marts and quality that are made from the table, at any distance."""
    nodes = (dbt["nodes"][unique_id] for unique_id in made_from(dbt, f"{table.register}_{table.name}"))
    return sorted(f"`{n['schema']}.{n['name']}`" for n in nodes if n["schema"] in ("marts", "quality"))


def _limits(column: Column, table: Table) -> str:
    limits = []
    if column.codes:
        limits.append(_codes(column.codes))
    limits += [f"{_codes(codes)} om / where `{column.by}` = {case}" for case, codes in column.cases.items()]
    if column.pattern:
        limits.append(f"`{column.pattern}`")
    if column.min is not None:
        limits.append(f"≥ {column.min}")
    if column.max is not None:
        limits.append(f"≤ {column.max}")
    if column.type in ("date", "year", "term"):
        limits.append("får ligga i framtiden / may be future" if column.may_be_future else "≤ `avser_till`")
    if column.name == table.yearly:
        limits.append("filens år / the file's year")
    return "; ".join(limits)


def _codes(codes: Codes) -> str:
    """Links to code lists, and literal codes."""
    return re.sub(r"([a-z_]+)\.csv", rf"[\1](../../{CODE_LISTS.relative_to(PROJECT)}/\1.csv)", codes.source)


def _expectations(suite: Suite) -> Iterator[str]:
    yield from (
        f"Förväntningar / expectations ([{suite.file.name}](../../expectations/{suite.file.name})):",
        "",
    )
    severity = {"critical": "kritisk / critical", "warning": "varning / warning"}
    yield from _table(
        ("förväntan / expectation", "grad / severity", "om den bryts / if it fails"),
        ((f"`{e.name}`", severity[e.severity], f"{e.means_sv} / *{e.means_en}*") for e in suite.expectations),
    )
    yield ""


def _between_marks(path: Path, text: str) -> str:
    if not path.is_file():
        raise DictionaryError(
            f"{path}: the register has no page. Write one, with the lines {BEGIN} and {END}."
        )
    page = path.read_text(encoding="utf-8")
    if page.count(BEGIN) != 1 or page.count(END) != 1 or page.index(BEGIN) > page.index(END):
        raise DictionaryError(f"{path}: expected the lines {BEGIN} and {END}, each once and in this order.")
    before, _, rest = page.partition(BEGIN)
    return f"{before}{BEGIN}\n\n{text.strip()}\n\n{END}{rest.partition(END)[2]}"


def _table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    yield f"| {' | '.join(header)} |"
    yield f"|{'---|' * len(header)}"
    for row in rows:
        cells = ("" if cell is None else str(cell).replace("|", r"\|") for cell in row)
        yield f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    sys.exit(main())
