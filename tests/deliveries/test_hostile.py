"""One bad delivery never stops another, hangs, crashes or is lost, whatever lies in its folder."""

from __future__ import annotations

import json
import os
import shutil
import socket
import tempfile
import threading
from collections.abc import Callable
from copy import copy
from pathlib import Path
from typing import Any

import pytest

from dagster_project.deliveries import _fingerprint
from vardflode.common.children import memory_bound
from vardflode.common.fingerprint import inputs_fingerprint
from vardflode.deliveries import intake
from vardflode.deliveries.files import MOST_FILES, ChangedError, folder_checksums, read_file_of
from vardflode.deliveries.survey import raw_contents, read_contents
from vardflode.settings import Settings

REG = "registreringar.csv"
HEADER = "lopnr;larosate;programkod;termin\n"
SHARED = Path(__file__).parents[3] / "shared" / "faults"

Change = Callable[[Path], object]


def rejected(world: Any, change: Change, name: str = "2025-03") -> str:
    """The message of a delivery that is rejected between two that are accepted."""
    for sound in ("2024-03", "2026-03"):
        world.deliver("hreg", sound, {REG: f"{HEADER}123456;GU;{sound};20151\n"})
    folder = world.deliver("hreg", name, {REG: f"{HEADER}123456;GU;BAD;20151\n"})
    change(folder)
    outcomes = world.survey("hreg")
    assert [o.delivery for o in outcomes if o.accepted] == ["2024-03", "2026-03"]
    (bad,) = [o for o in outcomes if not o.accepted]
    assert [row[2] for row in world.rows("hreg", "registreringar")] == ["2026-03"]
    assert bad.message.isprintable()
    assert len(bad.message) < 600
    # A build that read this has nothing new to read.
    assert raw_contents(world.raw, world.contract, {}) == read_contents(outcomes)
    return str(bad.message)


def edit(**fields: Any) -> Change:
    def change(folder: Path) -> None:
        body = json.loads((folder / "leverans.json").read_text(encoding="utf-8"))
        (folder / "leverans.json").write_text(json.dumps(body | fields), encoding="utf-8")

    return change


def write(text: str) -> Change:
    return lambda folder: (folder / "leverans.json").write_text(text, encoding="utf-8")


def instead(name: str, make: Change) -> Change:
    """Something else than a file under a file's name."""

    def change(folder: Path) -> None:
        (folder / name).unlink()
        make(folder / name)

    return change


def bind(path: Path) -> None:
    # The name of a socket is short: it is given from within the folder.
    before = Path.cwd()
    os.chdir(path.parent)
    try:
        socket.socket(socket.AF_UNIX).bind(path.name)
    finally:
        os.chdir(before)


def link_to_pipe(path: Path) -> None:
    os.mkfifo(path.parent.parent / ".pipe")
    path.symlink_to(path.parent.parent / ".pipe")


KINDS: list[tuple[Change, str]] = [
    (os.mkfifo, "a pipe"),
    (bind, "a socket"),
    (lambda path: path.symlink_to("/dev/zero"), "a link that leaves the delivery's folder"),
    (lambda path: path.symlink_to("/dev/stdin"), "a link that leaves the delivery's folder"),
    (lambda path: path.symlink_to("/proc/self/environ"), "a link that leaves the delivery's folder"),
    (link_to_pipe, "a link that leaves the delivery's folder"),
    (lambda path: path.symlink_to(path.name), "a link that leaves the delivery's folder"),
    (lambda path: (path.touch(), os.truncate(path, memory_bound() + 1)), "a file of more than"),
]
if os.geteuid() == 0:
    KINDS.append((lambda path: os.mknod(path, 0o020600, os.makedev(1, 5)), "a device"))


@pytest.mark.parametrize(("make", "what"), KINDS)
@pytest.mark.parametrize("name", ["leverans.json", REG])
def test_only_regular_files_inside_are_opened(world: Any, name: str, make: Change, what: str) -> None:
    message = rejected(world, instead(name, make))
    assert name in message
    # A name that leaves is told before what is there.
    assert what in message or "a name that leaves it" in message


