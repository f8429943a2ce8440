"""Pages lead somewhere, say the same in both languages, are small, ask nothing of anyone, and are written once."""

from __future__ import annotations

import csv
import json
import re
import shutil
from itertools import pairwise
from pathlib import Path
from posixpath import dirname, join, normpath
from types import SimpleNamespace
from typing import Any

import pytest

from tests.site.conftest import Site
from vardflode.publication.manifest import MANIFEST
from vardflode.settings import PROJECT, Settings
from vardflode.site.build import MOST, make_site
from vardflode.site.context import PATHS, path_of
from vardflode.site.errors import SiteError
from vardflode.site.figures import Figures
from vardflode.site.pages.every import WRITERS
from vardflode.site.pages.places import _own_word
from vardflode.site.place import MARK, check_place
from vardflode.site.source import read_source


def test_every_link_leads_to_something_that_is_there(site: Site) -> None:
    broken = []
    for name, page in site.pages.items():
        for href in page.links:
            path, _, fragment = href.partition("#")
            target = normpath(join(dirname(name), path)) if path else name
            if href == "data:,":
                continue
            if not (site.folder / target).is_file() or (fragment and fragment not in site.pages[target].ids):
                broken.append((name, href))
    assert not broken[:5]
    assert sum(len(page.links) for page in site.pages.values()) > 5_000


def test_no_page_names_an_address_outside(site: Site) -> None:
    for path in [*site.folder.rglob("*.html"), *site.folder.glob("*.js"), *site.folder.glob("*.css")]:
        if path.relative_to(site.folder).parts[0] != "data":
            found = re.findall(
                r"""(?:href|src|url\(|import|fetch\()\s*=?\s*["']?(?:https?:)?//[^"' )]+""",
                path.read_text("utf-8"),
            )
            assert not found, path


def test_an_id_is_there_once(site: Site) -> None:
    for name, page in site.pages.items():
        twice = {i for i in page.ids if page.ids.count(i) > 1}
        assert not twice, (name, twice)


def test_every_page_is_there_in_both_languages(site: Site) -> None:
    for kind in WRITERS:
        assert len(set(PATHS[kind])) == 2
    swedish = {name for name, page in site.pages.items() if page.language == "sv"}
    english = {name for name, page in site.pages.items() if page.language == "en"}
    assert english == {name for name in site.pages if name.startswith("en/")}
    assert len(swedish) == len(english) > 60
    for name in swedish:
        (other,) = {
            normpath(join(dirname(name), href))
            for href in site.pages[name].links
            if "en/" in href and href.endswith(".html")
        } & english
        assert len(site.pages[name].numbers) == len(site.pages[other].numbers), (name, other)
        assert list(site.pages[name].tables) == list(site.pages[other].tables), (name, other)


def test_an_english_page_has_no_swedish_but_names(site: Site) -> None:
    """Words that only running Swedish has; names of institutions and specialties have no English in the code lists."""
    words = re.compile(
        r"\b(och|för|är|inte|av|som|efter|eller|till|på|utan|andel|nybörjare|visas)\b", re.IGNORECASE
    )
    names = [
        row[1]
        for file in ("larosaten", "specialiteter")
        for row in csv.reader((PROJECT / f"dbt/seeds/{file}.csv").open(encoding="utf-8"), delimiter=";")
    ]
    for name, page in site.pages.items():
        if page.language == "en":
            swedish = [text for language, text in page.texts if language == "sv"]
            for language, text in page.texts:
                if language == "en" and words.search(text):
                    assert any(part in text for part in [*swedish, *names]), (name, text)


def test_a_page_is_small(site: Site) -> None:
    sizes = {name: (site.folder / name).stat().st_size for name in site.pages}
    assert max(sizes.values()) <= MOST == 300_000, max(sizes, key=lambda name: sizes[name])


def test_made_up_data_are_said_to_be_so_on_every_page(site: Site) -> None:
    for name, page in site.pages.items():
        word = "Påhittade uppgifter." if page.language == "sv" else "Made-up data."
        assert any(text == word for _, text in page.texts), name


