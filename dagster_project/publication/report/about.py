"""The summary, computed from the figures, and the chapters that say what stands behind them."""

from __future__ import annotations

from collections.abc import Iterator

from dagster_project.deliveries.contract import read_code_list
from dagster_project.disclosure.relations.flow import NESTED
from dagster_project.publication.cubes import HIDDEN, table_title
from dagster_project.publication.labels import WORDS, dimension, label, measures
from dagster_project.publication.report.degrees import FLOW, flow_cell, shown_window
from dagster_project.publication.report.document import Block, Bullets, Chapter, Paragraph, Table
from dagster_project.publication.report.material import DEFINITIONS, SOURCES, Material
from dagster_project.publication.report.themes import NATION, RECOMMENDED, TOTAL, YEARS, density_year
from dagster_project.publication.texts import TEXTS, number, percent, window


def summary(m: Material) -> Chapter:
    """The main findings in sentences."""
    intro = m.say("summary_intro", degrees=len(m.edition.degrees), last_year=m.certificate["last_year"])
    found = [*_flow(m), *_specialisation(m), *_colonoscopies(m), *_density(m)]
    return Chapter("summary", m.say("summary"), [Paragraph(intro), Bullets(found)])


def _flow(m: Material) -> Iterator[str]:
    shares: dict[str, float] = {}
    for degree in m.edition.degrees:
        name, code = label("degree_code", degree, m.language), shown_window(m, degree)
        graduates = flow_cell(m, degree, code, "graduates", "share") if code else None
        if code is None or graduates is None or not graduates.is_shown:
            flow = m.cubes[FLOW]
            hidden = any(
                flow_cell(m, degree, c, "graduates", "share").status == HIDDEN for c in flow.codes("cohort")
            )
            yield m.say("finding_flow_hidden" if hidden else "finding_flow_not_yet", degree=name)
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
            if profession.is_shown
            else "",
        )
    if len(set(shares.values())) > 1:
        high, low = max(shares, key=lambda n: shares[n]), min(shares, key=lambda n: shares[n])
        yield m.say(
            "finding_spread",
            high=high,
            high_share=percent(shares[high], m.language),
            low=low,
            low_share=percent(shares[low], m.language),
        )


def _specialisation(m: Material) -> Iterator[str]:
    if not m.has("specialisation"):
        return
    cube = m.cubes["specialisation"]
    for years in (10, 5, 3):
        assert years in YEARS
        for code in reversed(cube.codes("nurse_cohort")):
            cell = cube.cell("share", code, TOTAL, f"started_within_{years}")
            if cell.is_shown:
                share = cell.percent(m.language, 0)
                yield m.say("finding_specialisation", window=window(code), share=share, years=years)
                return


def _colonoscopies(m: Material) -> Iterator[str]:
    if not (m.has("colonoscopy_nation") and m.has("colonoscopy_region")):
        return
    nation, region = m.cubes["colonoscopy_nation"], m.cubes["colonoscopy_region"]
    year = nation.codes("year")[-1]
    count, pct = (nation.cell(name, year, NATION) for name in ("colonoscopies", "incidence_pct"))
    cells = [region.cell("incidence_pct", year, code) for code in region.codes("area")]
    if count.is_shown and all(cell.is_shown for cell in cells):
        yield m.say(
            "finding_colonoscopy",
            year=year,
            count=count.number(m.language),
            pct=pct.number(m.language, 2),
            reached=sum((cell.value or 0) >= RECOMMENDED for cell in cells),
            regions=len(cells),
        )


