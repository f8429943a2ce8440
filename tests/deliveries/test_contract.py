"""The contract loads, says what its README says, and a wrong one is told where it is wrong."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from vardflode.deliveries.contract import (
    CONTRACT_FILE,
    TYPES,
    Contract,
    ContractError,
    load_contract,
    read_code_list,
)
from vardflode.deliveries.rules import RULES

RAW = yaml.safe_load(CONTRACT_FILE.read_text(encoding="utf-8"))
SMALL = """
version: 1
max_quarantine_share: 0.01
registers:
  hreg:
    publisher: UKÄ
    title: Studenter
    cadence: yearly
    tables:
      examina:
        yearly: ar
        dead_after: dag
        key: [lopnr, ar]
        columns:
          lopnr: {type: id}
          ar: {type: year, min: 1977}
          dag: {type: date, min: "1977-07-01"}
          kod: {type: code, by: typ, cases: {Y: {codes: examina.csv}, G: {values: [KAND, MAG]}}}
          typ: {type: code, values: [Y, G]}
          sni: {type: text, pattern: "[0-9]{5}", optional: true}
          antal: {type: int, min: 0, max: 9}
"""


def load(path: Path, text: str) -> Contract:
    file = path / "contract.yml"
    file.write_text(text, encoding="utf-8")
    return load_contract(file)


def test_the_real_contract(contract: Contract) -> None:
    """Everything that stands in the file is in the contract, in its order."""
    assert contract.max_quarantine_share == 0.01
    assert list(contract.registers) == list(RAW["registers"])
    for name, register in RAW["registers"].items():
        found = contract.registers[name]
        assert (found.name, found.publisher, found.title) == (name, register["publisher"], register["title"])
        assert list(found.tables) == list(register["tables"])
        for title, table in register["tables"].items():
            assert found.tables[title].register == name
            assert found.tables[title].key == tuple(table["key"])
            assert found.tables[title].yearly == table.get("yearly")
            assert found.tables[title].dead_after == table.get("dead_after")
            assert found.tables[title].column_names == tuple(table["columns"])
            for column, spec in zip(found.tables[title].columns, table["columns"].values(), strict=True):
                assert column.type == spec["type"]
                assert column.type in TYPES
                for limit in ("optional", "pattern", "min", "max", "may_be_future", "by"):
                    assert (getattr(column, limit) or None) == (spec.get(limit) or None)
                assert (column.codes is None) == (not {"codes", "values"} & set(spec))
                assert list(column.cases) == list(spec.get("cases", {}))
    names = [(table.register, table.name) for table in contract.tables]
    assert names == [(name, table) for name, body in RAW["registers"].items() for table in body["tables"]]


def test_the_rules_in_their_order() -> None:
    assert RULES == ("type", "required", "code", "range", "duplicate", "after_death")


def test_code_lists_and_literal_values(contract: Contract) -> None:
    columns = {c.name: c for c in contract.registers["hreg"].tables["program"].columns}
    codes = columns["examenskod"].codes
    assert codes is not None
    # The first column of the list, and the literal value behind it.
    text = Path(CONTRACT_FILE.parents[2] / "dbt" / "seeds" / "examina.csv").read_text(encoding="utf-8-sig")
    assert codes.values == (*(line.split(";")[0] for line in text.splitlines()[1:]), "XX")
    assert codes.source == "examina.csv or XX"
    assert columns["giltig_fran"].may_be_future
    kinds = {c.name: c for c in contract.registers["hreg"].tables["examina"].columns}["examenskod"]
    assert kinds.codes is None
    assert kinds.cases["G"].values == ("KAND", "MAG", "MAST")
    assert "KAND" not in kinds.cases["Y"].values


def test_codes_keep_their_zeros() -> None:
    """Counties and municipalities are text: 01, 0180."""
    assert read_code_list("lan.csv")[0]["lan"] == "01"
    assert "0180" in [row["kommun"] for row in read_code_list("kommuner.csv")]


def test_a_replaced_licence_code_is_a_code_still(contract: Contract) -> None:
    """`ersatt_av` is followed in the warehouse; a licence under the old code is not set aside."""
    replaced = [row["yrkeskod"] for row in read_code_list("yrken.csv") if row["ersatt_av"]]
    codes = contract.registers["hosp"].tables["legitimationer"].columns[1].codes
    assert replaced
    assert codes is not None
    assert set(replaced) <= set(codes.values)


def test_nobody_changes_a_contract(contract: Contract) -> None:
    with pytest.raises(FrozenInstanceError):
        contract.max_quarantine_share = 1  # type: ignore[misc]


class TestFingerprint:
    """It changes with everything that decides how rows are judged, and with nothing else."""

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("min: 0", "min: 1"),
            ("max: 9", "max: 8"),
            ("MAG]", "MAS]"),
            ("{5}", "{4}"),
            (", optional: true", ""),
            ("yearly: ar", "yearly:"),
            ("dead_after: dag", "dead_after: ar"),
            ("key: [lopnr, ar]", "key: [ar, lopnr]"),
            ("min: 1977}", "min: 1977, may_be_future: true}"),
        ],
    )
    def test_changes(self, tmp_path: Path, old: str, new: str) -> None:
        assert old in SMALL
        before = load(tmp_path, SMALL).registers["hreg"].fingerprint()
        assert load(tmp_path, SMALL.replace(old, new)).registers["hreg"].fingerprint() != before

    def test_stays(self, tmp_path: Path, contract: Contract) -> None:
        before = load(tmp_path, SMALL).registers["hreg"].fingerprint()
        other = SMALL.replace("version: 1", "version: 2 # other").replace("0.01", "0.5")
        assert load(tmp_path, other).registers["hreg"].fingerprint() == before
        assert contract.registers["rtb"].fingerprint() == load_contract().registers["rtb"].fingerprint()

    def test_the_code_list_s_content_counts(self, contract: Contract) -> None:
        register = contract.registers["hosp"]
        table = register.tables["legitimationer"]
        column = table.columns[1]
        assert column.codes is not None
        fewer = replace(column, codes=replace(column.codes, values=column.codes.values[1:]))
        changed = replace(table, columns=(table.columns[0], fewer, *table.columns[2:]))
        assert replace(register, tables={"legitimationer": changed}).fingerprint() != register.fingerprint()


WRONG = [
    # what, by what, what the message names
    ("type: id", "type: identity", ["hreg.examina.lopnr", "'identity'", "id, text, code"]),
    ("{type: id}", "{}", ["hreg.examina.lopnr", "type"]),
    ("{type: id}", "", ["hreg.examina.lopnr"]),
    ("{type: id}", "id", ["hreg.examina.lopnr"]),
    ("key: [lopnr, ar]", "key: [lopnr, year]", ["hreg.examina", "year"]),
    ("        key: [lopnr, ar]\n", "", ["hreg.examina", "key"]),
    ("key: [lopnr, ar]", "key: []", ["hreg.examina", "key"]),
    ("key: [lopnr, ar]", "key: lopnr", ["hreg.examina", "key"]),
    ("yearly: ar", "yearly: year", ["hreg.examina", "year"]),
    ("yearly: ar", "yearly: dag", ["hreg.examina", "yearly", "dag"]),
    ("dead_after: dag", "dead_after: death", ["hreg.examina", "death"]),
    ("dead_after: dag", "dead_after: typ", ["hreg.examina", "dead_after", "typ"]),
    ("lopnr", "person", ["hreg.examina", "dead_after", "lopnr"]),
    ("by: typ", "by: kind", ["hreg.examina", "kind"]),
    ("codes: examina.csv", "codes: degrees.csv", ["hreg.examina.kod", "degrees.csv"]),
    ("cases: {Y: {codes: examina.csv}", "cases: {Y: {}", ["hreg.examina.kod", "Y"]),
    ("optional: true", "optinal: true", ["hreg.examina.sni", "optinal"]),
    ("dead_after", "deadafter", ["hreg.examina", "deadafter"]),
    ('"[0-9]{5}"', '"[0-9"', ["hreg.examina.sni", "[0-9"]),
    ('min: "1977-07-01"', 'min: "1977-07"', ["hreg.examina.dag", "1977-07"]),
    ("min: 0", "min: few", ["hreg.examina.antal", "few"]),
    ("    title: Studenter\n", "", ["hreg", "title"]),
    ("    cadence: yearly\n", "", ["hreg", "cadence"]),
    ("cadence: yearly", "cadence: now and then", ["hreg", "cadence", "now and then", "yearly"]),
    ("    publisher: UKÄ\n", "", ["hreg", "publisher"]),
    ("    tables:\n", "    tabels:\n", ["hreg", "tables"]),
    ("max_quarantine_share: 0.01\n", "", ["max_quarantine_share"]),
    ("max_quarantine_share: 0.01", "max_quarantine_share: 1 %", ["max_quarantine_share", "1 %"]),
    ("max_quarantine_share: 0.01", "max_quarantine_share: 1.5", ["max_quarantine_share", "1.5"]),
    ("max_quarantine_share: 0.01", "max_quarantine_share: -0.5", ["max_quarantine_share", "-0.5"]),
    ("registers:\n", "register:\n", ["registers"]),
    ("values: [Y, G]", "values: [yes, no]", ["hreg.examina.typ", "quotes"]),
]  # fmt: skip


def test_the_contract_that_these_tests_spoil_is_one(tmp_path: Path) -> None:
    table = load(tmp_path, SMALL).registers["hreg"].tables["examina"]
    assert table.column_names == ("lopnr", "ar", "dag", "kod", "typ", "sni", "antal")


@pytest.mark.parametrize(("old", "new", "parts"), WRONG)
def test_a_wrong_contract_is_told_where(tmp_path: Path, old: str, new: str, parts: list[str]) -> None:
    assert old in SMALL
    with pytest.raises(ContractError) as error:
        load(tmp_path, SMALL.replace(old, new))
    for part in parts:
        assert part in str(error.value)


@pytest.mark.parametrize(
    "text", ["", "[]", "7", "registers", "registers: []", "registers: {a: {}}", "registers: 7"]
)
def test_something_else(tmp_path: Path, text: str) -> None:
    with pytest.raises(ContractError, match=r"contract\.yml is not a contract"):
        load(tmp_path, text)


def test_no_yaml(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match=r"contract\.yml is not readable as YAML.*") as error:
        load(tmp_path, "registers: {a: [}")
    assert "line 1" in str(error.value)


def test_no_text(tmp_path: Path) -> None:
    (tmp_path / "contract.yml").write_bytes(b"title: \xe5")
    with pytest.raises(ContractError, match=r"contract\.yml"):
        load_contract(tmp_path / "contract.yml")


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match=r"none\.yml is not there"):
        load_contract(tmp_path / "none.yml")


def test_every_limit_of_the_real_contract_can_be_used(contract: Contract, world: Any) -> None:
    """A header alone of every table is a delivery: no rule stumbles."""
    for register in contract.registers.values():
        files = {f"{table.name}.csv": ";".join(table.column_names) for table in register.tables.values()}
        taken = world.take(register.name, files)
        assert taken.message == ""
        assert taken.sums == (0, 0, 0, 0)