@pytest.mark.parametrize("target", ["/", "..", "../../hosp", "/dev", "nowhere", "2025-03"])
def test_a_delivery_that_is_a_link_elsewhere(world: Any, target: str) -> None:
    def change(folder: Path) -> None:
        shutil.rmtree(folder)
        folder.symlink_to(target)

    assert "hreg/2025-03: expected a folder with leverans.json" in rejected(world, change)


@pytest.mark.parametrize(
    ("change", "parts"),
    [
        (write("[" * 200_000), ["unreadable", "brackets within brackets"]),
        (write('{"a":' * 200_000), ["unreadable", "brackets within brackets"]),
        (write('{"filer": ' + "9" * 100_000 + "}"), ["unreadable"]),
        (write('{"register": NaN}'), ["unreadable", "NaN"]),
        (write('{"register": -Infinity}'), ["unreadable", "Infinity"]),
        (write('{"register": "hreg", "register": "hosp"}'), ["each key once", "'register' twice"]),
        (write('{"filer": [{"fil": "a", "fil": "b"}]}'), ["each key once", "'fil' twice"]),
        (write('{"register": ' + "[" * 900 + "]" * 900 + "}"), ["'register', found a list"]),
        (edit(Syntetisk=True), ["no other keys", "'Syntetisk'"]),
        (edit(**{"\x1b[31m" * 10_000: 1}), ["no other keys", "\\x1b[31m"]),
        (edit(**{str(n): n for n in range(1000)}), ["no other keys", "and 995 more"]),
        (edit(filer=[{"fil": REG, "tabell": "registreringar", "rader": 1, "sha256": "0", "Rader": 2}]), ["'Rader'"]),
        (edit(register="\u202ehreg"), ["found '\\u202ehreg'"]),
        (edit(register="x" * 1_000_000), ["… (1000000 characters)"]),
        (edit(register={"a": "x" * 1_000_000}), ["found a dict"]),
        (edit(teckenkodning=["utf-8"]), ["teckenkodning", "found a list"]),
        *[
            (edit(avser_till=day), ["avser_till as YYYY-MM-DD"])
            for day in ("2024-1-1", "9999-12-31", "0001-01-01", "2024-02-30", "2024-12-31 ", "２０２４-12-31", "20241231")
        ],
        (edit(framstalld="2025-1-1"), ["framstalld as YYYY-MM-DD"]),
        (edit(framstalld=20250101), ["a text in 'framstalld'"]),
        (edit(filer=[{"fil": "a\nb.csv", "tabell": "registreringar", "rader": 1, "sha256": "0"}]), ["a\\nb.csv"]),
        (edit(filer=[{"fil": f"{'a' * 300}.csv", "tabell": "registreringar", "rader": 1, "sha256": "0"}]), [REG[:0]]),
        (edit(filer=[{"fil": "\udcff.csv", "tabell": "registreringar", "rader": 1, "sha256": "0"}]), ["\\xff.csv"]),
    ],
)  # fmt: skip
def test_what_leverans_json_may_say(world: Any, change: Change, parts: list[str]) -> None:
    message = rejected(world, change)
    for part in parts:
        assert part in message


@pytest.mark.parametrize(
    ("name", "told"),
    [
        (b"2025\xff", "2025\\xff"),
        (b"2025\n03", "2025\\n03"),
        (b"2025\x1b[2J", "2025\\x1b[2J"),
        ("2025\u202e30".encode(), "2025\\u202e30"),
        ("2025\u00a030".encode(), "2025\\xa030"),
        (b"2" * 239, "2" * 239),
        (b"2" * 255, "2" * 255),
        ("å".encode() * 127, "å" * 127),
    ],
)
def test_a_folder_name_that_cannot_be_used(world: Any, name: bytes, told: str) -> None:
    def rename(folder: Path) -> None:
        folder.rename(folder.with_name(os.fsdecode(name)))

    message = rejected(world, rename)
    assert "expected a folder's name" in message
    (outcome,) = [o for o in world.survey("hreg") if not o.accepted]
    assert outcome.delivery == told
    json.dumps(outcome.delivery, ensure_ascii=False).encode()


