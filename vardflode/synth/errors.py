"""Plant a known set of errors in finished deliveries, and say exactly what was planted where.

Rows to be quarantined are *inserted*, about persons or keys of their own: the sound rows around them stay as
they were, so that nothing but the planted error changes. ``planted.json``:

``quarantined``
    register, delivery, file, line (physical, header = 1), table, rule, column and value of every planted row.
``exact_copies``
    register, delivery, file, line, table and ``copy_of`` (line) of every row that is twice;
    ``spelling`` is ``quoted`` when one copy is spelt with quotation marks.
``warnings``
    kind, register, table, key and a note. Kinds: licence_without_degree, degree_not_permitted,
    licence_revoked, overlapping_programmes, unit_without_volume, part_over_whole,
    degree_without_registration, person_missing, unmapped_programme, missing_year, figure_moved,
    measure_unknown.
``worth_a_look``
    table, expectation and key of what is sound row by row; the expectation must tell it.
``unmapped_programmes``
    larosate, programkod, persons (new in these deliveries) and whether the code is unknown or not valid then.
``rejected``
    register, delivery, reason, file and a note, of deliveries that must be rejected whole.
``accepted_earlier``
    older, sound deliveries, there so that a figure can have moved.
"""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
from dataclasses import dataclass, field
from typing import Any

from vardflode.synth import forecast_errors, planning_errors
from vardflode.synth.timeline import rng_for
from vardflode.synth.write import MANIFEST, Delivery, digest

MADE_UP_IDENTITY_NUMBER = "19121212-1212"  # valid date and check digit; not given to anybody
ROWS_OF_REJECTED = 400
BOM = "﻿"


@dataclass
class _Line:
    text: str
    tags: list[dict[str, Any]] = field(default_factory=list)
    copy_of: _Line | None = None


class TextFile:
    """A CSV file of a delivery as lines that can be inserted and remembered."""

    def __init__(self, delivery: Delivery, table: str, name: str | None = None) -> None:
        """Read the file of a table (``name``: one of several)."""
        self.delivery, self.table, self.name = delivery, table, name or f"{table}.csv"
        text = (delivery.folder / self.name).read_bytes().decode(delivery.encoding)
        self.mark = BOM if text.startswith(BOM) else ""
        self.end = "\r\n" if text.endswith("\r\n") else "\n"
        lines = text.removeprefix(BOM).removesuffix(self.end).split(self.end)
        self.columns = lines[0].split(";")
        self.lines = [_Line(line) for line in lines]

    def fields(self, line: _Line) -> dict[str, str]:
        """Return a line's values by column."""
        return dict(zip(self.columns, next(csv.reader([line.text], delimiter=";")), strict=True))

    def insert(self, values: dict[str, Any], place: float, quoted: str = "") -> _Line:
        """Insert a row at a share (0-1) of the file's length; ``quoted`` is a column spelt with quotes."""
        spelt = [f'"{values[c]}"' if c == quoted else str(values[c]) for c in self.columns]
        line = _Line(";".join(spelt))
        self.lines.insert(1 + int(place * (len(self.lines) - 1)), line)
        return line

    def save(self) -> dict[int, int]:
        """Write the file and correct its entry in ``leverans.json``; return line numbers by line identity."""
        text = self.mark + self.end.join(line.text for line in self.lines) + self.end
        content = text.encode(self.delivery.encoding)
        (self.delivery.folder / self.name).write_bytes(content)
        for entry in self.delivery.files:
            if entry["fil"] == self.name:
                entry["rader"] = len(self.lines) - 1
                entry["sha256"] = hashlib.sha256(content).hexdigest()
        return {id(line): number for number, line in enumerate(self.lines, 1)}


