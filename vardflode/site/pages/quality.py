"""Quality in the open: deliveries, what was set aside, checks, breaks, the certificate, and what lies behind each table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from markupsafe import Markup

from vardflode.deliveries.contract import read_code_list
from vardflode.disclosure.declared import EVERY, why
from vardflode.publication.labels import register, rules, series_break
from vardflode.publication.sources import REGISTERS
from vardflode.publication.texts import number
from vardflode.site.context import Context, Page


def quality_page(c: Context) -> Page:
    """What is known of how good the figures are."""
    told = c.material.certificate
    attack = told["attack"]
    page = Page(c.key, c.title(c.key))
    page.lead = c.say(
        "Talen på sidorna kommer ur {d} leveranser från {r} register. Av alla antal personer är {u} procent inte visade, för att ingen ska kunna röjas.",
        "The numbers on the pages come from {d} deliveries of {r} registers. Of all counts of persons {u} per cent are not told, so that nobody can be disclosed.",
        d=len(told["deliveries"]),
        r=len({d["register"] for d in told["deliveries"]}),
        u=number(told["untold_pct"], c.language, 1),
    )
    page.blocks += [
        c.section("leveranser", c.say("Leveranser", "Deliveries"), _deliveries(c)),
        c.section("alder", c.say("Registrens ålder", "How old the registers are"), _ages(c)),
        c.section("kontroller", c.say("Kontroller", "Checks"), *_checks(c)),
        c.section("brott", c.say("Tidsseriebrott", "Breaks in series"), _breaks(c)),
        c.section(
            "intyg",
            c.say("Intyget: skyddet av enskilda", "The certificate: protection of persons"),
            c.p(
                c.say(
                    "Innan tabellerna publicerades angreps de: {n} antal prövades, {s} av dem kan vara små, och {h} gick att räkna ut. Det smalaste intervallet är {w} personer brett.",
                    "Before the tables were published they were attacked: {n} counts were tried, {s} of them may be small, and {h} could be worked out. The narrowest interval is {w} persons wide.",
                    n=number(attack["counts"], c.language),
                    s=number(attack["may_be_small"], c.language),
                    h=attack["holes"],
                    w=attack["narrowest_width"],
                )
            ),
            _cost(c),
            c.p(
                Markup('<a href="{}">{}</a>').format(
                    c.url("data/certificate.html"), c.say("Hela intyget", "The whole certificate")
                )
            ),
        ),
        c.section(
            "andringar",
            c.say("Ändringar", "Changes"),
            c.p(
                c.say("Vad som har ändrats sedan förra utgåvan:", "What has changed since the last edition:"),
                Markup('<a href="{}">{}</a>').format(
                    c.url("data/" + c.say("andringar.html", "changes.html")),
                    c.say("sidan om ändringar", "the page of changes"),
                ),
            ),
        ),
        c.section(
            "tabeller",
            c.say("Från ett tal till vad som ligger bakom", "From a number to what lies behind it"),
            c.p(
                c.say(
                    "Under varje tabell leder en länk till tabellens regler, register och leveranser:",
                    "Below each table a link leads to its rules, registers and deliveries:",
                ),
                c.link(("dictionary", "")),
            ),
        ),
    ]
    return page


def _newest(c: Context) -> dict[str, list[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = {}
    for delivery in c.material.certificate["deliveries"]:
        found.setdefault(delivery["register"], []).append(delivery)
    return found


def _deliveries(c: Context) -> Markup:
    quality = c.material.certificate["quality"]
    rows_of = {(row["register"], row["delivery"]): row for row in quality["deliveries"]}
    rows = []
    for name, deliveries in sorted(_newest(c).items(), key=lambda pair: register(pair[0], c.language)):
        for delivery in deliveries:
            counts = rows_of[name, delivery["delivery"]]
            rows.append(
                (
                    register(name, c.language),
                    delivery["delivery"],
                    c.say("påhittad", "made up") if delivery["made_up"] else c.say("verklig", "real"),
                    *(
                        number(counts[kind], c.language)
                        for kind in ("rows", "accepted", "set_aside", "copies")
                    ),
                    Markup("<code>{}</code>").format(delivery["checksum"][:12]),
                )
            )
    head = [
        c.say("Register", "Register"),
        c.say("Leverans", "Delivery"),
        c.say("Slag", "Kind"),
        c.say("Rader", "Rows"),
        c.say("Godtagna", "Accepted"),
        c.say("Undanlagda", "Set aside"),
        c.say("Kopior", "Copies"),
        c.say("Kontrollsumma", "Checksum"),
    ]
    return c.plain(
        "leveranser-tabell",
        c.say("Leveranser som talen kommer ur", "Deliveries that the numbers come from"),
        head,
        rows,
        c.say(
            "Rader är avrundade uppåt till hela tiotal. Undanlagda rader bryter mot en regel och är inte med i något tal; kopior är rader som stod två gånger.",
            "Rows are rounded up to whole tens. Rows set aside break a rule and are in no number; copies are rows that were there twice.",
        ),
    )


def _ages(c: Context) -> Markup:
    rows = [
        (
            register(row["register"], c.language),
            row["told_until"] or "–",
            "–" if row["months_behind"] is None else str(row["months_behind"]),
            c.say("ja", "yes") if row["is_late"] else c.say("nej", "no"),
        )
        for row in sorted(
            c.material.certificate["quality"]["registers"],
            key=lambda row: register(row["register"], c.language),
        )
    ]
    head = [
        c.say("Register", "Register"),
        c.say("Uppgifter till och med", "Tells until"),
        c.say("Månader efter", "Months behind"),
        c.say("Försenat", "Late"),
    ]
    return c.plain(
        "alder-tabell", c.say("Hur gammalt varje register är", "How old each register is"), head, rows
    )


def _checks(c: Context) -> Iterator[Markup]:
    checks = c.material.certificate["quality"]["checks"]
    yield c.p(
        c.say(
            "Lagret prövades av {n} kontroller när det byggdes; {p} av dem höll. De som inte höll stoppar inte bygget, men är värda en titt:",
            "The warehouse was tried by {n} checks when it was built; {p} of them held. Those that did not do not stop the build, but are worth a look:",
            n=number(checks["made"], c.language),
            p=number(checks["passed"], c.language),
        )
    )
    yield c.plain(
        "byggets-kontroller",
        c.say("Värt en titt", "Worth a look"),
        [c.say("Kontroll", "Check"), c.say("Vad det betyder", "What it means")],
        [
            (Markup("<code>{}</code>").format(check["name"]), check[c.language] or "–")
            for check in checks["told"]
        ],
        c.say(
            "Intyget har utfallet av det senaste bygget. Äldre utfall finns i Dagsters körlogg, som inte publiceras.",
            "The certificate has the result of the last build. Earlier results are in Dagster's log of runs, which is not published.",
        ),
    )
    rows = [
        (
            check[c.language],
            c.say("inget fel", "no error")
            if not check["findings"]
            else c.say("anmärkningar: {n}", "remarks: {n}", n=len(check["findings"])),
        )
        for check in c.material.screening
    ]
    yield c.p(
        c.say(
            "Utgåvan prövades av {n} kontroller, som läste filerna så som de ligger.",
            "The edition was tried by {n} checks, which read the files as they lie.",
            n=len(rows),
        )
    )
    yield c.plain(
        "granskning",
        c.say("Granskningen av utgåvan", "The screening of the edition"),
        [c.say("Kontroll", "Check"), c.say("Utfall", "Result")],
        rows,
    )


def _breaks(c: Context) -> Markup:
    rows = [
        (register(row["register"], c.language), row["ar"], series_break(row, c.language))
        for row in sorted(read_code_list("tidsseriebrott.csv"), key=lambda row: (row["register"], row["ar"]))
    ]
    head = [c.say("Register", "Register"), c.say("År", "Year"), c.say("Vad som ändrades", "What changed")]
    return c.plain("brott-tabell", c.say("Brott i registren", "Breaks in the registers"), head, rows)


def _cost(c: Context) -> Markup:
    titles = {table.name: table.title[c.language] for table in EVERY}
    rows = [
        (
            titles[cost["table"]],
            c.name_of_kind(cost["kind"]),
            number(cost["numbers"], c.language),
            number(cost["untold_pct"], c.language, 1),
            number(cost["shares_untold_pct"], c.language, 1) if cost.get("shares") else "–",
        )
        for cost in c.material.certificate["cost"]
    ]
    head = [
        c.say("Tabell", "Table"),
        c.say("Indelning", "Breakdown"),
        c.say("Antal", "Counts"),
        c.say("Inte visade, procent", "Not told, per cent"),
        c.say("Andelar som inte visas, procent", "Shares not told, per cent"),
    ]
    return c.folded(
        c.say("Vad skyddet kostar, tabell för tabell", "What the protection costs, table by table"),
        c.plain("kostnad", c.say("Vad skyddet kostar", "What the protection costs"), head, rows),
    )


def dictionary_page(c: Context) -> Page:
    """Every published table: what it tells, how, from which registers and deliveries, and its files."""
    page = Page(c.key, c.title(c.key), above=("quality", ""))
    page.lead = c.say(
        "Varje publicerad tabell: vad den visar, hur det räknas, ur vilka register och leveranser, och var filerna finns.",
        "Every published table: what it tells, how that is counted, from which registers and deliveries, and where its files are.",
    )
    page.blocks += [
        c.section(f"tabell-{table.name}", table.title[c.language], *_table(c, table.name))
        for table in EVERY
        if table.numbers and any(c.figures.cube(cube).table == table.name for cube in c.figures.names)
    ]
    return page


def _table(c: Context, name: str) -> Iterator[Markup]:
    cubes = [c.figures.cube(cube) for cube in c.figures.names if c.figures.cube(cube).table == name]
    deliveries = _newest(c)
    yield c.p(
        c.say("Tabellens namn:", "Name of the table:"),
        Markup("<code>{}</code>.").format(name),
        why(name, c.language),
    )
    yield c.p(
        c.say("Ur:", "From:"),
        "; ".join(
            f"{register(r, c.language)} ({', '.join(d['delivery'] for d in deliveries.get(r, ())) or '–'})"
            for r in REGISTERS[name]
        )
        + ".",
    )
    of_measures = rules(name, c.language)
    if of_measures:
        yield c.folded(
            c.say("Regler", "Rules"),
            Markup("<dl>{}</dl>").format(
                Markup("").join(Markup("<dt>{}</dt><dd>{}</dd>").format(*rule) for rule in of_measures)
            ),
        )
    dimensions = {d.name: d.title(c.language) for cube in cubes for d in cube.dimensions}
    rows = [
        (title, Markup("<code>{}</code>").format(key), c.say("kod", "code"))
        for key, title in dimensions.items()
    ]
    rows += [(c.metric(n), Markup("<code>{}</code>").format(n), c.unit(n)) for n in cubes[0].metrics]
    head = [c.say("Vad", "What"), c.say("Kolumn", "Column"), c.say("Enhet", "Unit")]
    yield c.folded(
        c.say("Kolumner", "Columns"),
        c.plain(f"kolumner-{name}", c.say("Kolumner i {t}", "Columns of {t}", t=name), head, rows),
    )
    links = [(c.url(f"data/published/{name}.parquet"), f"{name}.parquet")]
    links += [
        (c.url(path), path.rpartition("/")[2])
        for cube in cubes
        if (path := f"data/json-stat/{cube.name}.{c.language}.json") in c.material.files
    ]
    yield c.p(
        c.say("Filer:", "Files:"),
        Markup(", ").join(Markup('<a href="{}">{}</a>').format(*link) for link in links),
    )