def test_a_name_of_238_bytes_can_be_used(world: Any) -> None:
    world.deliver("hreg", "2" * 238, {REG: f"{HEADER}123456;GU;A;20151\n"})
    assert [o.accepted for o in world.survey("hreg")] == [True]


def test_a_folder_of_very_many_files(world: Any) -> None:
    def fill(folder: Path) -> None:
        for number in range(MOST_FILES):
            (folder / f"{number}.csv").touch()

    assert f"a folder with more than {MOST_FILES} files" in rejected(world, fill)


def test_folders_in_folders(world: Any) -> None:
    """Deeper than a path may be long."""

    def dig(folder: Path) -> None:
        before = Path.cwd()
        os.chdir(folder)
        try:
            for _ in range(25):
                Path("d" * 200).mkdir()
                os.chdir("d" * 200)
        finally:
            os.chdir(before)

    assert "a folder that cannot be read" in rejected(world, dig)


def test_what_may_not_be_read() -> None:
    """Looked at as somebody without the right to: a mode does not stop root."""
    uid = os.geteuid()
    # Not below pytest's own folder, which nobody else may enter.
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "2025-03"
        (folder / "sub").mkdir(parents=True)
        (folder / "a.csv").touch()
        Path(name).chmod(0o755)
        (folder / "a.csv").chmod(0)
        if uid == 0:
            os.seteuid(65534)
        try:
            file = folder_checksums(folder)
            os.seteuid(uid)
            (folder / "sub").chmod(0)
            if uid == 0:
                os.seteuid(65534)
            below = folder_checksums(folder)
        finally:
            os.seteuid(uid)
            (folder / "sub").chmod(0o700)
    assert file == {"a.csv": "no file: a file that cannot be read (Permission denied)"}
    assert below == {".": "no file: a folder that cannot be read (Permission denied)"}


def test_the_bytes_that_are_loaded_are_those_that_were_checked(world: Any) -> None:
    """A file that is replaced between the checksum and the reading: by another, a pipe, or nothing."""
    folder = world.deliver("hreg", "2025-03", {REG: f"{HEADER}123456;GU;A;20151\n"})
    register = world.contract.registers["hreg"]
    checksums = folder_checksums(folder)
    for name in (REG, "leverans.json"):
        right = (folder / name).read_bytes()
        for change in (
            lambda path: path.write_bytes(path.read_bytes().replace(b"A", b"B") + b" "),
            lambda path: (path.unlink(), os.mkfifo(path)),
            lambda path: path.unlink(),
        ):
            change(folder / name)
            rows = world.data / "rows"
            outcome = intake.take_in(folder, register, world.contract, checksums, None, rows)
            assert not outcome.accepted
            assert f"{name}: expected the same file as a moment before" in outcome.message
            # Nothing is kept of it, and the next build sees something new whatever it finds.
            assert outcome.content == intake.UNSETTLED
            assert list((rows / "hreg").iterdir()) == []
            (folder / name).unlink(missing_ok=True)
            (folder / name).write_bytes(right)
    outcome = intake.take_in(folder, register, world.contract, checksums, None, world.data / "rows")
    assert outcome.accepted


def test_a_file_that_grows_all_the_time_has_an_end(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"a" * (64 << 20))
    stop = threading.Event()

    def grow() -> None:
        with path.open("ab") as file:
            while not stop.is_set():
                file.write(b"a" * (1 << 20))
                file.flush()
                if file.tell() > 1 << 30:
                    return

    writer = threading.Thread(target=grow)
    writer.start()
    try:
        checksum = folder_checksums(tmp_path)["a.csv"]
        with pytest.raises(ChangedError):
            read_file_of(path, tmp_path, checksum)
    finally:
        stop.set()
        writer.join()
        path.unlink()