class Planter:
    """Plants errors in the deliveries of one run and keeps the account of them."""

    def __init__(self, deliveries: list[Delivery], seed: int, last_year: int) -> None:
        """Prepare for finished deliveries whose manifests are not yet written."""
        self.by_register = {d.register: d for d in deliveries}
        self.last_year = last_year
        self.rng = rng_for(seed, "errors")
        self.account: dict[str, list[dict[str, Any]]] = {
            key: []
            for key in (
                *("quarantined", "exact_copies", "warnings", "worth_a_look", "unmapped_programmes"),
                *("rejected", "accepted_earlier"),
            )
        }
        self.files: dict[tuple[str, str], TextFile] = {}
        people = self.file("rtb", "personer")
        self.taken = {line.text.split(";", 1)[0] for line in people.lines}
        self.dead: list[str] = []  # sound persons who died in 2012

    def file(self, register: str, table: str, year: int | None = None) -> TextFile:
        """Return the file of a table, or of one of its years, read once."""
        name = f"{table}.csv" if year is None else f"{table}_{year}.csv"
        if (register, name) not in self.files:
            self.files[register, name] = TextFile(self.by_register[register], table, name)
        return self.files[register, name]

    def stranger(self) -> str:
        """Return a ``lopnr`` of nine digits that nobody has."""
        while (number := str(self.rng.integers(100_000_000, 1_000_000_000))) in self.taken:
            pass
        self.taken.add(number)
        return number

    def newcomer(self) -> str:
        """Return a new ``lopnr`` with a sound row in ``personer``."""
        number = self.stranger()
        row = {"lopnr": number, "kon": "2", "fodelsear": "1980", "avlidendatum": ""}
        self.file("rtb", "personer").insert(row, self.rng.random())
        return number

    def bad(self, file: TextFile, rule: str, column: str, row: dict[str, Any], quoted: str = "") -> None:
        """Insert a row that breaks one rule in one column."""
        line = file.insert(row, self.rng.random(), quoted)
        line.tags.append({"rule": rule, "column": column, "value": str(row[column])})

    def copy(self, file: TextFile, quoted: str = "") -> None:
        """Insert an exact copy of a sound row, later in the file; ``quoted``: a column spelt with quotes."""
        sound = [i for i in range(1, min(len(file.lines), 4000)) if not file.lines[i].tags]
        original = file.lines[sound[int(self.rng.integers(len(sound)))]]
        line = file.insert(file.fields(original), 1.0, quoted)
        if not quoted:
            line.text = original.text
        line.copy_of = original
        line.tags.append({"spelling": "quoted" if quoted else "same"})

    def warn(self, kind: str, register: str, table: str, key: dict[str, Any], note: str = "") -> None:
        """Record a planted warning."""
        self.account["warnings"].append(
            {"kind": kind, "register": register, "table": table, "key": key, "note": note}
        )

    def look(self, file: TextFile, expectation: str, key: dict[str, Any]) -> None:
        """Record what an expectation must tell."""
        table = f"delivered.{file.delivery.register}_{file.table}"
        self.account["worth_a_look"].append({"table": table, "expectation": expectation, "key": key})

    def finish(self) -> None:
        """Save the changed files and give every planted row its physical line."""
        for (register, name), file in sorted(self.files.items()):
            numbers = file.save()
            where = {"register": register, "delivery": file.delivery.name, "file": name}
            for line in file.lines:
                for tag in line.tags:
                    entry = where | {"line": numbers[id(line)], "table": file.table}
                    if line.copy_of is not None:
                        entry |= {"copy_of": numbers[id(line.copy_of)]} | tag
                        self.account["exact_copies"].append(entry)
                    else:
                        self.account["quarantined"].append(entry | tag)