def test_what_has_not_changed_is_not_written_again(site: Site, tmp_path: Path) -> None:
    out = Path(shutil.copytree(site.folder, tmp_path / "out"))
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*") if path.is_file()}
    (out / "planen.html").write_text("another")
    source = read_source(Settings(data=site.data), None)
    written = make_site(source, out)
    after = {path: path.stat().st_mtime_ns for path in out.rglob("*") if path.is_file()}
    assert written.changed == 1
    assert {path.name for path in before if after.get(path) != before[path]} == {"planen.html"}
    assert (out / "planen.html").read_bytes() == (site.folder / "planen.html").read_bytes()


def test_the_command_tells_what_it_did(place: Path) -> None:
    told = (place / "stdout").read_text()
    assert re.search(r"Site +\d+ pages of edition 2025", told)
    assert "Påhittade personer" in told
    assert "index.html" in told


def test_a_folder_that_is_no_site_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(SiteError, match="found something else"):
        check_place(tmp_path)
    with pytest.raises(SiteError, match="found a file"):
        check_place(tmp_path / "mine.txt")
    check_place(tmp_path / "new")


def test_without_a_released_edition_it_says_what_to_do(place: Path, tmp_path: Path) -> None:
    shutil.copytree(place / "data" / "published", tmp_path / "published")
    with pytest.raises(
        SiteError, match=r"Expected a released edition .* Next: vardflode publish --edition NAME"
    ):
        read_source(Settings(data=tmp_path), None)
    with pytest.raises(SiteError, match=r"edition 2031 in .* Released are 2025"):
        read_source(Settings(data=place / "data"), "2031")


def test_an_edition_that_was_changed_or_made_from_other_tables_is_refused(
    place: Path, tmp_path: Path
) -> None:
    data = Path(shutil.copytree(place / "data", tmp_path / "data"))
    manifest = data / "editions" / "2025" / MANIFEST
    body = json.loads(manifest.read_text(encoding="utf-8"))
    manifest.write_text(json.dumps(body | {"published_tables": "other"}), encoding="utf-8")
    with pytest.raises(SiteError, match="made from other tables"):
        read_source(Settings(data=data), None)
    (data / "editions" / "2025" / "screening.json").write_text("[]")
    with pytest.raises(SiteError, match="not as it was released"):
        read_source(Settings(data=data), None)


def test_nothing_is_written_when_a_page_cannot_be_made(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = Path(shutil.copytree(site.folder, tmp_path / "out"))
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*")}

    def broken(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setitem(WRITERS, "accessibility", broken)
    with pytest.raises(RuntimeError, match="broken"):
        make_site(read_source(Settings(data=site.data), None), out)
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*")} == before


def test_the_mark_says_what_the_site_is(site: Site) -> None:
    told = json.loads((site.folder / MARK).read_text())
    assert told["edition"] == "2025"
    assert told["pages"] == len(site.pages) / 2


def test_paths_in_swedish_and_english() -> None:
    assert path_of(("institution", "KI"), "sv") == "larosaten/ki.html"
    assert path_of(("health_region", "1"), "en") == "en/areas/health-region-1.html"


def _luminance(colour: str) -> float:
    """Relative luminance by WCAG 2.2."""
    parts = (int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted(_luminance(colour) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def test_lines_are_seen_on_the_paper_and_shades_apart_from_each_other(site: Site) -> None:
    """WCAG 2.2, 1.4.11: 3:1 for what a figure is read by. Shades of a map have white borders and numbers in the table."""
    style = (site.folder / "site.css").read_text(encoding="utf-8")
    lines = re.findall(r"\.s\d \{ stroke: (#[0-9a-f]{6})", style)
    assert len(lines) == 9
    assert min(contrast(line, "#ffffff") for line in lines) >= 3
    shades = re.findall(r"\.m\d \{ fill: (#[0-9a-f]{6})", style)
    assert len(shades) == 6
    between = [_luminance(a) - _luminance(b) for a, b in pairwise(shades)]
    assert min(between) > 0.03
    assert contrast("#ffffff", "#000000") == pytest.approx(21)


def test_without_the_survey_no_region_is_said_to_be_silent() -> None:
    without: Any = SimpleNamespace(figures=Figures([]))
    assert _own_word(without, "01") == ""
