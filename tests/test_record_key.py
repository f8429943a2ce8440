"""The secret of the record keys: made once, kept, and nowhere but in its file and in the warehouse."""

from __future__ import annotations

import stat
from pathlib import Path

import duckdb
import pytest

from vardflode.common.fingerprint import inputs_fingerprint
from vardflode.settings import Settings
from vardflode.warehouse.record_key import RecordKeyError, record_key_secret


def test_a_secret_is_made_once_for_the_owner(tmp_path: Path) -> None:
    path = tmp_path / "record_key_secret"
    secret = record_key_secret(path)
    assert len(bytes.fromhex(secret)) == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert record_key_secret(path) == secret
    assert record_key_secret(tmp_path / "another") != secret


def test_a_secret_that_was_put_there_is_used(tmp_path: Path) -> None:
    path = tmp_path / "record_key_secret"
    path.write_text("mine\n")
    path.chmod(0o644)
    assert record_key_secret(path) == "mine"
    assert path.stat().st_mode & 0o077 == 0
    assert path.read_text() == "mine\n"


def test_an_empty_file_is_no_secret(tmp_path: Path) -> None:
    path = tmp_path / "record_key_secret"
    path.write_text("\n")
    with pytest.raises(RecordKeyError, match="is empty"):
        record_key_secret(path)


def test_another_secret_asks_for_another_build(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    settings.record_key_secret.write_text("one")
    before = inputs_fingerprint(settings, {})
    assert inputs_fingerprint(settings, {}) == before
    settings.record_key_secret.write_text("two")
    assert inputs_fingerprint(settings, {}) != before


def test_the_secret_is_in_no_log(sample: Path) -> None:
    data = sample / "data"
    secret = (data / "record_key_secret").read_text().strip()
    keep = {data / "record_key_secret", data / "warehouse.duckdb"}
    told = [*(path for path in data.rglob("*") if path.is_file()), sample / "stdout", sample / "stderr"]
    assert keep < set(told)
    assert [path for path in told if path not in keep and secret.encode() in path.read_bytes()] == []
    with duckdb.connect(str(data / "warehouse.duckdb"), read_only=True) as con:
        assert con.sql("select record_key_secret from delivered.reference").fetchall() == [(secret,)]