def _rows(p: Planter) -> None:
    """Plant every row rule; at most ten rows in a table."""
    late = p.last_year + 1
    hosp = p.file("hosp", "legitimationer")
    licence = {
        **{"lopnr": "", "yrkeskod": "SJ", "legitimationsdatum": "2010-06-15", "utbildningsland": "EU"},
        "aterkallelsedatum": "",
    }
    for rule, column, value in (
        *(("type", "lopnr", "12A45678"), ("type", "legitimationsdatum", "2011-02-30")),
        *(("required", "legitimationsdatum", ""), ("code", "yrkeskod", "ZZ")),
        *(("code", "utbildningsland", "NO"), ("range", "legitimationsdatum", "1949-12-31")),
        ("range", "legitimationsdatum", f"{late}-01-15"),
    ):
        p.bad(hosp, rule, column, licence | {"lopnr": p.stranger()} | {column: value})
    twin = licence | {"lopnr": p.stranger()}
    p.bad(hosp, "duplicate", "lopnr", twin)
    p.bad(hosp, "duplicate", "lopnr", twin | {"utbildningsland": "ÖV"}, quoted="lopnr")

    registered = p.file("hreg", "registreringar")
    line = {"lopnr": "", "larosate": "GU", "programkod": "GUFOLK", "termin": "20102"}
    for rule, column, value in (
        *(("type", "termin", "20103"), ("required", "programkod", ""), ("code", "larosate", "XYZ")),
        *(("range", "termin", "19762"), ("range", "termin", f"{late}1")),
    ):
        p.bad(registered, rule, column, line | {"lopnr": p.stranger()} | {column: value})

    taken = p.file("hreg", "examina")
    degree = {
        **{"lopnr": "", "larosate": "GU", "examenskod": "SJ", "inriktning": "", "examensdatum": "2010-06-05"},
        "examenstyp": "Y",
    }
    for rule, column, value in (
        *(("type", "examensdatum", "2010-6-5"), ("required", "larosate", "")),
        *(("code", "examenskod", "KAND"), ("code", "examenstyp", "Z"), ("code", "inriktning", "tandvård")),
        ("range", "examensdatum", f"{late}-02-01"),
    ):
        p.bad(taken, rule, column, degree | {"lopnr": p.stranger()} | {column: value})

    applied = p.file("hreg", "ansokningar")
    wish = {
        **{"lopnr": "", "termin": "20102", "larosate": "GU", "programkod": "GUFOLK", "prioritet": "1"},
        "antagen": "J",
    }
    for rule, column, value in (
        *(("type", "prioritet", "1,5"), ("required", "antagen", ""), ("code", "antagen", "X")),
        *(("range", "prioritet", "21"), ("range", "prioritet", "0")),
    ):
        p.bad(applied, rule, column, wish | {"lopnr": p.stranger()} | {column: value})
    twin = wish | {"lopnr": p.stranger()}
    p.bad(applied, "duplicate", "lopnr", twin)
    p.bad(applied, "duplicate", "lopnr", twin | {"prioritet": "2"}, quoted="termin")

    programme = {
        **{"larosate": "GU", "programkod": "GUFEL1", "examenskod": "AT", "inriktning": ""},
        **{"studieort_kommun": "1480", "giltig_fran": "20001", "giltig_till": "20012"},
    }
    offered = p.file("hreg", "program")
    for rule, column, value in (
        *(
            ("type", "giltig_fran", "2000"),
            ("code", "examenskod", "QQ"),
            ("code", "studieort_kommun", "9999"),
        ),
        ("required", "giltig_fran", ""),
    ):
        p.bad(offered, rule, column, programme | {column: value})
    twin = programme | {"programkod": "GUFEL2"}
    p.bad(offered, "duplicate", "larosate", twin)
    p.bad(offered, "duplicate", "larosate", twin | {"examenskod": "FY"}, quoted="programkod")

    people = p.file("rtb", "personer")
    person = {"lopnr": "", "kon": "1", "fodelsear": "1975", "avlidendatum": ""}
    for rule, column, value in (
        *(("type", "lopnr", "12345"), ("type", "fodelsear", "7x"), ("required", "kon", "")),
        *(("code", "kon", "3"), ("range", "fodelsear", "1899"), ("range", "avlidendatum", f"{late}-03-01")),
    ):
        p.bad(people, rule, column, person | {"lopnr": p.stranger()} | {column: value})
    twin = person | {"lopnr": p.stranger()}
    p.bad(people, "duplicate", "lopnr", twin)
    p.bad(people, "duplicate", "lopnr", twin | {"fodelsear": "1976"}, quoted="lopnr")

    lived = p.file("rtb", "folkbokforing", 2018)
    home = {"lopnr": "", "ar": "2018", "kommun": "0180"}
    for rule, column, value in (
        *(("type", "ar", "20I8"), ("required", "kommun", ""), ("code", "kommun", "0181x")),
        ("range", "ar", "2017"),
    ):
        p.bad(lived, rule, column, home | {"lopnr": p.stranger()} | {column: value})

    worked = p.file("bas", "sysselsattning", 2018)
    job = {
        **{"lopnr": "", "ar": "2018", "syssstat": "1", "ast_kommun": "0180", "sni2007": "86103"},
        **{"ssyk2012": "2221", "sektor": "region", "forvink": "3500", "arblosdagar": "0"},
    }
    for rule, column, value in (
        *(("type", "forvink", "3 500"), ("required", "arblosdagar", ""), ("code", "syssstat", "9")),
        *(("code", "ssyk2012", "22A1"), ("code", "sni2007", "8610"), ("range", "arblosdagar", "367")),
        ("range", "ar", "2019"),
    ):
        p.bad(worked, rule, column, job | {"lopnr": p.stranger()} | {column: value})
    later = p.file("bas", "sysselsattning", 2019)
    twin = job | {"lopnr": p.stranger(), "ar": "2019"}
    p.bad(later, "duplicate", "lopnr", twin)
    p.bad(later, "duplicate", "lopnr", twin | {"forvink": "3501"}, quoted="lopnr")

    school = p.file("gymnasium", "avgangna")
    leaver = {"lopnr": "", "avgangsar": "2001", "gymnasieprogram": "NV"}
    for rule, column, value in (
        *(
            ("type", "avgangsar", "två"),
            ("required", "gymnasieprogram", ""),
            ("code", "gymnasieprogram", "QQ"),
        ),
        *(("range", "avgangsar", "1949"), ("range", "avgangsar", str(late))),
    ):
        p.bad(school, rule, column, leaver | {"lopnr": p.stranger()} | {column: value})
    twin = leaver | {"lopnr": p.stranger()}
    p.bad(school, "duplicate", "lopnr", twin)
    p.bad(school, "duplicate", "lopnr", twin | {"gymnasieprogram": "TE"}, quoted="avgangsar")

    units = p.file("koloskopi", "volymer")
    unit = {
        **{"ar": "2018", "enhet": "E9990", "kommun": "0180", "driftsform": "privat", "antal": "7"},
        **{"antal_screening": "0", "antal_cekum": "6", "antal_adenom": "2", "sverekks": "N"},
    }
    for number, (rule, column, value) in enumerate(
        (
            *(("type", "antal", "7.5"), ("required", "driftsform", ""), ("code", "driftsform", "kommunal")),
            *(("range", "antal", "100001"), ("range", "ar", str(late))),
        )
    ):
        p.bad(units, rule, column, unit | {"enhet": f"E999{number}"} | {column: value})
    p.bad(units, "duplicate", "ar", unit | {"enhet": "E9998"})
    p.bad(units, "duplicate", "ar", unit | {"enhet": "E9998", "antal": "8"}, quoted="enhet")

    hands = p.file("koloskopi", "skopister")
    at = hands.fields(hands.lines[1])["enhet"]
    hand = {
        **{"ar": "2018", "skopist": "", "enhet": at, "yrke": "LK", "fodelsear": "1970", "antal": "9"},
        "st_lakare": "N",
    }
    for number, (rule, column, value) in enumerate(
        (
            *(("type", "antal", "nio"), ("required", "skopist", ""), ("code", "yrke", "PT")),
            *(("range", "fodelsear", "1899"), ("range", "antal", "-9")),
        )
    ):
        p.bad(hands, rule, column, hand | {"skopist": f"99990{number}"} | {column: value})

    # Rows after the person's death; the dead are sound persons of the country.
    dead = p.dead = [p.newcomer() for _ in range(3)]
    people.lines = [
        _Line(f"{line.text.split(';')[0]};2;1950;2012-05-04") if line.text.split(";")[0] in dead else line
        for line in people.lines
    ]
    p.bad(
        hosp,
        "after_death",
        "legitimationsdatum",
        licence | {"lopnr": dead[0], "legitimationsdatum": "2013-01-02"},
    )
    p.bad(registered, "after_death", "termin", line | {"lopnr": dead[0], "termin": "20131"})
    p.bad(taken, "after_death", "examensdatum", degree | {"lopnr": dead[1], "examensdatum": "2014-06-07"})
    p.bad(applied, "after_death", "termin", wish | {"lopnr": dead[1], "termin": "20142"})
    p.bad(lived, "after_death", "ar", home | {"lopnr": dead[2]})
    p.bad(worked, "after_death", "ar", job | {"lopnr": dead[2]})

    for file, quoted in (
        *((hosp, ""), (registered, ""), (registered, "lopnr"), (taken, "examensdatum"), (applied, "")),
        *((offered, ""), (people, ""), (lived, "kommun"), (worked, ""), (school, "gymnasieprogram")),
        *((units, "enhet"), (hands, "")),
    ):
        p.copy(file, quoted)


