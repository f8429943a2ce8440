"""The made-up deliveries: sound by the contract, the same every time, wrong only where `planted.json` says.

The contract is checked here by plain code of its own (csv, polars, the YAML file), not by the intake.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml
from click.testing import CliRunner

from vardflode.cli import cli
from vardflode.synth import SynthError, SynthSummary, generate
from vardflode.synth.calibration import DEGREES
from vardflode.synth.codes import load_codes
from vardflode.synth.colonoscopy import expected_2018
from vardflode.synth.population import population

PROJECT = Path(__file__).parents[1]
SEEDS = PROJECT / "dbt" / "seeds"
CONTRACT = yaml.safe_load((PROJECT / "vardflode/deliveries/deliveries.yml").read_text(encoding="utf-8"))
REGISTERS = (
    *("rtb", "hreg", "hosp", "bas", "gymnasium", "koloskopi", "folkmangd"),
    *("framskrivning", "utbildningsplan", "vardenkat", "specialister", "st"),
    *("personalekonomi", "vantelaget", "plan"),
)
NAME = "2025-09"
TO = {"vardenkat": 2025, "vantelaget": 2025}  # reach the year of delivery; the others to 2024


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, SynthSummary]:
    out = tmp_path_factory.mktemp("sound")
    return out, generate(out, scale=0.02, seed=1)


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, list[dict[str, Any]]]]:
    out = tmp_path_factory.mktemp("faulty")
    summary = generate(out, scale=0.02, seed=1, errors=True)
    assert summary.planted == out / "planted.json"
    return out, json.loads(summary.planted.read_text(encoding="utf-8"))


def contents(folder: Path) -> dict[str, str]:
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def manifest_of(out: Path, register: str, name: str = NAME) -> dict[str, Any]:
    body: dict[str, Any] = json.loads((out / register / name / "leverans.json").read_text(encoding="utf-8"))
    return body


def read_text(path: Path, encoding: str) -> list[list[str]]:
    with path.open(encoding="utf-8-sig" if encoding == "utf-8" else encoding, newline="") as file:
        return list(csv.reader(file, delimiter=";"))


def read_table(out: Path, register: str, table: str) -> pl.DataFrame:
    """All rows of a table as text (empty: null), with the file's year in `_year`."""
    body = manifest_of(out, register)
    frames = []
    for entry in body["filer"]:
        if entry["tabell"] != table:
            continue
        path = out / register / NAME / entry["fil"]
        if path.suffix == ".parquet":
            frame = pl.read_parquet(path).cast(pl.String)
        else:
            rows = read_text(path, body["teckenkodning"])
            frame = pl.DataFrame(rows[1:], schema=rows[0], orient="row").cast(pl.String)
        year = re.search(r"_(\d{4})\.csv$", entry["fil"])
        frames.append(frame.with_columns(pl.lit(year[1] if year else None).alias("_year")))
    frame = pl.concat(frames)
    return frame.with_columns(pl.when(pl.col(c) != "").then(pl.col(c)).alias(c) for c in frame.columns)


def allowed(rule: dict[str, Any]) -> set[str]:
    values = {str(v) for v in rule.get("values", [])}
    if "codes" in rule:
        rows = read_text(SEEDS / rule["codes"], "utf-8")
        values |= {row[0] for row in rows[1:]}
    return values


