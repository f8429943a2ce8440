"""The data beside the pages: an index that can be followed, queries and a notebook that run."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from tests.site.conftest import Site
from vardflode.site.pages.analysts import NOTEBOOKS, queries


def test_the_index_leads_to_every_table(site: Site) -> None:
    data = site.folder / "data"
    index = json.loads((data / "index.json").read_text(encoding="utf-8"))
    for name in ("database", "catalogue", "manifest", "frictionless"):
        assert (data / index[name]).is_file()
    files = {path.stem for path in (data / "published").glob("*.parquet")} - {"institutions"}
    assert {table["name"] for table in index["tables"]} <= files
    assert len(index["tables"]) > 20
    for table in index["tables"]:
        assert (data / table["parquet"]).is_file()
        for cube in table["json_stat"]:
            for path in cube["href"].values():
                told = json.loads((data / path).read_text(encoding="utf-8"))
                assert told["class"] == "dataset"
                assert [*cube["dimensions"], "metric"] == told["id"]


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_collection_is_one_that_a_client_of_json_stat_can_follow(site: Site, language: str) -> None:
    folder = site.folder / "data" / "json-stat"
    told = json.loads((folder / f"index.{language}.json").read_text(encoding="utf-8"))
    assert (told["version"], told["class"]) == ("2.0", "collection")
    items = {item["href"]: item["label"] for item in told["link"]["item"]}
    assert set(items) == {p.name for p in folder.glob(f"*.{language}.json")} - {f"index.{language}.json"}
    for href, label in items.items():
        assert json.loads((folder / href).read_text(encoding="utf-8"))["label"].startswith(label[:10])


def test_every_query_of_the_page_runs(site: Site) -> None:
    page = (site.folder / "analytiker.html").read_text(encoding="utf-8")
    with duckdb.connect(str(site.folder / "data" / "published.duckdb"), read_only=True) as con:
        for query in queries():
            assert query["sv"] in page
            assert con.sql(query["sql"]).fetchall() or "forecast" in query["sql"], query["en"]


def test_the_python_notebook_runs(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(site.folder / "data")
    cells = json.loads(Path(NOTEBOOKS[0]).read_text(encoding="utf-8"))["cells"]
    space: dict[str, object] = {}
    for cell in cells:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), space)
    assert len(space["flow"]) > 0  # type: ignore[arg-type]


def test_the_queries_of_the_r_notebook_run(site: Site) -> None:
    cells = json.loads((site.folder / "data" / NOTEBOOKS[1]).read_text(encoding="utf-8"))["cells"]
    text = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    asked = [part.split('")')[0] for part in text.split('dbGetQuery(con, "')[1:]]
    assert len(asked) == 2
    with duckdb.connect(str(site.folder / "data" / "published.duckdb"), read_only=True) as con:
        for query in asked:
            assert con.sql(query).fetchall()