def _warnings(p: Planter) -> None:
    """Plant every warning that rows can cause; each is about a person or key of its own."""
    hosp, registered = p.file("hreg", "examina"), p.file("hreg", "registreringar")
    taken, hosp = hosp, p.file("hosp", "legitimationer")
    offered = p.file("hreg", "program")
    units, hands = p.file("koloskopi", "volymer"), p.file("koloskopi", "skopister")

    def licence(person: str, profession: str, country: str, revoked: str = "") -> None:
        row = {
            **{"lopnr": person, "yrkeskod": profession, "legitimationsdatum": "2012-08-15"},
            **{"utbildningsland": country, "aterkallelsedatum": revoked},
        }
        hosp.insert(row, p.rng.random())

    def study(person: str, institution: str, code: str, term: str) -> None:
        row = {"lopnr": person, "larosate": institution, "programkod": code, "termin": term}
        registered.insert(row, p.rng.random())

    def degree(person: str, institution: str, code: str, date: str) -> None:
        row = {
            **{"lopnr": person, "larosate": institution, "examenskod": code, "inriktning": ""},
            **{"examensdatum": date, "examenstyp": "Y"},
        }
        taken.insert(row, p.rng.random())

    codes = [offered.fields(line) for line in offered.lines[1:] if not line.tags]

    def valid(institution: str, degree_code: str, term: int) -> str:
        return next(
            row["programkod"]
            for row in codes
            if (row["larosate"], row["examenskod"]) == (institution, degree_code)
            and int(row["giltig_fran"]) <= term <= int(row["giltig_till"] or 99999)
        )

    person = p.newcomer()
    licence(person, "AT", "SE")
    p.warn("licence_without_degree", "hosp", "legitimationer", {"lopnr": person, "yrkeskod": "AT"})

    person = p.newcomer()
    study(person, "GU", valid("GU", "AP", 20052), "20052")
    degree(person, "BTH", "AP", "2010-06-10")
    key = {"lopnr": person, "larosate": "BTH", "examenskod": "AP"}
    p.warn("degree_not_permitted", "hreg", "examina", key, "BTH may not award AP")

    person = p.newcomer()
    licence(person, "SJ", "EU", "2019-03-01")
    p.warn("licence_revoked", "hosp", "legitimationer", {"lopnr": person, "yrkeskod": "SJ"})

    overlap = {
        **{"larosate": "GU", "programkod": "GUOVER", "examenskod": "AT", "inriktning": ""},
        **{"studieort_kommun": "1480", "giltig_fran": "20002", "giltig_till": "20102"},
    }
    offered.insert(overlap, p.rng.random())
    offered.insert(overlap | {"giltig_fran": "20081", "giltig_till": "", "examenskod": "FY"}, p.rng.random())
    p.warn("overlapping_programmes", "hreg", "program", {"larosate": "GU", "programkod": "GUOVER"})

    hand = {
        **{"ar": "2018", "skopist": "999999", "enhet": "E9988", "yrke": "LK", "fodelsear": "1970"},
        **{"antal": "11", "st_lakare": "N"},
    }
    hands.insert(hand, p.rng.random())
    p.warn(
        "unit_without_volume", "koloskopi", "skopister", {"ar": 2018, "skopist": "999999", "enhet": "E9988"}
    )

    unit = {
        **{"ar": "2016", "kommun": "0180", "driftsform": "privat", "antal": "7", "antal_screening": "0"},
        **{"antal_cekum": "6", "antal_adenom": "2", "sverekks": "N"},
    }
    for number, part in enumerate(("antal_screening", "antal_cekum", "antal_adenom")):
        name = f"E998{number}"
        units.insert(unit | {"enhet": name, part: "8"}, p.rng.random())
        p.warn("part_over_whole", "koloskopi", "volymer", {"ar": 2016, "enhet": name}, part)

    person = p.newcomer()
    degree(person, "KI", "LO", "2008-01-20")
    p.warn("degree_without_registration", "hreg", "examina", {"lopnr": person, "examenskod": "LO"})

    person = p.stranger()
    study(person, "LU", valid("LU", "SJ", 20092), "20092")
    p.warn("person_missing", "rtb", "personer", {"lopnr": person})

    unknown = [p.newcomer(), p.newcomer()]
    for person in unknown:
        study(person, "LU", "LUOKAND", "20122")
    early = p.newcomer()
    hk = next(row for row in codes if row["examenskod"] == "HK")
    study(early, hk["larosate"], hk["programkod"], "20151")
    for institution, code, persons, why in (
        ("LU", "LUOKAND", unknown, "unknown code"),
        (hk["larosate"], hk["programkod"], [early], "no interval holds the term"),
    ):
        key = {"larosate": institution, "programkod": code}
        p.account["unmapped_programmes"].append(key | {"persons": len(persons), "why": why})
        p.warn("unmapped_programme", "hreg", "registreringar", key, why)