def _density(m: Material) -> Iterator[str]:
    if not m.has("staff_density"):
        return
    cube = m.cubes["staff_density"]
    year = density_year(cube)
    for code in ("SJ", "LK"):
        if year is None or code not in cube.codes("profession_code"):
            continue
        cells = {a: cube.cell("per_100k", year, a, code, TOTAL) for a in cube.codes("area")}
        shown = {a: cell for a, cell in cells.items() if cell.is_shown and a != NATION}
        if not shown or not cells[NATION].is_shown:
            continue
        low, high = (pick(shown, key=lambda a: shown[a].value or 0) for pick in (min, max))
        yield m.say(
            "finding_density",
            year=year,
            nation=cells[NATION].number(m.language),
            profession=label("profession_code", code, m.language).lower(),
            low=shown[low].number(m.language),
            low_area=label("area", low, m.language),
            high=shown[high].number(m.language),
            high_area=label("area", high, m.language),
        )


def behind(m: Material) -> Iterator[Chapter]:
    """Definitions, series breaks, quality, what is hidden, symbols, sources, files."""
    rows = [
        [words[m.language], words[f"denominator_{m.language}"], words[f"rule_{m.language}"]]
        for words in measures().values()
    ]
    head = [m.say("measure"), m.say("of"), m.say("description")]
    yield Chapter(
        DEFINITIONS,
        m.say("definitions"),
        [Paragraph(m.say("definitions_intro")), Table(m.say("definitions_table"), head, rows, texts=3)],
    )
    breaks = [[b["register"], b["ar"], b["beskrivning"]] for b in read_code_list("tidsseriebrott.csv")]
    head = [m.say("register"), m.say("year"), m.say("description")]
    yield Chapter(
        "series-breaks", m.say("series_breaks"), [Table(m.say("series_breaks_table"), head, breaks, texts=3)]
    )
    quality = [
        text.format(last_year=m.certificate["last_year"]) for text in TEXTS["quality_text"][m.language]
    ]
    yield Chapter("quality", m.say("quality"), [Paragraph(text) for text in quality])
    yield Chapter("hidden", m.say("hidden"), list(_hidden(m)))
    yield Chapter(SOURCES, m.say("sources"), list(_sources(m)))


def _hidden(m: Material) -> Iterator[Block]:
    rule = TEXTS["hidden_text"][m.certificate["method"]][m.language]
    yield Paragraph(rule.format(most=m.certificate["threshold"] - 1, width=m.certificate["width"]))
    reasons = "; ".join(f"{r['symbol']} {r[m.language]}" for r in WORDS["reasons"].values())
    yield Paragraph(m.say("symbols_text", reasons=reasons))
    rows = []
    for cost in m.certificate["cost"]:
        name = f"{table_title(cost['table'])[m.language]}{_kind(cost['kind'], m.language)}"
        persons = cost["persons_hidden_pct"]
        rows.append(
            [
                name,
                number(cost["numbers"], m.language),
                number(cost["hidden_pct"], m.language, 1),
                ".." if persons is None else number(persons, m.language),
            ]
        )
    head = [m.say("table"), m.say("hidden_numbers"), m.say("hidden_pct"), m.say("hidden_persons")]
    yield Table(m.say("hidden_table"), head, rows)


def _kind(kind: str | None, language: str) -> str:
    """What a kind of table is called: a breakdown (nested ones of several attributes), an event, a level."""
    if kind is None or kind == TOTAL:
        return ""
    attributes = NESTED.get(kind, (kind,))
    names = [
        dimension(a)[language] if a in WORDS["dimensions"] else label("event", a, language)
        for a in attributes
    ]
    if kind not in NESTED and names == [kind]:
        names = [label("specialisation", kind, language)]
    return f": {' × '.join(names)}"


def _sources(m: Material) -> Iterator[Block]:
    yield Paragraph(m.say("source"))
    rows = [
        [
            str(d["register"]),
            str(d["delivery"]),
            m.say("kind_made_up") if d["made_up"] else m.say("kind_real"),
            str(d["checksum"])[:16],
        ]
        for d in m.certificate["deliveries"]
    ]
    head = [m.say("register"), m.say("delivery"), m.say("kind"), m.say("checksum")]
    yield Table(m.say("sources_table"), head, rows, texts=4)
    yield Paragraph(m.say("files_text"))
    yield Paragraph(m.say("licence"))
