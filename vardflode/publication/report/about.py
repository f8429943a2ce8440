"""The summary, computed from the figures, and the chapters that say what stands behind them."""

from __future__ import annotations

from collections.abc import Iterator

from vardflode.deliveries.contract import read_code_list
from vardflode.disclosure.declared import EVERY, NESTED, why
from vardflode.publication.changes import COMPARED, comparisons
from vardflode.publication.cubes import HIDDEN
from vardflode.publication.labels import (
    DIMENSIONS,
    WORDS,
    dimension,
    label,
    measures,
    register,
    rules,
    series_break,
    table_title,
)
from vardflode.publication.report import findings
from vardflode.publication.report.document import Block, Bullets, Chapter, Heading, Paragraph, Table
from vardflode.publication.report.findings import TOTAL
from vardflode.publication.report.flow import FLOW, flow_cell, shown_window
from vardflode.publication.report.material import DEFINITIONS, SOURCES, WHY, Material, source_anchor
from vardflode.publication.texts import TEXTS, listed, number, percent, small, window


def summary(m: Material) -> Chapter:
    """The main findings in sentences, and how to read what follows."""
    intro = m.say("summary_intro", degrees=len(m.edition.degrees), last_year=m.certificate["last_year"])
    blocks: list[Block] = [Paragraph(intro)]
    for title, found in (
        ("flow", [*_flow(m), *_cohorts(m)]),
        ("mobility", list(_mobility(m))),
        ("nurses", list(findings.nurses(m))),
        ("colonoscopy", list(findings.colonoscopies(m))),
        ("density", list(findings.density(m))),
    ):
        if found:
            blocks += [Heading(m.say(title)), Bullets(found)]
    reasons = "; ".join(f"{r['symbol']} {r[m.language]}" for r in WORDS["reasons"].values())
    blocks += [
        Heading(m.say("reading")),
        Paragraph(m.say("symbols_text", reasons=reasons)),
        Paragraph(m.say("reading_text")),
        Heading(m.say("why"), WHY),
        Paragraph(why("flow_measures", m.language)),
    ]
    return Chapter("summary", m.say("summary"), blocks)


def _flow(m: Material) -> Iterator[str]:
    shares: dict[str, float] = {}
    untold: dict[str, list[str]] = {"finding_flow_hidden": [], "finding_flow_not_yet": []}
    for degree in m.edition.degrees:
        name, code = label("degree_code", degree, m.language), shown_window(m, degree)
        graduates = flow_cell(m, degree, code, "graduates", "share") if code else None
        if code is None or graduates is None or not graduates.is_shown:
            flow = m.cubes[FLOW]
            hidden = any(
                flow_cell(m, degree, c, "graduates", "share").status == HIDDEN for c in flow.codes("cohort")
            )
            untold["finding_flow_hidden" if hidden else "finding_flow_not_yet"].append(name)
            continue
        shares[name] = graduates.value or 0.0
        licensed = flow_cell(m, degree, code, "licensed", "share")
        profession = flow_cell(m, degree, code, "in_profession_1y", "share")
        yield m.say(
            "finding_flow",
            degree=name,
            beginners=flow_cell(m, degree, code, "beginners", "numerator").number(m.language),
            window=window(code),
            graduates=graduates.percent(m.language, 0),
            licensed=m.say("finding_licensed", share=licensed.percent(m.language, 0))
            if licensed.is_shown
            else "",
            profession=m.say("finding_profession", share=profession.percent(m.language, 0))
            + _retained(m, degree, code)
            if profession.is_shown
            else "",
        )
    for key, names in untold.items():
        if names:
            yield m.say(key, degrees=listed([names[0], *map(small, names[1:])], m.language))
    if len(set(shares.values())) > 1:
        high, low = max(shares, key=lambda n: shares[n]), min(shares, key=lambda n: shares[n])
        yield m.say(
            "finding_spread",
            high=small(high),
            high_share=percent(shares[high], m.language),
            low=small(low),
            low_share=percent(shares[low], m.language),
        )
    yield from _longest(m)


def _retained(m: Material, degree: str, code: str) -> str:
    """The longest that the same window has been followed."""
    for years in reversed(m.edition.horizons):
        cell = flow_cell(m, degree, code, f"retained_{years}y", "share")
        if cell.is_shown:
            return m.say("finding_retained", share=cell.percent(m.language, 0), years=m.say_years(years))
    return ""


def _longest(m: Material) -> Iterator[str]:
    """Who is still there after the longest follow-up of the edition."""
    years = max(m.edition.horizons)
    told = []
    for degree in m.edition.degrees:
        for code in reversed(m.cubes[FLOW].codes("cohort")):
            cell = flow_cell(m, degree, code, f"retained_{years}y", "share")
            if cell.is_shown:
                told.append(_by_degree(m, degree, cell.percent(m.language, 0), code))
                break
    if told:
        yield m.say("finding_long", years=m.say_years(years), told="; ".join(told))


def _by_degree(m: Material, degree: str, *texts: str) -> str:
    """A degree, what is told of it, and of which window."""
    *told, code = texts
    return f"{small(label('degree_code', degree, m.language))} {' / '.join(told)} ({window(code)})"