def _missing_year(p: Planter, year: int = 1996) -> None:
    """Take one early year out of the employment register."""
    bas = p.by_register["bas"]
    (bas.folder / f"sysselsattning_{year}.csv").unlink()
    bas.files = [entry for entry in bas.files if entry["fil"] != f"sysselsattning_{year}.csv"]
    p.warn("missing_year", "bas", "sysselsattning", {"ar": year})


def _earlier_delivery(p: Planter) -> Delivery:
    """Make a sound delivery from a year before, of half the upper-secondary leavers."""
    now = p.by_register["gymnasium"]
    year = p.last_year - 1
    old = Delivery(now.out, "gymnasium", f"{year + 1}-09", f"{year + 1}-09-15", f"{year}-12-31")
    old.files = [dict(entry) for entry in now.files]
    shutil.copy(now.folder / "avgangna.csv", old.folder)
    file = TextFile(old, "avgangna")
    kept = [line for line in file.lines[1:] if int(file.fields(line)["avgangsar"]) <= year]
    file.lines = [file.lines[0], *kept[::2]]
    file.save()
    old.write_manifest()
    p.account["accepted_earlier"].append({"register": "gymnasium", "delivery": old.name})
    after = len(p.file("gymnasium", "avgangna").lines) - 1
    note = f"{len(file.lines) - 1} rows in {old.name}, about {after} in {now.name}"
    p.warn("figure_moved", "gymnasium", "avgangna", {"delivery": now.name, "previous": old.name}, note)
    return old