def test_a_delivery_that_came_while_its_register_was_read_is_news(world: Any) -> None:
    world.deliver("hreg", "2024-03", {REG: f"{HEADER}123456;GU;A;20151\n"})
    outcomes = world.survey("hreg")
    world.deliver("hreg", "2025-03", {REG: f"{HEADER}123456;GU;B;20151\n"})
    assert raw_contents(world.raw, world.contract, {}) != read_contents(outcomes)
    # What a warehouse is marked with is of what was read, not of what lies there since.
    settings = Settings(raw=world.raw, data=world.data)
    marked = _fingerprint(settings, world.contract)
    assert marked == inputs_fingerprint(settings, read_contents(outcomes))
    assert marked != inputs_fingerprint(settings, raw_contents(world.raw, world.contract, {}))
    assert raw_contents(world.raw, world.contract, {}) == read_contents(world.survey("hreg"))


@pytest.mark.parametrize("year", ["0000", "0001", "1899", "2090", "9999"])
@pytest.mark.parametrize("rows", [0, 1, 11])
def test_a_year_that_cannot_have_rows(world: Any, year: str, rows: int) -> None:
    """A row of another year than the file's is set aside, and such a year is not counted as delivered."""
    lines = [f"{number};2010;1480" for number in range(100000, 100000 + rows)]
    text = "lopnr;ar;kommun\n" + "".join(f"{line}\n" for line in lines)
    taken = world.take("rtb", {f"folkbokforing_{year}.csv": text})
    if rows <= 10:
        assert taken.findings == [(2, "range", "ar")] * rows
        assert [file.parts for file in taken.outcome.files] == [()]
    else:
        assert f"folkbokforing_{year}.csv: expected at most 10 of the 11 rows" in taken.message


def test_a_year_without_rows_is_delivered(world: Any) -> None:
    taken = world.take("rtb", {"folkbokforing_2010.csv": "lopnr;ar;kommun\n"})
    assert [file.parts for file in taken.outcome.files] == [((2010, "folkbokforing.2010.parquet"),)]


@pytest.mark.parametrize(
    "header",
    [
        ";".join(f"kolumn{n}" for n in range(60_000)),
        ";" * 60_000,
        "lopnr;" * 60_000,
        "x" * 1_000_000,
        f'"{"x;" * 500_000}"',
        "lopnr;larosate;programkod;termin;" + "\x1b[2J" * 10_000,
    ],
)
def test_a_header_beyond_all_measure(world: Any, header: str) -> None:
    def change(folder: Path) -> None:
        shutil.rmtree(folder)
        world.deliver("hreg", "2025-03", {REG: f"{header}\n".encode()}, rows={REG: 0})

    message = rejected(world, change)
    assert message.startswith(f"{REG}, line 1: expected")


def test_values_are_quoted_short_and_clean(world: Any) -> None:
    value = "\x1b]0,owned\x07\x1b[2J" + "å" * 1_000_000 + "\u202e"
    lines = "".join(f"{number};{value};A;20151\n" for number in range(100000, 100011))

    def change(folder: Path) -> None:
        world.deliver("hreg", "2025-03", {REG: HEADER + lines}, rows={REG: 11})

    message = rejected(world, change)
    assert "line 2, column larosate" in message
    assert "found \\x1b]0,owned\\x07\\x1b[2Jåå" in message


def test_no_person_stands_in_a_message(world: Any) -> None:
    """Neither a number nor a key: file and line are enough to find it."""
    for lines in (
        [f"123456;GU;A;20151;{n}" for n in range(20)],
        [f"9876543219{n:02}x;GU;A;20151;1" for n in range(20)],
    ):
        text = "lopnr;larosate;programkod;termin;prioritet;antagen\n" + "".join(f"{x};J\n" for x in lines)
        taken = world.take("hreg", {"ansokningar.csv": text}, name=f"2025-{len(lines[0])}")
        assert "ansokningar.csv" in taken.message
        assert "line 2" in taken.message
        assert "123456" not in taken.message
        assert "987654" not in taken.message


