"""One site of a very small country, made by the command that users run, which the tests of the site read."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.conftest import once, vardflode
from tests.publication.conftest import Made, made

__all__ = ["made"]


@dataclass
class Read(HTMLParser):
    """A page as an independent reader sees it.

    `numbers`: the address and text of each told number. `tables`: by id, rows of texts. `links`: href and whether it
    is a file to download. `texts`: headings, paragraphs and cells in order, with whether they are said to be Swedish.
    """

    ids: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    numbers: list[tuple[str, str]] = field(default_factory=list)
    tables: dict[str, list[list[str]]] = field(default_factory=dict)
    texts: list[tuple[str, str]] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    data: dict[str, str] = field(default_factory=dict)
    language: str = ""

    def __post_init__(self) -> None:
        super().__init__()
        self._open: list[tuple[str, str, str]] = []
        self._common = ""
        self._table = ""
        self._text: list[str] = []
        self._tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        of = dict(attrs)
        if of.get("id"):
            self.ids.append(str(of["id"]))
        if tag == "html":
            self.language = str(of["lang"])
        for name in ("href", "src", "data-search"):
            if of.get(name):
                self.links.append(str(of[name]))
        if tag == "table":
            self._table, self._common = str(of.get("id")), str(of.get("data-at", ""))
            self.tables[self._table] = []
        if tag == "a" and str(of.get("href")).endswith(f"/{self._table}.csv"):
            self.files[self._table] = str(of["href"])
        if tag == "tr":
            self.tables[self._table].append([])
        if tag in ("meta", "link", "input", "br", "path", "use", "circle"):
            return
        if tag in (
            "td",
            "th",
            "p",
            "h1",
            "h2",
            "h3",
            "li",
            "caption",
            "figcaption",
            "summary",
            "title",
            "script",
            "span",
            "strong",
            "a",
        ):
            self._tags.append((tag, of))
            self._open.append((tag, self._common if tag == "td" else "", str(of.get("data-n", ""))))
            self._text.append("")

    def handle_data(self, data: str) -> None:
        self._text = [text + data for text in self._text]

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1][0] != tag:
            return
        _, common, own = self._open.pop()
        of = self._tags.pop()[1]
        text = self._text.pop().strip()
        if own:
            self.numbers.append((f"{common};{own}".strip(";"), text))
        if tag in ("td", "th"):
            self.tables[self._table][-1].append(text)
        if tag == "script" and of.get("id"):
            self.data[str(of["id"])] = text
        if tag != "script" and text:
            self.texts.append((str(of.get("lang") or self.language), text))


@dataclass(frozen=True)
class Site:
    """A site on disk, and what it was made from."""

    folder: Path
    data: Path

    @cached_property
    def pages(self) -> dict[str, Read]:
        """Every page that we write, by its path; those of the edition are tested with it."""
        found = {}
        for path in sorted(self.folder.rglob("*.html")):
            name = path.relative_to(self.folder).as_posix()
            if not name.startswith("data/"):
                found[name] = Read()
                found[name].feed(path.read_text(encoding="utf-8"))
        return found


@pytest.fixture(scope="session")
def place(data: Path, made: Made, session_folder: Path) -> Path:
    """A data folder with the published set and the edition that was made from it. Read only."""
    folder = session_folder / "site"
    with once(folder) as first:
        if first:
            folder.mkdir()
            shutil.copytree(data / "published", folder / "data" / "published")
            shutil.copytree(made.folder, folder / "data" / "editions" / "2025")
            run = vardflode("site", "--data", folder / "data", "--out", folder / "out")
            assert run.returncode == 0, run.stdout + run.stderr
            (folder / "stdout").write_text(run.stdout)
    return folder


@pytest.fixture(scope="session")
def site(place: Path) -> Site:
    """The site."""
    return Site(place / "out", place / "data")