class Rejects:
    """Makes newer deliveries, small copies of the sound ones, each wrong in one way."""

    def __init__(self, planter: Planter, sources: dict[str, Delivery]) -> None:
        """Prepare for copies of ``sources``, by register; ``made`` is the list of them."""
        self.planter, self.sources, self.made = planter, sources, []  # type: ignore[var-annotated]
        self.month: dict[str, int] = {}

    def new(self, register: str, reason: str, file: str, note: str) -> Delivery:
        """Return a sound, small, newer delivery and record why it shall be rejected."""
        month = self.month[register] = self.month.get(register, 0) + 1
        source, year = self.sources[register], self.planter.last_year + 2
        name = f"{year}-{month:02d}"
        made = Delivery(source.out, register, name, f"{name}-15", f"{year - 1}-12-31")
        made.accepted = False
        self.made.append(made)
        for entry in source.files:
            old = source.folder / entry["fil"]
            made.files.append(dict(entry))
            if entry["fil"].endswith(".parquet"):
                shutil.copy(old, made.folder)
                continue
            with old.open("rb") as opened:
                content = b"".join(line for _, line in zip(range(ROWS_OF_REJECTED + 1), opened, strict=False))
            (made.folder / entry["fil"]).write_bytes(content)
            self.list_again(made, entry["fil"])
        self.planter.account["rejected"].append(
            {"register": register, "delivery": name, "reason": reason, "file": file, "note": note}
        )
        return made

    @staticmethod
    def list_again(delivery: Delivery, name: str) -> None:
        """Correct the row count and checksum that the manifest holds of a file."""
        path = delivery.folder / name
        for entry in delivery.files:
            if entry["fil"] == name:
                entry["rader"] = path.read_bytes().count(b"\n") - 1
                entry["sha256"] = digest(path)

    def edit(self, delivery: Delivery, name: str, old: bytes, new: bytes) -> None:
        """Replace the first occurrence in a file, and list the file again."""
        path = delivery.folder / name
        content = path.read_bytes()
        if old not in content:
            raise ValueError(f"{old!r} is not in {name}")
        path.write_bytes(content.replace(old, new, 1))
        self.list_again(delivery, name)

    def lines(self, delivery: Delivery, name: str, change: Any) -> None:
        """Change the list of a file's lines, and list the file again."""
        path = delivery.folder / name
        lines = path.read_bytes().splitlines(keepends=True)
        path.write_bytes(b"".join(change(lines)))
        self.list_again(delivery, name)

    def identity_number(self, delivery: Delivery, name: str) -> None:
        """Give the person of a file's third line an identity number."""
        number = MADE_UP_IDENTITY_NUMBER.encode()
        self.lines(delivery, name, lambda ls: [*ls[:2], number + b";" + ls[2].split(b";", 1)[1], *ls[3:]])


