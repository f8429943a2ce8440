"""Edition files: what they mean, and one clear message for each mistake."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path

import pytest

from tests.conftest import vardflode
from tests.publication.conftest import Made, edition_file
from vardflode.publication.edition import EDITIONS, load_edition
from vardflode.publication.errors import PublicationError
from vardflode.publication.labels import DEGREES
from vardflode.publication.run import make_edition
from vardflode.settings import Settings


def test_the_edition_of_the_project_has_the_ten_degrees_with_the_largest_shortage() -> None:
    edition = load_edition("2025")
    assert len(edition.degrees) == 10
    assert edition.degrees[0] == "SJ"
    assert set(edition.degrees) <= set(DEGREES)
    assert (edition.languages, edition.horizons) == (("sv", "en"), (1, 3, 5, 10))
    assert all(load_edition(path.stem).name == path.stem for path in EDITIONS.glob("*.yml"))


def test_all_degrees_can_be_asked_for(tmp_path: Path) -> None:
    assert set(load_edition("2025", edition_file(tmp_path, degrees="all")).degrees) == set(DEGREES)


WRONG = {
    "an unknown degree": ({"degrees": ["SJ", "QQ"]}, ["unknown degree QQ", "AP, AT"]),
    "a degree twice": ({"degrees": ["SJ", "SJ"]}, ["SJ is there more than once"]),
    "more than is ranked": ({"degrees": 3, "shortage": ["SJ"]}, ["expected 1 to 1", "found 3"]),
    "an unknown degree ranked": ({"degrees": 1, "shortage": ["QQ"]}, ["shortage: unknown degree QQ"]),
    "an overlapping window": (
        {"windows": "2000-2005 2003-2008"},
        ["do not overlap", "2000-2005 and 2003-2008"],
    ),
    "a window that cannot be read": ({"windows": "ten"}, ["windows", "found 'ten'"]),
    "no release date": ({"release_date": None}, ["release_date", "found nothing"]),
    "a threshold of one": ({"threshold": 1}, ["threshold", "found 1"]),
    "a setting of before": ({"method": "suppression"}, ["does not know method"]),
    "an unknown language": ({"languages": ["fi"]}, ["languages", "sv, en"]),
    "an unknown horizon": ({"horizons": [2]}, ["horizons", "1, 3, 5, 10"]),
    "an unknown name": ({"degreees": 3}, ["does not know degreees", "degrees"]),
    "a contact without an address": ({"contact": {"name": "x"}}, ["contact", "a name and an email"]),
    "a day that is not there": ({"release_date": "2025-11-31"}, ["release_date", "'2025-11-31'"]),
    "a path before it": ({"previous": ".."}, ["previous", "another edition"]),
    "an unknown register": ({"deliveries": {"hospp": "2025-09"}}, ["unknown register hospp", "hosp, hreg"]),
    "itself before it": ({"previous": "2025"}, ["previous", "another edition"]),
}


@pytest.mark.parametrize("changed", WRONG)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, changed: str) -> None:
    body, told = WRONG[changed]
    with pytest.raises(PublicationError) as error:
        load_edition("2025", edition_file(tmp_path, **body))
    assert str(tmp_path / "2025.yml") in str(error.value)
    assert all(text in str(error.value) for text in told), str(error.value)


def test_an_edition_that_is_no_yaml_or_not_there(tmp_path: Path) -> None:
    (tmp_path / "2025.yml").write_text("degrees: [")
    with pytest.raises(PublicationError, match="not readable as YAML"):
        load_edition("2025", tmp_path)
    (tmp_path / "2026.yml").write_text("release_date: 2025-11-31")
    with pytest.raises(PublicationError, match="not readable as YAML: day is out of range"):
        load_edition("2026", tmp_path)
    with pytest.raises(PublicationError, match=r"2031\.yml, found none.*2025"):
        load_edition("2031", tmp_path)


@pytest.mark.parametrize("name", ["../2025", "/etc/passwd", "a b", "", "x" * 15])
def test_a_name_is_no_path(name: str, tmp_path: Path) -> None:
    with pytest.raises(PublicationError, match="Expected the name of an edition"):
        make_edition(Settings(data=tmp_path), name, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def refused(settings: Settings, out: Path, editions: Path) -> str:
    """The message of an edition that is not made; and nothing is left of it."""
    with pytest.raises(PublicationError) as error:
        make_edition(settings, "2025", out, editions)
    assert not out.exists() or not list(out.rglob("*.csv"))
    return str(error.value)


def test_other_rules_than_the_tables_were_protected_by(data: Path, tmp_path: Path) -> None:
    settings, out = Settings(data=data), tmp_path / "out"
    for changed, option in (
        ({"windows": "5"}, "--windows '5'"),
        ({"threshold": 10}, "--threshold 10"),
        ({"publisher": "region"}, "--publisher 'region'"),
    ):
        assert option in refused(settings, out, edition_file(tmp_path / "editions", **changed))


def test_a_pinned_delivery_that_is_gone(data: Path, tmp_path: Path) -> None:
    told = refused(
        Settings(data=data), tmp_path / "out", edition_file(tmp_path / "e", deliveries={"hosp": "2019-09"})
    )
    assert "pinned to the delivery hosp/2019-09" in told
    assert "made from hosp/2025-09" in told
    # The pin of what is there is taken.
    newest = edition_file(tmp_path / "pinned", deliveries={"hosp": "2025-09"})
    assert load_edition("2025", newest).deliveries == {"hosp": "2025-09"}


def test_tables_of_other_code_or_changed_since_or_none(data: Path, made: Made, tmp_path: Path) -> None:
    copy = tmp_path / "data"
    copy.mkdir()
    settings, out = Settings(data=copy), tmp_path / "out"
    assert "found none" in refused(settings, out, made.editions)
    shutil.copytree(data / "published", copy / "published")
    certificate = copy / "published" / "certificate.json"
    certificate.chmod(0o644)
    body = json.loads(certificate.read_text())
    certificate.write_text(json.dumps(body | {"code": "older"}))
    assert "another version of the code" in refused(settings, out, made.editions)
    certificate.write_text(json.dumps(body))
    table = copy / "published" / "mobility.parquet"
    table.chmod(0o644)
    shutil.copyfile(copy / "published" / "applicants.parquet", table)
    assert "have been changed" in refused(settings, out, made.editions)


def test_the_command_says_what_is_wrong_without_a_traceback(data: Path, tmp_path: Path) -> None:
    run = vardflode("publish", "--edition", "1066", "--data", data, "--out", tmp_path / "out")
    assert run.returncode == 2
    assert "editions/1066.yml, found none" in run.stderr
    assert "Traceback" not in run.stdout + run.stderr
    assert not (tmp_path / "out").exists()


def test_an_edition_before_that_is_gone_or_changed(data: Path, made: Made, tmp_path: Path) -> None:
    editions = edition_file(tmp_path / "editions", "2028", previous="2025", release_date=dt.date(2028, 12, 1))
    settings = Settings(data=data)
    with pytest.raises(PublicationError, match="expected that edition in"):
        make_edition(settings, "2028", tmp_path / "out", editions)
    shutil.copytree(made.folder, tmp_path / "out" / "2025")
    (tmp_path / "out" / "2025" / "rapport.html").write_text("changed")
    with pytest.raises(PublicationError, match="not as it was released"):
        make_edition(settings, "2028", tmp_path / "out", editions)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["2025"]
