"""YAML that people write."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import yaml

from vardflode.common.yaml_files import read_yaml, text_of
from vardflode.deliveries.contract import CONTRACT_FILE, ContractError, load_contract


@pytest.mark.parametrize(
    ("text", "said"), [("a: 1\nb: 2\na: 3\n", "'a' is there twice"), ("? [a]\n: 1\n", "'a'")]
)
def test_a_key_that_cannot_stand_is_told_with_its_line(text: str, said: str) -> None:
    with pytest.raises(yaml.YAMLError, match=said) as told:
        read_yaml(text)
    assert "line " in str(told.value)


def test_reads_what_the_plain_reader_reads() -> None:
    text = CONTRACT_FILE.read_text(encoding="utf-8")
    assert read_yaml(text) == yaml.load(text, Loader=yaml.SafeLoader)


@pytest.mark.parametrize("text", ["[" * 200_000, "{a: " * 200_000, "- " * 200_000])
def test_what_is_nested_without_end_is_told_and_survived(text: str) -> None:
    with pytest.raises(yaml.YAMLError, match="more than 100 levels"):
        read_yaml(text)


def test_only_a_file_that_a_person_can_have_written_is_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "large").write_bytes(bytes(5 << 20))
    for place in (tmp_path / "pipe", Path("/dev/zero"), tmp_path, tmp_path / "large"):
        with pytest.raises(yaml.YAMLError, match="expected"):
            text_of(place)


def test_a_contract_that_says_a_thing_twice_is_none(tmp_path: Path) -> None:
    file = tmp_path / "deliveries.yml"
    file.write_text(
        CONTRACT_FILE.read_text(encoding="utf-8") + "\nmax_quarantine_share: 0.5\n", encoding="utf-8"
    )
    with pytest.raises(ContractError, match="'max_quarantine_share' is there twice"):
        load_contract(file)