def _with_column(line: bytes, text: bytes) -> bytes:
    body = line.rstrip(b"\r\n")
    return body + b";" + text + line[len(body) :]


def _rejected(p: Planter, sources: dict[str, Delivery]) -> list[Delivery]:
    """Make one newer delivery for every reason to reject one."""
    r = Rejects(p, sources)
    licences, people = "legitimationer.csv", "personer.csv"
    changes: dict[str, dict[str, Any]] = {}
    no_manifest = ""

    made = r.new("hosp", "checksum", licences, "sha256 of other bytes")
    made.files[0]["sha256"] = hashlib.sha256(b"other bytes").hexdigest()
    made = r.new("hosp", "row_count", licences, "one row more than the file has")
    made.files[0]["rader"] += 1
    made = r.new("hosp", "identity_number", licences, "line 3, lopnr")
    r.identity_number(made, licences)
    made = r.new("hosp", "encoding", licences, "said to be utf-8, is iso-8859-1")
    r.lines(made, licences, lambda ls: [*ls, "999999999;SJ;2012-08-15;ÖV;\n".encode("iso-8859-1")])
    made.encoding = "utf-8"

    made = r.new("hreg", "unlisted_file", "utkast.csv", "a file that leverans.json does not list")
    (made.folder / "utkast.csv").write_text("lopnr;termin\n", encoding="utf-8")
    made = r.new("hreg", "unknown_column", "examina.csv", "column betyg")
    r.lines(
        made,
        "examina.csv",
        lambda ls: [_with_column(ls[0], b"betyg"), *(_with_column(x, b"VG") for x in ls[1:])],
    )
    made = r.new("hreg", "duplicate_column", "registreringar.csv", "termin twice")
    r.lines(
        made,
        "registreringar.csv",
        lambda ls: [_with_column(ls[0], b"termin"), *(_with_column(x, b"20102") for x in ls[1:])],
    )

    made = r.new("rtb", "missing_file", "folkbokforing_2010.csv", "listed, not there")
    (made.folder / "folkbokforing_2010.csv").unlink()
    made = r.new("rtb", "ragged_line", people, "line 5 has one field more")
    r.lines(made, people, lambda ls: [*ls[:4], _with_column(ls[4], b"x"), *ls[5:]])

    made = r.new(
        "gymnasium", "too_many_bad_rows", "avgangna.csv", "30 rows with a programme outside the list"
    )
    r.lines(
        made,
        "avgangna.csv",
        lambda ls: [
            ls[0],
            *(b"".join([x.rsplit(b";", 1)[0], b";QQ\r\n"]) if i < 30 else x for i, x in enumerate(ls[1:])),
        ],
    )
    made = r.new("gymnasium", "missing_column", "avgangna.csv", "gymnasieprogram is not there")
    r.lines(made, "avgangna.csv", lambda ls: [x.rsplit(b";", 1)[0] + b"\r\n" for x in ls])

    made = r.new("bas", "wrong_register", MANIFEST, "leverans.json says rtb")
    changes["bas/" + made.name] = {"register": "rtb"}
    made = r.new("bas", "path_escape", "../sysselsattning_2020.csv", "a file name leaves the folder")
    for entry in made.files:
        if entry["fil"] == "sysselsattning_2020.csv":
            entry["fil"] = "../sysselsattning_2020.csv"
            (made.folder / "sysselsattning_2020.csv").unlink()

    made = r.new("koloskopi", "manifest_missing", MANIFEST, "no leverans.json")
    no_manifest = made.name
    made = r.new("koloskopi", "manifest_unreadable", MANIFEST, "leverans.json ends in the middle")
    broken = made

    made = r.new("folkmangd", "checksum", "folkmangd.parquet", "sha256 of other bytes")
    made.files[0]["sha256"] = hashlib.sha256(b"other bytes").hexdigest()

    forecast_errors.rejected(r)
    planning_errors.rejected(r)

    for delivery in r.made:
        if (delivery.register, delivery.name) == ("koloskopi", no_manifest):
            continue
        delivery.write_manifest(changes.get(f"{delivery.register}/{delivery.name}"))
    text = (broken.folder / MANIFEST).read_text(encoding="utf-8")
    (broken.folder / MANIFEST).write_text(text[: len(text) // 2], encoding="utf-8")
    made_list: list[Delivery] = r.made
    return made_list


def plant(deliveries: list[Delivery], seed: int, last_year: int) -> tuple[str, list[Delivery]]:
    """Plant errors in finished deliveries (files written, manifests not).

    Args:
        deliveries: one of each register; their files and ``files`` entries are changed.
        seed: of the random stream that places the rows.
        last_year: of the deliveries.

    Returns:
        The text of ``planted.json``, and further deliveries with manifests: those to be rejected, and an
        older, sound one (``accepted``).
    """
    planter = Planter(deliveries, seed, last_year)
    rejected = _rejected(planter, planter.by_register)  # from the sound files, before rows are planted
    older = _earlier_delivery(planter)
    _rows(planter)
    _warnings(planter)
    _missing_year(planter)
    forecast_errors.plant_rows(planter)
    forecast_errors.plant_oddities(planter)
    forecast_errors.drop_a_projected_year(planter)
    planning_errors.plant_rows(planter)
    planning_errors.plant_oddities(planter)
    planter.finish()
    return json.dumps(planter.account, ensure_ascii=False, indent=1) + "\n", [*rejected, older]