def _cohorts(m: Material) -> Iterator[str]:
    """How the newest cohorts compare with those before."""
    found = list(comparisons(m.cubes[FLOW], m.edition.degrees, COMPARED))
    if found:
        yield m.say("finding_cohorts", compared=len(found), inside=sum(c.is_ordinary for c in found))


def _mobility(m: Material) -> Iterator[str]:
    """Of the degrees whose whole mobility is shown."""
    cube = m.cubes.get("mobility_mobility")
    if cube is None:
        return
    kinds = cube.codes("mobility")
    told = []
    for degree in m.edition.degrees:
        for code in reversed(cube.codes("cohort")):
            cells = {kind: cube.cell("persons", degree, code, kind) for kind in kinds}
            whole = sum(cell.value or 0 for cell in cells.values())
            if not whole or not all(cell.is_shown for cell in cells.values()):
                continue
            of = {kind: (cell.value or 0) / whole for kind, cell in cells.items()}
            shares = [of.get("stayed", 0) + of.get(kind, 0) for kind in ("retained", "returned")]
            told.append(_by_degree(m, degree, *(percent(share, m.language) for share in shares), code))
            break
    if told:
        yield m.say("finding_mobility", told="; ".join(told))


def behind(m: Material) -> Iterator[Chapter]:
    """Definitions, series breaks, quality, what is hidden, symbols, sources, files."""
    rows = [
        [words[m.language], words[f"denominator_{m.language}"], words[f"rule_{m.language}"]]
        for words in measures().values()
    ]
    head = [m.say("measure"), m.say("of"), m.say("description")]
    flow: list[Block] = [
        Paragraph(m.say("definitions_intro")),
        Heading(table_title("flow_measures")[m.language], "rules-flow_measures"),
        Table(m.say("definitions_table"), head, rows, texts=3),
    ]
    others = [block for table in EVERY if table.rules for block in _rules(m, table.name)]
    yield Chapter(DEFINITIONS, m.say("definitions"), [*flow, *others])
    breaks = [
        [f"{register(b['register'], m.language)} ({b['register']})", b["ar"], series_break(b, m.language)]
        for b in read_code_list("tidsseriebrott.csv")
    ]
    head = [m.say("register"), m.say("year"), m.say("description")]
    yield Chapter(
        "series-breaks", m.say("series_breaks"), [Table(m.say("series_breaks_table"), head, breaks, texts=3)]
    )
    yield Chapter("quality", m.say("quality"), list(_quality(m)))
    yield Chapter("hidden", m.say("hidden"), list(_hidden(m)))
    yield Chapter(SOURCES, m.say("sources"), list(_sources(m)))


def _quality(m: Material) -> Iterator[Block]:
    """The declaration: each part begins with its name."""
    for text in TEXTS["quality_text"][m.language]:
        name, _, told = text.format(last_year=m.certificate["last_year"]).partition(". ")
        yield Heading(name)
        yield Paragraph(told)


def _rules(m: Material, table: str) -> Iterator[Block]:
    title = table_title(table)[m.language]
    yield Heading(title, f"rules-{table}")
    rows = [list(rule) for rule in rules(table, m.language)]
    yield Table(title, [m.say("term"), m.say("description")], rows, texts=2)


def _hidden(m: Material) -> Iterator[Block]:
    yield Paragraph(why("flow_measures", m.language))
    yield Paragraph(m.say("hidden_text", base=m.certificate["least_base"], width=m.certificate["width"]))
    rows = []
    for cost in m.certificate["cost"]:
        name = f"{table_title(cost['table'])[m.language]}{_kind(cost['kind'], m.language)}"
        rows.append(
            [
                name,
                number(cost["numbers"], m.language),
                number(cost["untold_pct"], m.language, 1),
                "."
                if cost["shares_untold_pct"] is None
                else number(cost["shares_untold_pct"], m.language, 1),
            ]
        )
    head = [m.say("table"), m.say("hidden_numbers"), m.say("hidden_pct"), m.say("hidden_shares")]
    yield Table(m.say("hidden_table"), head, rows)


def _kind(kind: str | None, language: str) -> str:
    """What a kind of table is called: a breakdown (nested ones of several attributes), an event, a level."""
    if kind is None or kind == TOTAL:
        return ""
    attributes = NESTED.get(kind, (kind,))
    names = [dimension(a)[language] if a in DIMENSIONS else label("event", a, language) for a in attributes]
    if kind not in NESTED and names == [kind]:
        names = [label("specialisation", kind, language)]
    return f": {' × '.join(names)}"


def _sources(m: Material) -> Iterator[Block]:
    yield Paragraph(m.say("source"))
    rows = [
        [
            register(d["register"], m.language),
            f"{d['register']} {d['delivery']}",
            m.say("kind_made_up") if d["made_up"] else m.say("kind_real"),
            str(d["checksum"])[:16],
        ]
        for d in m.certificate["deliveries"]
    ]
    head = [m.say("register"), m.say("delivery"), m.say("kind"), m.say("checksum")]
    anchors = [source_anchor(d) for d in m.certificate["deliveries"]]
    yield Table(m.say("sources_table"), head, rows, texts=4, anchors=anchors)
    yield Paragraph(m.say("files_text"))
    yield Paragraph(m.say("licence"))
