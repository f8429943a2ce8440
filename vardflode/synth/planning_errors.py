"""Plant errors in what regions report and in the national plan, after the others: whose bytes stay."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vardflode.synth.errors import Planter, Rejects, TextFile

# Nothing was reported so early, and no such unit or measure exists: no sound row has these keys.
HIRED = {
    "ar": "2001",
    "lan": "01",
    "personalgrupp": "lakare",
    "hyrkostnad_tkr": "10",
    "egen_kostnad_tkr": "200",
}
ABSENT = {
    "ar": "2001",
    "lan": "01",
    "personalgrupp": "lakare",
    "franvarotimmar": "10",
    "ordinarie_timmar": "200",
}
PAID = {"ar": "2001", "lan": "01", "form": "studielon", "antal": "2"}
MONTH = {
    **{"ar": "2001", "manad": "3", "enhet": "E9977", "kommun": "0180", "tillgangliga": "20", "bokade": "18"},
    **{"vantande": "5", "over_90_dagar": "1"},
}
MEASURE = {"insats": "97", "titel": "Påhittad", "aktorsgrupp": "flera", "omrade": "ledning"}
STATE = {"insats": "1", "aktor": "Aktör 99", "lage": "pagar"}
GOAL = {"insats": "1", "indikator": "sick_leave_pct", "riktning": "hogst", "mal": "4.5"}


def plant_rows(p: Planter) -> None:
    """Plant every row rule, and a row twice; at most ten rows in a table."""
    late = str(p.last_year + 1)
    hired, absent = p.file("personalekonomi", "hyrpersonal"), p.file("personalekonomi", "sjukfranvaro")
    paid, months = p.file("personalekonomi", "specialistutbildning"), p.file("vantelaget", "lage")
    measures, states = p.file("plan", "insatser"), p.file("plan", "lage_insatser")
    goals = p.file("plan", "effektmal")
    state, goal = {"ar": str(p.last_year)} | STATE, GOAL | {"malar": str(p.last_year + 2)}

    def bad(file: TextFile, row: dict[str, Any], *wrong: tuple[str, str, str]) -> None:
        for rule, column, value in wrong:
            p.bad(file, rule, column, row | {column: value})

    def twins(file: TextFile, row: dict[str, Any], column: str, value: str) -> None:
        key = next(iter(row))
        p.bad(file, "duplicate", key, row)
        p.bad(file, "duplicate", key, row | {column: value}, quoted=column)

    bad(
        hired,
        HIRED,
        *(("type", "hyrkostnad_tkr", "12,5"), ("required", "egen_kostnad_tkr", ""), ("code", "lan", "26")),
        *(("code", "personalgrupp", "barnmorskor"), ("range", "ar", "1999"), ("range", "ar", late)),
        ("range", "hyrkostnad_tkr", "-1"),
    )
    twins(hired, HIRED | {"lan": "03"}, "hyrkostnad_tkr", "11")
    bad(
        absent,
        ABSENT,
        *(("type", "ordinarie_timmar", "två"), ("required", "franvarotimmar", ""), ("code", "lan", "26")),
        *(
            ("code", "personalgrupp", "alla"),
            ("range", "ar", late),
            ("range", "ordinarie_timmar", "1000000001"),
        ),
    )
    twins(absent, ABSENT | {"lan": "03"}, "franvarotimmar", "11")
    bad(
        paid,
        PAID,
        *(
            ("type", "antal", "2.5"),
            ("required", "antal", ""),
            ("code", "form", "lån"),
            ("code", "lan", "00"),
        ),
        *(("range", "ar", late), ("range", "antal", "10001")),
    )
    twins(paid, PAID | {"lan": "03"}, "antal", "3")
    bad(
        months,
        MONTH,
        *(("type", "manad", "mars"), ("required", "vantande", ""), ("code", "kommun", "9999")),
        *(("range", "manad", "13"), ("range", "ar", str(p.last_year + 2)), ("range", "bokade", "-1")),
    )
    twins(months, MONTH | {"manad": "4"}, "bokade", "19")
    bad(
        measures,
        MEASURE,
        *(("required", "titel", ""), ("code", "insats", "100"), ("code", "aktorsgrupp", "alla")),
        ("code", "omrade", "ekonomi"),
    )
    twins(measures, MEASURE | {"insats": "98"}, "titel", "Annan")
    bad(
        states,
        state,
        *(("type", "ar", "två"), ("required", "aktor", ""), ("code", "lage", "klar"), ("range", "ar", late)),
    )
    twins(states, state | {"aktor": "Aktör 98"}, "lage", "genomford")
    bad(
        goals,
        goal,
        *(
            ("required", "mal", ""),
            ("code", "indikator", "in_profession_2y:SJ"),
            ("code", "riktning", "lika"),
        ),
        *(("code", "mal", "80 %"), ("range", "malar", "2019")),
    )
    twins(goals, goal | {"insats": "2"}, "mal", "5")

    for file in (hired, absent, paid, months, measures, states, goals):
        p.copy(file)
    p.copy(months, "enhet")


def plant_oddities(p: Planter) -> None:
    """Plant what is sound row by row: a warning or an expectation must tell it."""
    months, states = p.file("vantelaget", "lage"), p.file("plan", "lage_insatser")
    states.insert(STATE | {"ar": str(p.last_year), "insats": "77"}, p.rng.random())
    p.warn("measure_unknown", "plan", "lage_insatser", {"ar": p.last_year, "insats": "77"})
    more = {"ar": str(p.last_year), "enhet": "E9976", "over_90_dagar": "6"}
    months.insert(MONTH | more, p.rng.random())
    p.look(months, "over_90_days_are_of_those_waiting", {"ar": p.last_year, "enhet": "E9976"})


def rejected(r: Rejects) -> None:
    """Make newer deliveries that must be rejected whole: a reason each."""
    made = r.new("personalekonomi", "missing_column", "hyrpersonal.csv", "egen_kostnad_tkr is not there")
    r.lines(made, "hyrpersonal.csv", lambda lines: [x.rsplit(b";", 1)[0] + b"\r\n" for x in lines])
    made = r.new("vantelaget", "row_count", "lage.csv", "one row more than the file has")
    made.files[0]["rader"] += 1
    made = r.new("plan", "unlisted_file", "utkast.csv", "a file that leverans.json does not list")
    (made.folder / "utkast.csv").write_text("insats;titel\n", encoding="utf-8")
