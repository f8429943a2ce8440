"""The knowledge bank: what others publish on the same questions, and which of our figures bear on each."""

from __future__ import annotations

from markupsafe import Markup

from vardflode.disclosure.declared import DBT, EVERY
from vardflode.knowledge_bank import Entry, read_knowledge_bank
from vardflode.site.context import Context, Page, environment

_KINDS = {"statistik": "statistics", "prognos": "forecast", "analys": "analysis"}


def bank_page(c: Context) -> Page:
    """All entries, which a reader with scripts can search."""
    marts = {path.stem for path in (DBT / "models" / "marts").rglob("*") if path.suffix in (".sql", ".py")}
    entries = read_knowledge_bank(marts)
    page = Page(c.key, c.title(c.key))
    page.lead = c.say(
        "{n} publikationer från andra om samma frågor, och vilka av våra tal som belyser det som var och en handlar om.",
        "{n} publications of others on the same questions, with which of our figures bear on each. The entries are in Swedish.",
        n=len(entries),
    )
    kinds = {kind: kind.capitalize() if c.language == "sv" else _KINDS[kind].capitalize() for kind in _KINDS}
    page.blocks.append(
        Markup(
            environment()
            .get_template("bank.html.j2")
            .render(
                say=c.say,
                language=c.language,
                kinds=kinds,
                entries=[(entry, _tables(c, entry)) for entry in entries],
            )
        )
    )
    return page


def _tables(c: Context, entry: Entry) -> list[tuple[str, str]]:
    """The published tables of an entry's marts: what each is called, and where it is told of."""
    published = {table.name: table.title[c.language] for table in EVERY if table.numbers}
    return [
        (published[name], c.url(("dictionary", ""), f"tabell-{name}"))
        for name in entry.tables
        if name in published
    ]
