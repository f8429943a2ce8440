"""Every command with every wrong folder, file and value: one message, status 2, and nothing is made."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl
import pytest

from vardflode import cli
from vardflode.common.exit_status import COMMANDS, Exit, epilog, table
from vardflode.settings import PROJECT

WITH_SETTINGS = {
    "build": [],
    "status": [],
    "ui": [],
    "disclose": [],
    "publish": ["--edition", "2025"],
    "site": ["--out", "s"],
}


class Said:
    """What a command ended with and said."""

    def __init__(self, status: object, text: str) -> None:
        self.status, self.text = status, text

    def is_one_message(self) -> bool:
        return (
            self.status == Exit.UNUSABLE and self.text.count("Error: ") == 1 and "Traceback" not in self.text
        )


Run = Callable[..., Said]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Iterator[Run]:
    """The command in this process, as a user would type it, in an empty folder."""
    environment, mask, place = dict(os.environ), os.umask(0o022), Path.cwd()
    os.umask(mask)
    (tmp_path / "here").mkdir()
    os.chdir(tmp_path / "here")

    def command(*arguments: object, **variables: str) -> Said:
        os.environ.update({"VARDFLODE_DATA": str(tmp_path / "data"), "VARDFLODE_RAW": "raw"} | variables)
        monkeypatch.setattr(sys, "argv", ["vardflode", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capsys.readouterr()
        return Said(ended.value.code, out + err)

    yield command
    os.chdir(place)
    os.environ.clear()
    os.environ.update(environment)
    os.umask(mask)


def wrong_folder(kind: str, at: Path) -> Path:
    """A folder that holds none of ours, or is none."""
    folder = at / "wrong"
    match kind:
        case "file":
            folder.write_text("x")
        case "in a file":
            (at / "wrong").write_text("x")
            folder = at / "wrong" / "x"
        case "device":
            folder = Path("/dev/null")
        case "nothing":
            pass
        case "empty":
            folder.mkdir()
        case "no UTF-8":
            folder = Path(os.fsdecode(os.fsencode(at) + b"/wrong\xff"))
            folder.mkdir()
        case _:
            folder.mkdir()
            {
                "CSV in another encoding": lambda: (folder / "a.csv").write_bytes(b"a;b\n\xff\xfe;1\n"),
                "empty CSV": lambda: (folder / "a.csv").write_bytes(b""),
                "ragged CSV": lambda: (folder / "a.csv").write_bytes(b"a;b\n1;2;3\n1\n"),
                "no Parquet": lambda: (folder / "flow_measures.parquet").write_bytes(b"PAR1"),
                "other Parquet": lambda: pl.DataFrame({"x": [1]}).write_parquet(
                    folder / "applicants.parquet"
                ),
                "no DuckDB": lambda: (folder / "a.duckdb").write_bytes(b"nonsense"),
                "manifest of nothing": lambda: (folder / "manifest.json").write_text("{}"),
                "manifest of other things": lambda: (folder / "manifest.json").write_text(
                    '{"edition":1,"released":2,"last_year":3,"previous":4,"settings":5,"deliveries":6,'
                    '"definitions":7,"code":8,"files":{"a":1}}'
                ),
                "manifest that is a folder": lambda: (folder / "manifest.json").mkdir(),
                "manifest of brackets": lambda: (folder / "manifest.json").write_text("[" * 100_000),
            }[kind]()
    return folder


FOLDERS = [
    *("file", "in a file", "device", "nothing", "empty", "no UTF-8", "CSV in another encoding", "empty CSV"),
    *("ragged CSV", "no Parquet", "other Parquet", "no DuckDB", "manifest of nothing"),
    *("manifest of other things", "manifest that is a folder", "manifest of brackets"),
]


@pytest.mark.parametrize("kind", FOLDERS)
@pytest.mark.parametrize(
    "command",
    [
        ["attack"],
        ["verify"],
        ["build", "--raw"],
        ["disclose", "--data"],
        ["publish", "--edition", "2025", "--data"],
        ["disclose", "--earlier"],
        ["site", "--out", "s", "--data"],
    ],
)
def test_wrong_folders(run: Run, tmp_path: Path, command: list[str], kind: str) -> None:
    said = run(*command, wrong_folder(kind, tmp_path))
    assert said.is_one_message(), said.text


@pytest.mark.parametrize("kind", ["file", "in a file", "device"])
@pytest.mark.parametrize(
    "command",
    [
        *(["synth", "--out"], ["publish", "--edition", "2025", "--out"], ["site", "--out"]),
        *(["status", "--data"], ["ui", "--data"]),
    ],
)
def test_what_cannot_be_a_folder(run: Run, tmp_path: Path, command: list[str], kind: str) -> None:
    said = run(*command, wrong_folder(kind, tmp_path))
    assert said.is_one_message(), said.text


VALUES = [
    *(("--max-move", value) for value in ("20", "0", "-1", "nan", "inf", "x", "")),
    *(("--threads", value) for value in ("-1", "1.5", "x", "1000000000")),
    *(("--memory", value) for value in ("0GB", "", "lots", "-1GB", "99999999999999999TB", "2")),
    *(("--pin", value) for value in ("hosp", "=x", "hosp=", "hosp=1=2", "hosp=../x", "hosp=.x")),
    ("--pin", "hosp=a", "--pin", "hosp=b"),
    ("--no-such-option",),
]


@pytest.mark.parametrize("values", VALUES, ids=" ".join)
@pytest.mark.parametrize("command", WITH_SETTINGS)
def test_wrong_values(run: Run, tmp_path: Path, command: str, values: tuple[str, ...]) -> None:
    said = run(command, *WITH_SETTINGS[command], *values)
    assert said.is_one_message(), said.text
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        *(["disclose", "--windows", w] for w in ("0", "x", "2010-2000", "2000-2005 2003-2008", "-1")),
        *(["disclose", "--threshold", t] for t in ("1", "x", "-5")),
        ["disclose", "--method", "x"],
        ["disclose", "--publisher", "nobody"],
        *(
            ["scenario", "--group", "ALM", "--by", "2035", "--inhabitants", i, PROJECT / "scenarier.yml"]
            for i in ("0", "-1", "nan", "inf", "1e-300", "x")
        ),
        *(["scenario", "--group", "SJ", f] for f in ("/dev/zero", "/dev/null", "nowhere", ".")),
        *(["ui", "--port", p] for p in ("70000", "-1", "0", "x")),
        *(["synth", "--out", "s", "--scale", s] for s in ("-1", "0", "nan", "inf", "1e9", "0.00001", "x")),
        *(["synth", "--out", "s", "--last-year", y] for y in ("3000", "1900", "x")),
        *(["synth", "--out", "s", "--seed", s] for s in ("-1", "x")),
        *(["publish", "--edition", e] for e in ("../x", "", "nope", "2025\n", "å", "2025/../2025")),
        *(["attack", ".", "--threshold", t] for t in ("x",)),
        *([name] for name in ("attack", "verify", "publish", "site", "synth", "no-such-command")),
    ],
    ids=lambda words: " ".join(map(str, words)),
)
def test_other_wrong_values(run: Run, tmp_path: Path, arguments: list[object]) -> None:
    said = run(*arguments)
    assert said.is_one_message(), said.text
    assert not list((tmp_path / "here").iterdir())


def test_a_site_is_not_put_on_top_of_something_else(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    said = run("site", "--out", tmp_path)
    assert said.is_one_message(), said.text
    assert "found something else" in said.text
    assert (tmp_path / "mine.txt").read_text() == "mine"


@pytest.mark.parametrize("command", WITH_SETTINGS)
@pytest.mark.parametrize(
    "variable",
    [
        *(
            "MAX_MOVE=20",
            "THREADS=many",
            "MEMORY=0GB",
            "PIN=hosp",
            "THRESHOLD=1",
            "RAW=",
            "DATA=",
        ),
        *(
            "DATA=/dev/null/x",
            "SETTINGS=nowhere.toml",
            "SETTINGS=.",
            "SETTINGS=/dev/zero",
            "PUBLISHER=nobody",
        ),
    ],
)
def test_rubbish_in_the_environment(run: Run, command: str, variable: str) -> None:
    name, _, value = variable.partition("=")
    said = run(command, *WITH_SETTINGS[command], **{f"VARDFLODE_{name}": value})
    assert said.is_one_message(), said.text


@pytest.mark.parametrize("command", WITH_SETTINGS)
@pytest.mark.parametrize(
    "text",
    [
        *("no_such = 1", "raw = 5", "threads = true", "max_move = 20", "pin = 3", "earlier = 3", "not toml"),
        "pin = " + "[" * 100_000,
        *("[publishers]\nx = 1", "publishers = 3", "method = []", "windows = []"),
    ],
)
def test_rubbish_in_the_settings_file(run: Run, tmp_path: Path, command: str, text: str) -> None:
    (tmp_path / "s.toml").write_text(text)
    settings = {"VARDFLODE_SETTINGS": str(tmp_path / "s.toml")}
    said = run(command, *WITH_SETTINGS[command], "--raw", tmp_path / "none", **settings)
    assert said.is_one_message(), said.text


def test_exit_statuses_are_told_as_they_are_defined(run: Run) -> None:
    readme, operations = ((PROJECT / name).read_text("utf-8") for name in ("README.md", "docs/operations.md"))
    assert "\n".join(table()) in readme
    names = list(COMMANDS)
    for some in (
        ["build", "status", "disclose", "publish"],
        ["site", "verify", "attack", "sql", "scenario", "synth", "ui"],
    ):
        assert "\n".join(table(*some)) in operations
        names = [name for name in names if name not in some]
    assert set(names) == set(cli.cli.commands) - set(COMMANDS) == set()
    for name in COMMANDS:
        told = run(name, "--help").text
        assert all(line in told for line in epilog(name).splitlines()[1:]), name
