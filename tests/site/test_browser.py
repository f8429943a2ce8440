"""As a person would: each kind of page in Chromium, as wide as a phone and a screen, with the keyboard, without scripts."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, sync_playwright

from tests.site.conftest import Site

KINDS = {
    "start": "index.html",
    "degrees": "examen/index.html",
    "degree": "examen/sj.html",
    "professions": "yrken/index.html",
    "profession": "yrken/lk.html",
    "places": "omraden/index.html",
    "county": "omraden/lan-14.html",
    "region": "omraden/sjukvardsregion-5.html",
    "institutions": "larosaten/index.html",
    "institution": "larosaten/gu.html",
    "colonoscopy": "koloskopi.html",
    "plan": "planen.html",
    "scenario": "scenario.html",
    "bank": "kunskapsbank.html",
    "quality": "kvalitet.html",
    "dictionary": "ordbok.html",
    "analysts": "analytiker.html",
    "accessibility": "tillganglighet.html",
    "english": "en/degrees/sj.html",
}
WIDTHS = {"phone": 360, "screen": 1280}
# Kinds that are laid out in other ways on a screen; of all others axe looks at the phone's.
WIDE = ("start", "degree", "places")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def chromium() -> str:
    """The browser of the machine: `CHROMIUM`, or one of the names that it goes by."""
    names = (os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome")
    found = next((path for name in names if name and (path := shutil.which(name))), None)
    assert found, "Expected Chromium, found none: apt-get install chromium, or name it in CHROMIUM."
    return found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    """A page that fails the test when it asks for anything outside the site, or a script of it breaks."""
    opened = browser.new_page(viewport={"width": 1280, "height": 900})
    asked, broken = list[str](), list[str]()
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("pageerror", lambda error: broken.append(str(error)))
    yield opened
    opened.close()
    inside = (site.folder.resolve().as_uri(), "data:,", "blob:")
    assert not [url for url in asked if not url.startswith(inside)]
    assert not broken


def address(site: Site, path: str) -> str:
    name, _, choices = path.partition("#")
    return (site.folder.resolve() / name).as_uri() + (f"#{choices}" if choices else "")


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_fits_and_everyone_can_use_it(kind: str, page: Page, site: Site) -> None:
    for name, width in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(address(site, KINDS[kind]))
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (kind, width)
        page.evaluate("document.querySelectorAll('main details').forEach((d) => { d.open = true; })")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
            kind,
            width,
            "tables open",
        )
        if name == "screen" and kind not in WIDE:
            continue
        # All tables are of one template: axe looks into the first two.
        page.evaluate(
            "[...document.querySelectorAll('main details')].slice(2).forEach((d) => { d.open = false; })"
        )
        page.evaluate(AXE_SCRIPT)
        found = page.evaluate("(rules) => axe.run({ runOnly: rules })", RULES)
        told = [(v["id"], v["help"], [n["html"][:160] for n in v["nodes"][:2]]) for v in found["violations"]]
        assert not told, (kind, width)
        assert len(found["passes"]) > 5


def test_axe_would_find_a_violation(page: Page, site: Site) -> None:
    page.goto(address(site, "examen/sj.html"))
    page.evaluate(
        "document.querySelector('.lead').style.color = '#bbb'; document.querySelector('label span').remove()"
    )
    page.evaluate(AXE_SCRIPT)
    found = page.evaluate("(rules) => axe.run({ runOnly: rules })", RULES)
    assert {"color-contrast", "select-name"} <= {v["id"] for v in found["violations"]}


def test_the_pages_are_whole_without_scripts(browser: Browser, site: Site) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address(site, "examen/sj.html"))
    assert page.locator("#flode tbody tr").count() > 5
    assert page.locator("form:visible").count() == 0
    page.goto(address(site, "scenario.html"))
    assert page.locator("form:visible").count() == 0
    assert page.locator("main table").count() > 0
    context.close()


def test_a_choice_is_in_the_address_and_a_link_restores_it(page: Page, site: Site) -> None:
    page.goto(address(site, "examen/sj.html"))
    whole = page.locator("#flode").inner_text()
    sex = page.get_by_role("combobox", name="Kön")
    sex.select_option("2")
    chosen = page.locator("#flode").inner_text()
    assert chosen != whole
    assert "Kvinnor" in page.locator("#flode caption").inner_text()
    assert "kon=2" in page.url
    link = page.url
    page.goto("about:blank")
    page.goto(link)
    assert page.locator("#flode").inner_text() == chosen
    page.get_by_role("button", name="Återställ").click()
    page.wait_for_function("!location.hash")
    assert "kon=" not in page.url
    assert page.locator("#flode tbody").inner_text().split() == whole[whole.index("Nybörjare\t") :].split()


def test_every_step_is_there_whatever_is_chosen(page: Page, site: Site) -> None:
    """Also steps that nothing is told of in the window that the page begins with."""
    page.goto(address(site, "examen/at.html"))
    steps = page.locator("#flode tbody tr").count()
    data = page.evaluate("JSON.parse(document.getElementById('flow-data').textContent)")
    assert steps == len(data["measures"]) > 8


def test_an_institution_and_a_county_are_not_chosen_at_once(page: Page, site: Site) -> None:
    page.goto(address(site, "examen/sj.html"))
    institution, county = (
        page.get_by_role("combobox", name="Lärosäte"),
        page.get_by_role("combobox", name="Studielän"),
    )
    institution.select_option(index=1)
    county.select_option(index=1)
    assert institution.input_value() == ""
    assert "larosate" not in page.url


def test_the_keyboard_reaches_the_choices(page: Page, site: Site) -> None:
    page.goto(address(site, "examen/sj.html"))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    reached = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.name || document.activeElement.tagName"))
    assert {"fonster", "kon", "larosate", "lan", "BUTTON", "SUMMARY"} <= reached
    page.locator("select[name=kon]").focus()
    page.keyboard.press("ArrowDown")
    assert "kon=1" in page.url


def test_rows_are_chosen_to_be_beside_each_other(page: Page, site: Site) -> None:
    page.goto(address(site, "examen/index.html"))
    boxes = page.locator("#examina tbody input")
    boxes.nth(0).check()
    boxes.nth(2).check()
    page.get_by_role("button", name="Visa bara valda").click()
    assert page.locator("#examina tbody tr:visible").count() == 2
    names = page.locator("#examina tbody tr:visible th").all_inner_texts()
    link = page.url
    page.goto("about:blank")
    page.goto(link)
    assert page.locator("#examina tbody tr:visible th").all_inner_texts() == names
    page.get_by_role("button", name="Visa alla").click()
    assert page.locator("#examina tbody tr:visible").count() > 2


def test_the_file_of_a_choice_has_what_is_shown(page: Page, site: Site) -> None:
    page.goto(address(site, "examen/sj.html#kon=2"))
    with page.expect_download() as download:
        page.locator("[data-flow-table] a[download]").click()
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    rows = [[cell.strip('"') for cell in line.split(";")] for line in text.splitlines()]
    shown = [row.locator("th, td").all_inner_texts() for row in page.locator("#flode tr").all()]
    assert [[" ".join(cell.split()) for cell in row] for row in rows] == [
        [" ".join(cell.split()) for cell in row] for row in shown
    ]


def test_search_finds_pages_and_says_when_it_does_not(page: Page, site: Site) -> None:
    page.goto(address(site, "index.html"))
    field = page.get_by_role("searchbox")
    field.fill("skåne")
    assert page.locator(".found a").all_inner_texts() == ["Skåne län"]
    page.keyboard.press("Enter")
    page.wait_for_url("**/lan-12.html")
    page.goto(address(site, "index.html#q=zzz"))
    assert page.locator("#sok-status").inner_text() == "Inget hittades."


def test_the_bank_is_searched(page: Page, site: Site) -> None:
    page.goto(address(site, "kunskapsbank.html"))
    every = page.locator(".bank li:visible").count()
    page.get_by_role("combobox", name="Slag").select_option("prognos")
    some = page.locator(".bank li:visible").count()
    assert 0 < some < every
    assert "slag=prognos" in page.url


def test_a_slider_at_its_end_shows_the_published_scenario(page: Page, site: Site) -> None:
    page.goto(address(site, "scenario.html"))
    group = page.get_by_role("combobox", name="Grupp").input_value()
    name = page.locator("input[type=range]").nth(0).get_attribute("name")
    page.locator("input[type=range]").nth(0).fill("100")
    row = page.locator("#svar tbody tr").last.locator("td").all_inner_texts()
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    label = page.locator(".rows label span").nth(0).inner_text()
    published = (
        page.locator(f"#scenarier-{group.lower()} tbody tr", has_text=label).locator("td").all_inner_texts()
    )
    assert row[:2] == published[:2]
    assert f"{name}=100" in page.url


def test_a_county_is_one_sheet_of_paper(page: Page, site: Site, tmp_path: Path) -> None:
    """Two sides of A4."""
    from pypdf import PdfReader

    page.goto(address(site, "omraden/lan-14.html"))
    page.pdf(
        path=str(tmp_path / "sheet.pdf"),
        format="A4",
        margin=dict.fromkeys(("top", "bottom", "left", "right"), "12mm"),
    )
    read = PdfReader(tmp_path / "sheet.pdf")
    assert len(read.pages) <= 2
    assert "Västra Götalands län" in read.pages[0].extract_text()