def complaints(frame: pl.DataFrame, table: dict[str, Any], to: int = 2024) -> list[str]:
    """What a table, which reaches the end of the year `to`, breaks of the contract, but for deaths."""
    found = []
    columns = table["columns"]
    if frame.columns[:-1] != list(columns):
        found.append(f"columns {frame.columns}")
    for name, rule in columns.items():
        column = frame[name]
        if column.null_count() and not rule.get("optional"):
            found.append(f"{name} is missing")
        column = column.drop_nulls()
        kind, future = rule["type"], rule.get("may_be_future", False)
        pattern = {
            **{"id": r"^[0-9]{6,9}$", "int": r"^-?[0-9]+$", "year": r"^[0-9]{4}$", "term": r"^[0-9]{4}[12]$"},
            "date": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
        }.get(kind, "")
        if not column.str.contains(pattern).all():
            found.append(f"{name} is no {kind}")
            continue
        if kind == "date":
            if column.str.to_date(strict=False).null_count() or (column > f"{to}-12-31").any():
                found.append(f"{name} is no date of the period")
        elif kind in ("year", "term", "int"):
            last = {"year": to, "term": 10 * to + 2, "int": 10**9}[kind] if not future else 10**9
            number = column.cast(pl.Int64)
            if (number > min(last, rule.get("max", last))).any():
                found.append(f"{name} is too high")
            if (number < rule.get("min", -(10**9))).any():
                found.append(f"{name} is too low")
        if kind == "date" and (column < rule.get("min", "")).any():
            found.append(f"{name} is too early")
        if "pattern" in rule and not column.str.contains(f"^(?:{rule['pattern']})$").all():
            found.append(f"{name} breaks its pattern")
        if ("values" in rule or "codes" in rule) and set(column.unique()) - allowed(rule):
            found.append(f"{name} is outside its list")
        for case, inner in rule.get("cases", {}).items():
            if set(frame.filter(pl.col(rule["by"]) == case)[name].unique()) - allowed(inner):
                found.append(f"{name} is outside the list of {case}")
    if frame.select(table["key"]).is_duplicated().any():
        found.append("a key is there twice")
    if "yearly" in table and (frame[table["yearly"]] != frame["_year"]).any():
        found.append("a year is not the file's")
    return found


def test_sound_deliveries_obey_the_contract(sound: tuple[Path, SynthSummary]) -> None:
    out, summary = sound
    assert sorted(p.name for p in out.iterdir()) == sorted(REGISTERS)
    dead = read_table(out, "rtb", "personer").drop_nulls("avlidendatum")
    dead = dead.select("lopnr", pl.col("avlidendatum").str.head(4).alias("_died"))
    assert dead.height > 20
    for register in REGISTERS:
        for name, table in CONTRACT["registers"][register]["tables"].items():
            frame = read_table(out, register, name)
            assert complaints(frame, table, TO.get(register, 2024)) == [], f"{register}.{name}"
            assert summary.deliveries[f"{register}/{NAME}"][name] == frame.height
            if column := table.get("dead_after"):
                late = frame.join(dead, on="lopnr").filter(pl.col(column).str.head(4) > pl.col("_died"))
                assert late.is_empty(), f"{register}.{name}"


def test_the_check_of_the_contract_can_fail(sound: tuple[Path, SynthSummary]) -> None:
    table = CONTRACT["registers"]["hosp"]["tables"]["legitimationer"]
    frame = read_table(sound[0], "hosp", "legitimationer")
    for column, value in (
        *(("yrkeskod", "ZZ"), ("legitimationsdatum", "2025-01-01"), ("lopnr", "1"), ("lopnr", None)),
        ("legitimationsdatum", "2011-02-30"),
    ):
        wrong = frame[:1].with_columns(pl.lit(value, dtype=pl.String).alias(column))
        assert len(complaints(pl.concat([wrong, frame[1:]]), table)) == 1, (column, value)
    assert complaints(pl.concat([frame, frame[:1]]), table) == ["a key is there twice"]


def test_manifests_are_true(sound: tuple[Path, SynthSummary]) -> None:
    out, _ = sound
    for register in REGISTERS:
        body = manifest_of(out, register)
        folder = out / register / NAME
        assert (body["register"], body["leverans"], body["syntetisk"]) == (register, NAME, True)
        assert (body["framstalld"], body["avser_till"]) == ("2025-09-15", f"{TO.get(register, 2024)}-12-31")
        listed = {entry["fil"] for entry in body["filer"]}
        assert listed | {"leverans.json"} == {p.name for p in folder.iterdir()}
        for entry in body["filer"]:
            content = (folder / entry["fil"]).read_bytes()
            assert entry["sha256"] == hashlib.sha256(content).hexdigest()
            if entry["fil"].endswith(".csv"):
                assert entry["rader"] == content.count(b"\n") - 1