@pytest.mark.parametrize(
    "value",
    [
        *(
            " ",
            "   ",
            "\t",
            "\x00",
            "\x1b",
            "\u00a0",
            "\u200b",
            "\ufeff",
            "\u2060",
            "\u00ad",
            "\u3000",
            "\u2028",
        ),
        *("\u3164", "\u2800", "\u0301", "\U000e0020", "\ue000", " \u00a0\u200b\ufeff\x07"),
    ],
)
def test_a_text_of_which_nothing_is_seen_is_missing(world: Any, value: str) -> None:
    taken = world.take("hreg", {REG: f"{HEADER}123456;GU;{value};20151\n123457;GU; .;20151\n"})
    assert taken.findings == [(2, "required", "programkod")]
    assert taken.quarantine[0]["reason"] == "expected a value, found none"


if SHARED.is_dir():  # the faults that were found, where they lie beside the project
    IDENTITY = ("08_identity_fullwidth", "08_identity_minus", "08_identity_nbsp", "09_identity_delivery_name")

    @pytest.mark.parametrize(
        ("fault", "part"),
        [
            ("02_header_field", "legitimationer.csv, line 1: expected the columns"),
            ("03_parquet_abort", "legitimationer.parquet: expected a "),
            ("04_parquet_panic_date", "expected a date of the years 1 to 9999"),
            ("07_year_0000", "sysselsattning_0000.csv: expected at most 12 of the 1238 rows"),
            *((fault, "personal identity number") for fault in IDENTITY),
            ("17_many_columns", "legitimationer.csv, line 1: expected the columns"),
            ("18_messages", "legitimationer.csv, line 2: expected 5 fields as in the header, found 6"),
        ],
    )
    def test_faults_that_were_found(world: Any, fault: str, part: str) -> None:
        shutil.copytree(SHARED / fault, world.raw)
        (register,) = (path.name for path in world.raw.iterdir())
        (outcome,) = world.survey(register)
        assert not outcome.accepted
        assert part in outcome.message
        assert outcome.message.isprintable()
        assert len(outcome.message) < 600


BAD = Path(__file__).name  # where the error is raised


def _raise(*_: object) -> int:
    raise KeyError("850709-9805, which no message may repeat")


@pytest.mark.parametrize("where", ["in the process that reads", "beside it"])
def test_an_error_that_nobody_foresaw_rejects_one_delivery(
    world: Any, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    for name in ("2024-03", "2025-03", "2026-03"):
        world.deliver("hreg", name, {REG: f"{HEADER}123456;GU;{name};20151\n"})
    size = intake._size
    with monkeypatch.context() as broken:
        if where == "beside it":
            broken.setattr(intake, "_size", lambda f, c: (_raise if f.name == "2025-03" else size)(f, c))
            expected = f"KeyError in {BAD}"
        else:
            take_in = intake._take_in
            spoilt = copy(world.contract)
            object.__setattr__(spoilt, "max_quarantine_share", "a text")  # past the model's own check
            broken.setattr(
                intake,
                "_take_in",
                lambda f, r, c, *rest: take_in(f, r, spoilt if f.name == "2025-03" else c, *rest),
            )
            expected = "TypeError in intake.py"
        outcomes = world.survey("hreg")
    (bad,) = [o for o in outcomes if not o.accepted]
    assert [o.delivery for o in outcomes if o.accepted] == ["2024-03", "2026-03"]
    assert (bad.delivery, bad.content) == ("2025-03", intake.UNSETTLED)
    assert expected in bad.message
    assert "850709" not in bad.message
    # The next build looks again, and all is well.
    assert all(o.accepted for o in world.survey("hreg"))
