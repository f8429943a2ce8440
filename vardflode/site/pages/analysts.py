"""For analysts: the data as files, an index to follow, queries to copy, notebooks."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from markupsafe import Markup

from vardflode.common.yaml_files import read_yaml
from vardflode.site.context import Context, Page

HERE = Path(__file__).parents[1]
# Notebooks to begin with, beside the data that they open.
NOTEBOOKS = ("vardflode-python.ipynb", "vardflode-r.ipynb")


@cache
def queries() -> list[dict[str, Any]]:
    """Questions with their SQL: `sv`, `en`, `sql`."""
    found: list[dict[str, Any]] = read_yaml((HERE / "queries.yml").read_text(encoding="utf-8"))
    return found


def analysts_page(c: Context) -> Page:
    """The page for analysts."""
    page = Page(c.key, c.title(c.key))
    page.lead = c.say(
        "Allt på sidorna finns som filer: en DuckDB-databas, Parquet, CSV, Excel, PC-Axis och JSON-stat, på adresser som består.",
        "All that is on the pages is there as files: a DuckDB database, Parquet, CSV, Excel, PC-Axis and JSON-stat, at addresses that stay.",
    )
    page.blocks += [
        c.section("filer", c.say("Filer", "Files"), _files(c)),
        c.section(
            "granssnitt",
            c.say("Data som statiska filer att följa", "Data as static files to follow"),
            *_api(c),
        ),
        c.section(
            "fragor",
            c.say("Frågor att kopiera", "Queries to copy"),
            c.p(
                c.say(
                    "Hämta published.duckdb och öppna den skrivskyddat. Varje fråga körs av projektets prov.",
                    "Fetch published.duckdb and open it read-only. The project's tests run every query.",
                ),
                Markup("<code>duckdb -readonly published.duckdb</code>"),
            ),
            *(
                Markup('<h3>{}</h3><pre tabindex="0"><code>{}</code></pre>').format(q[c.language], q["sql"])
                for q in queries()
            ),
            c.p(
                c.say(
                    "Frågorna körs inte i sidan: DuckDB-WASM är tiotals megabyte, och webbläsare låter inte en sida som har öppnats från en disk läsa en databas bredvid sig. "
                    "Med filen och DuckDB på den egna datorn går samma frågor fortare.",
                    "The queries do not run in the page: DuckDB-WASM is tens of megabytes, and browsers let no page that was opened from a disk read a database beside it. "
                    "With the file and DuckDB on one's own computer the same queries run faster.",
                )
            ),
        ),
        c.section(
            "anteckningsbocker",
            c.say("Anteckningsböcker", "Notebooks"),
            c.p(
                c.say("Lägg dem bredvid published.duckdb:", "Lay them beside published.duckdb:"),
                Markup(", ").join(
                    Markup('<a href="{}" download>{}</a>').format(c.url(f"data/{name}"), name)
                    for name in NOTEBOOKS
                )
                + ".",
            ),
        ),
    ]
    return page


def _files(c: Context) -> Markup:
    listed = [
        (
            "data/published.duckdb",
            c.say(
                "Alla publicerade tabeller, med namn bredvid koderna (schemat labelled) och makron",
                "All published tables, with names beside the codes (schema labelled) and macros",
            ),
        ),
        *(
            (path, c.say("Arbetsbok, ett märkt blad per tabell", "Workbook, a marked sheet per table"))
            for path in c.material.files
            if path.startswith("data/xlsx/") and path.endswith(f".{c.language}.xlsx")
        ),
        (
            "data/csv/datapackage.json",
            c.say(
                "CSV-filernas beskrivning enligt Frictionless; filerna ligger bredvid, med CSVW",
                "Description of the CSV files by Frictionless; the files lie beside it, with CSVW",
            ),
        ),
        ("data/dcat.ttl", c.say("Katalog enligt DCAT-AP-SE", "Catalogue by DCAT-AP-SE")),
        *(
            (path, c.say("Rapporten som taggad PDF", "The report as tagged PDF"))
            for path in (f"data/{c.say('rapport', 'report')}.pdf",)
        ),
        (
            "data/manifest.json",
            c.say("Kontrollsummor, leveranser och inställningar", "Checksums, deliveries and settings"),
        ),
    ]
    rows = [
        (Markup('<a href="{}">{}</a>').format(c.url(path), path.removeprefix("data/")), what)
        for path, what in listed
        if path in c.material.files
    ]
    return c.plain(
        "filer-tabell", c.say("Filer", "Files"), [c.say("Fil", "File"), c.say("Vad", "What")], rows
    )


def _api(c: Context) -> list[Markup]:
    index, collection = "data/index.json", f"data/json-stat/index.{c.language}.json"
    return [
        c.p(
            c.say("Börja i", "Begin in"),
            Markup('<a href="{}">index.json</a>,').format(c.url(index)),
            c.say(
                "som leder till varje tabell i varje form, eller i samlingen",
                "which leads to every table in every form, or in the collection",
            ),
            Markup('<a href="{}">{}</a>').format(c.url(collection), collection.removeprefix("data/")),
            c.say(
                "som klienter för JSON-stat kan följa: en fil per tabell och indelning.",
                "that clients of JSON-stat can follow: a file a table and breakdown.",
            ),
        ),
        c.p(
            c.say(
                "Parquet, databasen och sidorna har alla examina som är publicerade; utgåvans CSV, JSON-stat, PC-Axis och Excel har dem som utgåvan har valt: {d}.",
                "Parquet, the database and the pages have all degrees that are published; CSV, JSON-stat, PC-Axis and Excel of the edition have those that it has chosen: {d}.",
                d=", ".join(c.name("degree_code", d) for d in c.material.manifest["degrees"]),
            )
        ),
        c.p(
            c.say("Tecken för tal som saknas:", "Signs of numbers that are missing:"),
            c.say(
                ".. visas inte, . ej tillämpligt, ... ännu inte observerat. 0 är en sann nolla.",
                ".. not shown, . not applicable, ... not yet observed. 0 is a true zero.",
            ),
        ),
    ]
