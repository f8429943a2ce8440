"""Make every page of the site."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from vardflode.common.progress import progress
from vardflode.disclosure.declared import EVERY, why
from vardflode.publication.texts import TEXTS
from vardflode.settings import VERSION
from vardflode.site import charts
from vardflode.site.context import HERE, LANGUAGES, MENU, Context, Key, Material, Page, environment, path_of
from vardflode.site.data import copied, indexes
from vardflode.site.pages.every import WRITERS, titles
from vardflode.site.place import MARK, put_site
from vardflode.site.source import Source

# Bytes of a page with its data; a larger one is told of.
MOST = 300_000
STATIC = ("site.css", "site.js")


@dataclass(frozen=True)
class Written:
    """What was done: pages, files in all, those that were new or changed, and their bytes."""

    pages: int
    files: int
    changed: int
    size: int


def made(told: Mapping[str, Any]) -> Iterator[str]:
    """What a person is told of a site that was made: its metadata in the graph."""
    yield f"Site        {told['pages']} pages of edition {told['edition']} in {told['folder']}"
    yield f"Files       {told['files']} ({told['bytes'] / 1e6:.0f} MB), {told['changed']} new or changed"
    if told["made up"]:
        yield f"Påhittade personer / made-up persons: {TEXTS['made_up']['sv']}"
    yield f"Next        open {Path(told['folder']) / 'index.html'}"


def make_site(source: Source, out: Path) -> Written:
    """Write every page in both languages to `out`, which the caller has checked and holds.

    Raises:
        OSError: the folder cannot be written.
    """
    files: dict[str, bytes | Path] = dict(copied(source))
    screening = json.loads((source.edition / "screening.json").read_text(encoding="utf-8"))
    material = Material(
        source.figures,
        source.published.certificate,
        source.manifest,
        titles(source.figures),
        screening,
        files,
    )
    keys = list(material.titles)
    progress.info("site: %d pages in %d languages", len(keys), len(LANGUAGES))
    for language in LANGUAGES:
        for key in keys:
            files |= _page(material, key, language)
        files[f"sok.{language}.js"] = _index(material, language)
    files |= {name: (HERE / "static" / name).read_bytes() for name in STATIC}
    files |= indexes(source)
    changed = put_site(files, _told(source, len(keys)), out)
    written = [out / name for name in (*files, MARK)]
    return Written(
        len(LANGUAGES) * len(keys), len(written), changed, sum(path.stat().st_size for path in written)
    )


def _page(material: Material, key: Key, language: str) -> Iterator[tuple[str, bytes]]:
    """A page and the files of its tables."""
    c = Context(material, key, language)
    page = WRITERS[key[0]](c)
    body = _html(c, page).encode()
    if len(body) > MOST:
        progress.info("%s is large: %d kB", c.path, len(body) // 1000)
    yield c.path, body
    for name, text in c.files.items():
        yield name, text.encode()


def _html(c: Context, page: Page) -> str:
    language, other = c.language, next(o for o in LANGUAGES if o != c.language)
    menu = [
        (
            c.url((kind, "")),
            c.title((kind, "")),
            "page" if c.key == (kind, "") else "true" if page.above == (kind, "") else "",
        )
        for kind in MENU
        if c.has((kind, ""))
    ]
    return (
        environment()
        .get_template("page.html.j2")
        .render(
            page=page,
            language=language,
            other=other,
            other_href=c.url(path_of(c.key, other)),
            root=c.url("site.css").removesuffix("site.css"),
            home=c.url(("start", "")),
            menu=menu,
            above=(c.url(page.above), c.title(page.above)) if page.above else None,
            outlines=charts.outlines(),
            made_up=TEXTS["made_up"][language] if c.material.certificate["made_up_persons"] else "",
            description=Markup(page.lead).striptags() or page.title,
            why=list(dict.fromkeys(why(table, language) for table in c.tables_used)),
            source=TEXTS["source"][language],
            manifest=c.material.manifest,
            quality=c.href(("quality", "")),
            accessibility=c.href(("accessibility", "")),
            version=VERSION,
            say=c.say,
        )
    )


def _index(material: Material, language: str) -> bytes:
    """What the search looks in: a script, since a page from a disk may read no other file."""
    pages = [[words[language], path_of(key, language), key[1]] for key, words in material.titles.items()]
    told = {material.figures.cube(cube).table for cube in material.figures.names}
    tables = path_of(("dictionary", ""), language)
    pages += [[t.title[language], f"{tables}#tabell-{t.name}", t.name] for t in EVERY if t.name in told]
    body = json.dumps(pages, ensure_ascii=False, separators=(",", ":"))
    return f"window.PAGES={body};\n".encode()


def _told(source: Source, pages: int) -> dict[str, Any]:
    """What the mark says of the site."""
    return {
        "made_by": f"vardflode {VERSION}",
        "edition": source.manifest["edition"],
        "published_tables": source.manifest["published_tables"],
        "pages": pages,
        "languages": list(LANGUAGES),
    }
