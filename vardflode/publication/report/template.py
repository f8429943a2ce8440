"""The template of the pages: the report itself, and what lies beside it."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from vardflode.publication.texts import TEXTS, parted
from vardflode.settings import VERSION


def page_template(language: str) -> Template:
    """`page.html.j2`, with the running texts of a language (`texts`) and the programs' version."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["parted"] = parted
    texts = {name: words[language] for name, words in TEXTS.items() if isinstance(words.get(language), str)}
    return environment.get_template("page.html.j2", globals={"texts": texts, "version": VERSION})
