"""DCAT-AP-SE: how the national data portal finds the edition. Source: https://docs.dataportal.se/dcat/ ."""

from __future__ import annotations

from pathlib import Path

from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF, XSD

from dagster_project.publication.cubes import Cube, table_title
from dagster_project.publication.edition import Edition
from dagster_project.publication.files.tables import LICENCE
from dagster_project.publication.labels import Words
from dagster_project.publication.texts import TEXTS

VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
_FILES = URIRef("http://publications.europa.eu/resource/authority/file-type/")
_MEDIA = {
    "csv": ("csv", "text/csv", "CSV"),
    "parquet": ("parquet", "application/vnd.apache.parquet", "PARQUET"),
    "px": ("px", "text/x-pcaxis", None),
    "json-stat": ("json", "application/json", "JSON"),
    "xlsx": ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "XLSX"),
}


def write_dcat(folder: Path, cubes: list[Cube], edition: Edition, made_up: bool) -> None:
    """Write `dcat.ttl`: a catalogue with one data set a published table, and a distribution a file.

    Addresses are relative to the folder: whoever publishes it gives them their base.
    """
    graph = Graph()
    graph.bind("dcat", DCAT)
    graph.bind("dcterms", DCTERMS)
    graph.bind("vcard", VCARD)
    base = f"urn:vardflode:{edition.name}"
    catalogue, publisher, contact = URIRef(base), URIRef(f"{base}:publisher"), URIRef(f"{base}:contact")
    issued = Literal(edition.release_date.isoformat(), datatype=XSD.date)
    about = TEXTS["made_up"] if made_up else TEXTS["about"]
    graph.add((catalogue, RDF.type, DCAT.Catalog))
    title: Words = {k: v.format(edition=edition.name) for k, v in TEXTS["title"].items()}
    _say(graph, catalogue, edition, title, about)
    graph.add((catalogue, DCTERMS.publisher, publisher))
    graph.add((catalogue, DCTERMS.license, URIRef(LICENCE)))
    graph.add((catalogue, DCTERMS.issued, issued))
    graph.add((publisher, RDF.type, FOAF.Agent))
    graph.add((publisher, FOAF.name, Literal(edition.publisher or "Vårdflöde", lang="sv")))
    if edition.contact:
        graph.add((contact, RDF.type, VCARD.Organization))
        graph.add((contact, VCARD.fn, Literal(edition.contact[0])))
        graph.add((contact, VCARD.hasEmail, URIRef(f"mailto:{edition.contact[1]}")))
    for table in dict.fromkeys(cube.table for cube in cubes):
        mine = [cube for cube in cubes if cube.table == table]
        data_set = URIRef(f"{base}:{table}")
        graph.add((catalogue, DCAT.dataset, data_set))
        graph.add((data_set, RDF.type, DCAT.Dataset))
        _say(graph, data_set, edition, table_title(table), about)
        graph.add((data_set, DCTERMS.publisher, publisher))
        if edition.contact:
            graph.add((data_set, DCAT.contactPoint, contact))
        graph.add((data_set, DCTERMS.issued, issued))
        graph.add((data_set, DCTERMS.accessRights, URIRef(_ACCESS)))
        graph.add((data_set, DCAT.theme, URIRef(_THEME)))
        graph.add((data_set, DCTERMS.accrualPeriodicity, URIRef(_FREQUENCY)))
        for path in _paths(folder, table, mine):
            _distribution(graph, data_set, path, folder)
    text = graph.serialize(format="turtle")
    (folder / "dcat.ttl").write_text(text, encoding="utf-8")


_ACCESS = "http://publications.europa.eu/resource/authority/access-right/PUBLIC"
_THEME = "http://publications.europa.eu/resource/authority/data-theme/HEAL"
_FREQUENCY = "http://publications.europa.eu/resource/authority/frequency/TRIENNIAL"


def _say(graph: Graph, subject: URIRef, edition: Edition, title: Words, about: Words) -> None:
    for language in edition.languages:
        graph.add((subject, DCTERMS.title, Literal(title[language], lang=language)))
        graph.add((subject, DCTERMS.description, Literal(about[language], lang=language)))


def _paths(folder: Path, table: str, cubes: list[Cube]) -> list[Path]:
    names = {f"csv/{table}.csv", f"parquet/{table}.parquet"}
    names |= {f"px/{cube.name}.px" for cube in cubes}
    paths = [folder / name for name in sorted(names)]
    paths += [path for cube in cubes for path in sorted((folder / "json-stat").glob(f"{cube.name}.??.json"))]
    return [*paths, *sorted((folder / "xlsx").glob("*.xlsx"))]


def _distribution(graph: Graph, data_set: URIRef, path: Path, folder: Path) -> None:
    address = URIRef(path.relative_to(folder).as_posix())
    _, media, kind = _MEDIA[path.parent.name]
    graph.add((data_set, DCAT.distribution, address))
    graph.add((address, RDF.type, DCAT.Distribution))
    graph.add((address, DCAT.accessURL, address))
    graph.add((address, DCAT.downloadURL, address))
    graph.add((address, DCTERMS.license, URIRef(LICENCE)))
    graph.add((address, DCAT.byteSize, Literal(path.stat().st_size, datatype=XSD.nonNegativeInteger)))
    graph.add((address, DCAT.mediaType, URIRef(f"http://www.iana.org/assignments/media-types/{media}")))
    if kind:
        graph.add((address, DCTERMS["format"], URIRef(f"{_FILES}{kind}")))