def test_files_are_spelt_in_several_ways(sound: tuple[Path, SynthSummary]) -> None:
    out, _ = sound
    assert (out / "hreg" / NAME / "examina.csv").read_bytes().startswith(b"\xef\xbb\xbflopnr;")
    assert b"\r\n" in (out / "gymnasium" / NAME / "avgangna.csv").read_bytes()
    licences = (out / "hosp" / NAME / "legitimationer.csv").read_bytes()
    assert b";\xd6V;" in licences
    with pytest.raises(UnicodeDecodeError):
        licences.decode("utf-8")
    assert b';"";' in (out / "bas" / NAME / "sysselsattning_2020.csv").read_bytes()


def test_the_country_has_what_the_definitions_need(sound: tuple[Path, SynthSummary]) -> None:
    out, _ = sound
    taken, studied = read_table(out, "hreg", "examina"), read_table(out, "hreg", "registreringar")
    assert set(taken.filter(pl.col("examenstyp") == "Y")["examenskod"]) == set(DEGREES)
    assert set(taken.filter(pl.col("examenskod") == "SP")["inriktning"]) == set(load_codes().specialisations)
    assert {"KAND", "MAG", "MAST"} <= set(taken["examenskod"])
    assert studied["termin"].min() == "19952"
    assert set(studied["termin"].str.tail(1)) == {"1", "2"}
    licences = read_table(out, "hosp", "legitimationer")
    old = licences.filter(pl.col("yrkeskod") == "SG")
    assert old.height > 50
    assert (old["legitimationsdatum"] < "2014").all()
    assert set(licences["utbildningsland"]) == {"SE", "EU", "ÖV"}
    wishes = read_table(out, "hreg", "ansokningar")
    admitted = wishes.group_by("lopnr").agg((pl.col("antagen") == "J").any())
    assert (~admitted["antagen"]).sum() > 50
    programmes = read_table(out, "hreg", "program")
    meanings = programmes.group_by("larosate", "programkod").agg(pl.col("examenskod").unique())
    reused = meanings.filter(pl.col("examenskod").list.len() > 1)["examenskod"].to_list()
    assert any("XX" in codes for codes in reused)
    assert any("XX" not in codes for codes in reused)
    several = studied.group_by("lopnr").agg(pl.col("programkod").n_unique())
    assert (several["programkod"] > 1).sum() > 300
    limits = dict(row[:2] for row in read_text(SEEDS / "etableringsgrans.csv", "utf-8")[1:])
    incomes = read_table(out, "bas", "sysselsattning").filter(pl.col("ar") == "2018")["forvink"]
    assert str(int(limits["2018"]) // 100) in set(incomes)


def test_no_programme_overlaps_and_every_start_is_known(sound: tuple[Path, SynthSummary]) -> None:
    out, _ = sound
    programmes = read_table(out, "hreg", "program").with_columns(pl.col("giltig_till").fill_null("99999"))
    ordered = programmes.sort("larosate", "programkod", "giltig_fran")
    before = pl.col("giltig_till").shift().over("larosate", "programkod")
    assert ordered.filter(before >= pl.col("giltig_fran")).is_empty()
    studied = read_table(out, "hreg", "registreringar")
    first = studied.group_by("lopnr", "larosate", "programkod").agg(pl.col("termin").min())
    known = first.join(programmes, on=["larosate", "programkod"]).filter(
        (pl.col("giltig_fran") <= pl.col("termin")) & (pl.col("termin") <= pl.col("giltig_till"))
    )
    assert known.height == first.height


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(
    sound: tuple[Path, SynthSummary], tmp_path: Path
) -> None:
    generate(tmp_path / "again", scale=0.02, seed=1)
    assert contents(tmp_path / "again") == contents(sound[0])
    generate(tmp_path / "other", scale=0.002, seed=2)
    generate(tmp_path / "third", scale=0.002, seed=3)
    one, two = contents(tmp_path / "other"), contents(tmp_path / "third")
    assert one.keys() == two.keys()
    assert all(one[name] != two[name] for name in one)


def test_a_later_last_year_tells_of_the_same_persons(tmp_path: Path) -> None:
    generate(tmp_path, scale=0.002, seed=1, last_year=2023)
    generate(tmp_path, scale=0.002, seed=1, last_year=2024)
    old = (tmp_path / "rtb/2024-09/folkbokforing_2010.csv").read_text(encoding="utf-8")
    new = (tmp_path / "rtb/2025-09/folkbokforing_2010.csv").read_text(encoding="utf-8")
    assert old == new
    assert not (tmp_path / "rtb/2024-09/folkbokforing_2024.csv").exists()


def test_what_is_there_is_kept_or_refused_but_never_overwritten(tmp_path: Path) -> None:
    generate(tmp_path, scale=0.001, seed=1)
    before = contents(tmp_path)
    generate(tmp_path, scale=0.001, seed=1)  # the same again: nothing to do
    assert contents(tmp_path) == before
    with pytest.raises(SynthError, match="annat innehåll"):
        generate(tmp_path, scale=0.001, seed=2)
    assert contents(tmp_path) == before
    assert [p.name for p in tmp_path.rglob(".*")] == []
    foreign = tmp_path / "real" / "hosp" / NAME
    foreign.mkdir(parents=True)
    (foreign / "legitimationer.csv").write_text("lopnr\n", encoding="utf-8")
    with pytest.raises(SynthError, match="ingen påhittad leverans"):
        generate(tmp_path / "real", scale=0.001)
    assert [p.name for p in (tmp_path / "real").iterdir()] == ["hosp"]


@pytest.mark.parametrize("out", ["raw", "raw/hosp", "raw/hosp/below"])
def test_a_file_where_a_folder_is_to_be(tmp_path: Path, out: str) -> None:
    file = tmp_path / "raw" / "hosp"
    file.parent.mkdir()
    file.write_text("x", encoding="utf-8")
    with pytest.raises(SynthError, match="är en fil"):
        generate(tmp_path / out, scale=0.01)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [file]


def test_a_number_that_cannot_be_used_ends_with_status_2(tmp_path: Path) -> None:
    told = CliRunner().invoke(cli, ["synth", "--scale", "0", "--out", str(tmp_path / "raw")])
    assert told.exit_code == 2
    assert "scale must be from" in told.output


@pytest.mark.parametrize("wrong", [{"scale": 0}, {"seed": -1}, {"last_year": 1990}])
def test_arguments_out_of_range_are_refused(wrong: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(SynthError):
        generate(tmp_path, **wrong)
    assert list(tmp_path.iterdir()) == []


def test_planted_lines_are_true(faulty: tuple[Path, dict[str, list[dict[str, Any]]]]) -> None:
    out, planted = faulty
    per_table: Counter[tuple[str, str]] = Counter()
    for entry in planted["quarantined"]:
        encoding = manifest_of(out, entry["register"])["teckenkodning"]
        rows = read_text(out / entry["register"] / entry["delivery"] / entry["file"], encoding)
        found = dict(zip(rows[0], rows[entry["line"] - 1], strict=True))
        assert found[entry["column"]] == entry["value"], entry
        per_table[entry["register"], entry["table"]] += 1
    assert max(per_table.values()) <= 10
    for entry in planted["exact_copies"]:
        encoding = manifest_of(out, entry["register"])["teckenkodning"]
        path = out / entry["register"] / entry["delivery"] / entry["file"]
        rows = read_text(path, encoding)
        assert entry["line"] != entry["copy_of"]
        assert rows[entry["line"] - 1] == rows[entry["copy_of"] - 1]
        text = path.read_text(encoding="utf-8-sig" if encoding == "utf-8" else encoding).splitlines()
        same = text[entry["line"] - 1] == text[entry["copy_of"] - 1]
        assert same == (entry["spelling"] == "same")


def test_nothing_else_is_wrong_than_what_is_planted(
    faulty: tuple[Path, dict[str, list[dict[str, Any]]]],
) -> None:
    """Without the planted rows, every table is sound again; with them, it is not."""
    out, planted = faulty
    gone: dict[tuple[str, str], set[int]] = {}
    for entry in planted["quarantined"] + planted["exact_copies"]:
        gone.setdefault((entry["register"], entry["file"]), set()).add(entry["line"])
    for register in ("hosp", "hreg", "gymnasium", "koloskopi", *REGISTERS[8:]):
        for name, table in CONTRACT["registers"][register]["tables"].items():
            frame = read_table(out, register, name).with_row_index("_line", offset=2)
            bad = gone[register, f"{name}.csv"]
            to = TO.get(register, 2024)
            assert complaints(frame.drop("_line"), table, to), name
            kept = frame.filter(~pl.col("_line").is_in(list(bad))).drop("_line")
            assert complaints(kept, table, to) == [], f"{register}.{name}"


def test_every_rule_warning_and_reason_is_planted(
    faulty: tuple[Path, dict[str, list[dict[str, Any]]]],
) -> None:
    out, planted = faulty
    rules = {"type", "required", "code", "range", "duplicate", "after_death"}
    assert {entry["rule"] for entry in planted["quarantined"]} == rules
    assert {entry["kind"] for entry in planted["warnings"]} == {
        *("licence_without_degree", "degree_not_permitted", "licence_revoked", "overlapping_programmes"),
        *("unit_without_volume", "part_over_whole", "degree_without_registration", "person_missing"),
        *("unmapped_programme", "missing_year", "figure_moved", "measure_unknown"),
    }
    assert {entry["reason"] for entry in planted["rejected"]} == {
        *("manifest_missing", "manifest_unreadable", "wrong_register", "missing_file", "unlisted_file"),
        *("checksum", "row_count", "encoding", "missing_column", "unknown_column", "duplicate_column"),
        *("ragged_line", "path_escape", "identity_number", "too_many_bad_rows"),
    }
    for entry in planted["rejected"]:
        assert (out / entry["register"] / entry["delivery"]).is_dir()
        assert entry["delivery"] > NAME
    assert not (out / "bas" / NAME / "sysselsattning_1996.csv").exists()
    studied = read_table(out, "hreg", "registreringar")
    for entry in planted["unmapped_programmes"]:
        code = (pl.col("larosate") == entry["larosate"]) & (pl.col("programkod") == entry["programkod"])
        assert studied.filter(code)["lopnr"].n_unique() >= entry["persons"]


def test_a_rejected_delivery_is_wrong_in_one_way_only(
    faulty: tuple[Path, dict[str, list[dict[str, Any]]]],
) -> None:
    out, planted = faulty
    for entry in planted["rejected"]:
        folder = out / entry["register"] / entry["delivery"]
        if entry["reason"].startswith("manifest"):
            continue
        body = manifest_of(out, entry["register"], entry["delivery"])
        wrong = set()
        if body["register"] != entry["register"]:
            wrong.add("wrong_register")
        for file in body["filer"]:
            path = folder / file["fil"]
            if file["fil"].startswith(".."):
                wrong.add("path_escape")
            elif not path.exists():
                wrong.add("missing_file")
            else:
                if hashlib.sha256(path.read_bytes()).hexdigest() != file["sha256"]:
                    wrong.add("checksum")
                if path.suffix == ".csv" and path.read_bytes().count(b"\n") - 1 != file["rader"]:
                    wrong.add("row_count")
        if {p.name for p in folder.iterdir()} - {f["fil"] for f in body["filer"]} - {"leverans.json"}:
            wrong.add("unlisted_file")
        outside = {"wrong_register", "path_escape", "missing_file", "checksum", "row_count", "unlisted_file"}
        assert wrong == {entry["reason"]} & outside, entry
    assert is_identity_number("19121212-1212")
    first = (
        out / "hosp" / next(e["delivery"] for e in planted["rejected"] if e["reason"] == "identity_number")
    )
    assert "19121212-1212" in (first / "legitimationer.csv").read_text(encoding="iso-8859-1")


def is_identity_number(text: str) -> bool:
    digits = [int(d) for d in text.replace("-", "")[2:]]
    date(int(text[:4]), int(text[4:6]), int(text[6:8]))  # raises when there is no such day
    doubled = [d * (2 - i % 2) for i, d in enumerate(digits)]
    return sum(d // 10 + d % 10 for d in doubled) % 10 == 0


def test_colonoscopies_of_2018_are_the_published_ones() -> None:
    codes = load_codes()
    people = population(codes, 5, 2018)
    wanted = expected_2018(codes, people)
    size = dict(
        people.filter(pl.col("ar") == 2018)
        .group_by(pl.col("kommun").str.head(2))
        .agg(pl.col("antal").sum())
        .iter_rows()
    )
    assert sum(wanted[area] for area in ("07", "10", "12", "13 south")) == 27_500
    assert round(100 * wanted["07"] / size["07"], 2) == 0.93
    assert round(100 * wanted["12"] / size["12"], 2) == 1.56


# --- What forecasts need beside the registers -------------------------------------------------------------


def numbers(frame: pl.DataFrame, *columns: str) -> pl.DataFrame:
    return frame.with_columns(pl.col(*columns).cast(pl.Int64))


def test_the_projection_goes_on_where_the_population_ends(sound: tuple[Path, SynthSummary]) -> None:
    counted = numbers(read_table(sound[0], "folkmangd", "folkmangd"), "ar", "alder", "antal")
    projected = numbers(read_table(sound[0], "framskrivning", "framskrivning"), "ar", "alder", "antal")
    cell = ["kommun", "kon", "alder"]
    assert sorted(projected["ar"].unique()) == list(range(2025, 2060))
    assert set(projected.group_by("ar").len()["len"]) == {counted.filter(pl.col("ar") == 2024).height}
    size = pl.concat([counted, projected]).group_by("ar").agg(pl.col("antal").sum()).sort("ar")["antal"]
    grown = size[1:] / size[:-1]
    assert abs(grown[9] - grown[8]) < 1e-4  # the first projected year grows as the last counted one
    assert ((grown > 0.999) & (grown < 1.01)).all()
    # Who were 40 are 41 a year later, but for few who died or moved.
    now = counted.filter(pl.col("ar") == 2024, pl.col("alder").is_between(40, 60))
    later = projected.filter(pl.col("ar") == 2025).with_columns(pl.col("alder") - 1)
    pairs = now.join(later, on=cell, suffix="_later")
    assert pairs.height == now.height
    off = (pairs["antal_later"] / pairs["antal"] - 1).abs()
    assert off.filter(pairs["antal"] > 100).max() < 0.05  # type: ignore[operator]


def test_plans_are_near_the_beginners_of_late(sound: tuple[Path, SynthSummary]) -> None:
    out, _ = sound
    planned = numbers(read_table(out, "utbildningsplan", "planerade_nyborjare"), "lasar", "antal")
    assert sorted(planned["lasar"].unique()) == [2024, 2025, 2026]
    by_year = dict(planned.group_by("lasar").agg(pl.col("antal").sum()).iter_rows())
    studied = read_table(out, "hreg", "registreringar").with_columns(pl.col("termin").cast(pl.Int64))
    programmes = read_table(out, "hreg", "program").filter(pl.col("examenskod") != "XX")
    first = studied.group_by("lopnr", "larosate", "programkod").agg(pl.col("termin").min())
    beginners = (
        first.join(programmes, on=["larosate", "programkod"])
        .filter(pl.col("termin").is_between(20212, 20241))
        .unique(["lopnr", "examenskod"])
    )
    assert beginners.height > 500
    for total in by_year.values():  # fewer have a plan for the third year
        assert 0.6 < total / (beginners.height / 3) < 1.2
    keys = planned.group_by("larosate", "examenskod", "inriktning").len()["len"]
    assert keys.min() == 1  # gaps
    assert keys.max() == 3


def test_every_county_answers_and_some_under_the_old_title(sound: tuple[Path, SynthSummary]) -> None:
    answers = read_table(sound[0], "vardenkat", "bedomningar")
    for (_,), year in answers.group_by("ar"):
        assert year["lan"].n_unique() == 21
        assert 0.8 < year.height / (21 * 22 * 2) < 1  # some questions are not answered
        assert set(year["bedomning"]) == {"brist", "balans", "overskott"}
        titles = dict(year.group_by("lan").agg(pl.col("yrkeskod").unique()).iter_rows())
        old = [lan for lan, codes in titles.items() if "SG" in codes]
        assert 1 <= len(old) <= 8
        assert any("FT" not in titles[lan] for lan in old)
    assert sorted(answers["ar"].unique()) == ["2023", "2024", "2025"]
    scarce = dict(answers.group_by("erfarenhet").agg((pl.col("bedomning") == "brist").mean()).iter_rows())
    assert scarce["erfaren"] > scarce["ny"]


def test_specialists_were_licensed_and_trained_before(sound: tuple[Path, SynthSummary]) -> None:
    out, _ = sound
    licences = read_table(out, "hosp", "legitimationer").filter(pl.col("yrkeskod") == "LK")
    certificates = read_table(out, "specialister", "specialistbevis")
    trainees = read_table(out, "st", "st_lakare")
    assert (certificates.height, trainees.height) > (500, 500)
    for frame, column in ((certificates, "bevisdatum"), (trainees, "startdatum")):
        held = frame.join(licences, on="lopnr")
        assert held.height == frame.height
        assert (held[column] > held["legitimationsdatum"]).all()
    both = certificates.join(trainees, on=["lopnr", "specialitet"])
    assert both.height == certificates.filter(pl.col("utbildningsland") == "SE").height
    years = (both["bevisdatum"].str.to_date() - both["startdatum"].str.to_date()).dt.total_days() / 365.25
    assert 5 < years.median() < 7  # type: ignore[operator]
    assert years.min() > 2.7  # type: ignore[operator]
    assert both["avslutsdatum"].null_count() == both.height
    assert set(certificates["utbildningsland"]) == {"SE", "EU", "ÖV"}
    # A fifth are general practitioners: 0.21 ± three standard errors.
    share = certificates.select((pl.col("specialitet") == "allmanmedicin").mean()).item()
    assert abs(share - 0.21) < 3 * (0.21 * 0.79 / certificates.height) ** 0.5
    in_training = trainees.join(certificates, on=["lopnr", "specialitet"], how="anti")
    assert in_training["avslutsdatum"].null_count() > 100
    assert in_training["avslutsdatum"].count() > 10  # broke it off
    posts = numbers(read_table(out, "st", "planerade_st"), "ar", "antal")
    assert sorted(posts["ar"].unique()) == [2025, 2026, 2027]
    of_late = trainees.filter(pl.col("startdatum") > "2022").height / 3
    for (_,), year in posts.group_by("ar"):
        assert 0.85 < year["antal"].sum() / of_late < 1.15


def test_specialists_of_a_later_last_year_are_the_same(tmp_path: Path) -> None:
    generate(tmp_path, scale=0.01, seed=1, last_year=2023)
    generate(tmp_path, scale=0.01, seed=1, last_year=2024)
    for register, table, column in (("specialister", "specialistbevis", 2), ("st", "st_lakare", 2)):
        old, new = (
            read_text(tmp_path / register / name / f"{table}.csv", "iso-8859-1")[1:]
            for name in ("2024-09", "2025-09")
        )
        known = [row[:3] for row in new if row[column] < "2024"]
        assert [row[:3] for row in old] == known
        assert len(new) > len(known) > 100
    old, new = (
        [
            row
            for row in read_text(tmp_path / "vardenkat" / name / "bedomningar.csv", "utf-8")
            if row[0] == "2024"
        ]
        for name in ("2024-09", "2025-09")
    )
    assert old == new != []
