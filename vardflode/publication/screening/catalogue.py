"""The catalogue for the national data portal, read as the graph that it is. Source: DCAT-AP-SE."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from rdflib import Graph, Namespace
from rdflib.namespace import DCAT, DCTERMS, RDF

from vardflode.publication.labels import table_title
from vardflode.publication.layout import CATALOGUE
from vardflode.publication.screening.check import Candidate, check

_VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
# Addresses that are set aside for examples (RFC 2606): nobody reads them.
_PLACEHOLDER = re.compile(r"@(.*\.)?example(\.(org|com|net))?$")
# What stands for the edition's own address where the catalogue has none.
_RELATIVE = "edition:/"


@check(
    "error",
    "Katalogen för dataportalen har en datamängd för varje tabell och leder till filer som finns.",
    "The catalogue for the data portal has a data set a table and leads to files that are there.",
)
def catalogue_leads_to_the_files(c: Candidate) -> Iterator[str]:
    """Each data set has the table's name in every language, and files of the edition."""
    graph = c.read(_graph, c.folder / CATALOGUE)
    sets, tables = set(graph.subjects(RDF.type, DCAT.Dataset)), {cube.table for cube in c.cubes}
    if len(sets) != len(tables):
        yield f"{CATALOGUE}: expected {len(tables)} data sets, found {len(sets)}"
    for language in c.edition.languages:
        told = {str(t) for s in sets for t in graph.objects(s, DCTERMS.title) if t.language == language}  # type: ignore[attr-defined]
        for table in sorted(tables):
            if table_title(table)[language] not in told:
                yield f"{CATALOGUE}: no data set is called {table_title(table)[language]!r}"
    for address in sorted(map(str, set(graph.objects(None, DCAT.downloadURL)))):
        name = "/".join(address.rsplit("/", 2)[1:])  # every file lies in a folder of the edition
        if not (c.folder / name).is_file():
            yield f"{CATALOGUE}: {name} is not there"
    for data_set in sorted(sets, key=str):
        if not list(graph.objects(data_set, DCAT.distribution)):
            yield f"{CATALOGUE}: {data_set} has no file"


@check(
    "warning",
    "Metadata för dataportalen säger vem som svarar på frågor.",
    "The metadata for the data portal say who answers questions.",
)
def catalogue_has_a_contact(c: Candidate) -> Iterator[str]:
    """DCAT-AP-SE asks for a contact point of every data set."""
    told = {str(address) for address in c.read(_graph, c.folder / CATALOGUE).objects(None, _VCARD.hasEmail)}
    if not told or any(_PLACEHOLDER.search(address) for address in told):
        yield f"{CATALOGUE} has no contact: name one in editions/{c.edition.name}.yml"


@check(
    "warning",
    "Metadata för dataportalen har hela adresser.",
    "The metadata for the data portal have whole addresses.",
)
def catalogue_has_whole_addresses(c: Candidate) -> Iterator[str]:
    """A portal cannot follow an address that is relative to the edition."""
    if any(
        str(address).startswith(_RELATIVE)
        for address in c.read(_graph, c.folder / CATALOGUE).objects(None, DCAT.downloadURL)
    ):
        yield f"{CATALOGUE} has addresses relative to the edition: set address in vardflode.toml"


def _graph(path: Path) -> Graph:
    """What the catalogue tells; nothing where it is not there, which another check tells."""
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    return Graph().parse(data=text, format="turtle", publicID=_RELATIVE)
