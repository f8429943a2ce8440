"""DCAT-AP-SE: how the national data portal finds the edition. Source: https://docs.dataportal.se/dcat/ .

A published table is a data set, the same from edition to edition. Its files are distributions: one a format
(and language), which leads to each of its files, as the profile asks of a data set in parts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rdflib import BNode, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF, RDFS, SKOS, XSD

from vardflode.disclosure.declared import BY_NAME
from vardflode.publication.cubes import TIME, Cube
from vardflode.publication.edition import REPORTS, Edition
from vardflode.publication.files.tables import LICENCE
from vardflode.publication.labels import WORDS, Words, table_title
from vardflode.publication.layout import CATALOGUE
from vardflode.publication.texts import TEXTS

VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
_EU = Namespace("http://publications.europa.eu/resource/authority/")
_IANA = Namespace("http://www.iana.org/assignments/media-types/")
_LANGUAGES = {"sv": _EU["language/SWE"], "en": _EU["language/ENG"]}
_ACCESS, _FREQUENCY = _EU["access-right/PUBLIC"], _EU["frequency/TRIENNIAL"]
_THEME, _SWEDEN = _EU["data-theme/HEAL"], _EU["country/SWE"]
_THEME_NAMES = {"sv": "Hälsa", "en": "Health"}
# What a folder of the edition holds: its name, and its media type and file type where these are registered.
_FORMATS = {
    "csv": ("CSV", "text/csv", "CSV"),
    "parquet": ("Parquet", "application/vnd.apache.parquet", "PARQUET"),
    "px": ("PC-Axis", None, None),
    "json-stat": ("JSON-stat", "application/json", "JSON"),
    "xlsx": ("Excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "XLSX"),
}


@dataclass(frozen=True)
class _Files:
    """The files of one table, format and language (None: both)."""

    kind: str
    language: str | None
    paths: list[Path]


def write_dcat(folder: Path, cubes: list[Cube], edition: Edition, made_up: bool, address: str) -> None:
    """Write `dcat.ttl`: a catalogue with a data set a published table, and a distribution a format.

    Args:
        address: where the folder of editions is published; empty: files have addresses relative to the
            edition, and data sets names that lead nowhere.
    """
    text = _Catalogue(folder, cubes, edition, made_up, address).graph.serialize(format="turtle")
    (folder / CATALOGUE).write_text(text, encoding="utf-8")


class _Catalogue:
    def __init__(
        self, folder: Path, cubes: list[Cube], edition: Edition, made_up: bool, address: str
    ) -> None:
        self._folder, self._edition = folder, edition
        self._names = f"{address}/id/" if address else "urn:vardflode:"
        self._files = f"{address}/{edition.name}/" if address else ""
        self._date = Literal(edition.release_date.isoformat(), datatype=XSD.date)
        self._made_up = TEXTS["made_up"] if made_up else dict.fromkeys(edition.languages, "")
        self.graph = Graph()
        for name, space in (("dcat", DCAT), ("dcterms", DCTERMS), ("vcard", VCARD), ("skos", SKOS)):
            self.graph.bind(name, space)
        self._publisher, self._contact = self._named("publisher"), self._named("contact")
        self._write(cubes)

    def _named(self, name: str) -> URIRef:
        return URIRef(self._names + name)

    def _add(self, subject: URIRef | BNode, predicate: URIRef, found: URIRef | BNode | Literal) -> None:
        self.graph.add((subject, predicate, found))

    def _link(self, subject: URIRef | BNode, predicate: URIRef, found: URIRef, kind: URIRef) -> None:
        """Lead to a thing that others describe, and say of what kind it is."""
        self._add(subject, predicate, found)
        self._add(found, RDF.type, kind)

    def _say(self, subject: URIRef, predicate: URIRef, words: Words) -> None:
        for language in self._edition.languages:
            self._add(subject, predicate, Literal(words[language].strip(), lang=language))

    def _write(self, cubes: list[Cube]) -> None:
        edition, catalogue = self._edition, self._named("catalogue")
        self._add(catalogue, RDF.type, DCAT.Catalog)
        self._say(catalogue, DCTERMS.title, TEXTS["catalogue"])
        about = {k: f"{TEXTS['about'][k]} {self._made_up[k]}" for k in edition.languages}
        self._say(catalogue, DCTERMS.description, about)
        self._add(catalogue, DCTERMS.modified, self._date)
        self._link(catalogue, DCTERMS.license, URIRef(LICENCE), DCTERMS.LicenseDocument)
        self._about_place_and_language(catalogue)
        self._add(catalogue, DCTERMS.publisher, self._publisher)
        self._add(self._publisher, RDF.type, FOAF.Agent)
        name = edition.publisher or (edition.contact.name if edition.contact else "Vårdflöde")
        self._add(self._publisher, FOAF.name, Literal(name, lang="sv"))
        for kind in (VCARD.Organization, VCARD.Kind):
            self._add(self._contact, RDF.type, kind)
        self._add(self._contact, VCARD.fn, Literal(edition.contact.name if edition.contact else name))
        if edition.contact:
            self._add(self._contact, VCARD.hasEmail, URIRef(f"mailto:{edition.contact.email}"))
        if self._files:
            self._link(catalogue, FOAF.homepage, self._report(edition.languages[0]), FOAF.Document)
        for table in dict.fromkeys(cube.table for cube in cubes):
            self._add(catalogue, DCAT.dataset, self._data_set(table, [c for c in cubes if c.table == table]))

    def _about_place_and_language(self, subject: URIRef) -> None:
        for language in self._edition.languages:
            self._link(subject, DCTERMS.language, _LANGUAGES[language], DCTERMS.LinguisticSystem)
        self._link(subject, DCTERMS.spatial, _SWEDEN, DCTERMS.Location)

    def _report(self, language: str) -> URIRef:
        return URIRef(f"{self._files}{REPORTS[language]}.html")

    def _data_set(self, table: str, cubes: list[Cube]) -> URIRef:
        data_set, title = self._named(f"dataset-{table}"), table_title(table)
        self._add(data_set, RDF.type, DCAT.Dataset)
        self._add(data_set, DCTERMS.identifier, Literal(str(data_set)))
        self._say(data_set, DCTERMS.title, title)
        about = {k: f"{title[k]}. {TEXTS['about'][k]} {self._made_up[k]}" for k in self._edition.languages}
        self._say(data_set, DCTERMS.description, about)
        for language in self._edition.languages:
            for word in (*WORDS["keywords"][language], *BY_NAME[table].keywords.get(language, ())):
                self._add(data_set, DCAT.keyword, Literal(word, lang=language))
        self._add(data_set, DCTERMS.publisher, self._publisher)
        self._add(data_set, DCAT.contactPoint, self._contact)
        self._add(data_set, DCTERMS.modified, self._date)
        self._add(data_set, URIRef(f"{DCAT}version"), Literal(self._edition.name))
        self._provenance(data_set)
        self._link(data_set, DCTERMS.accessRights, _ACCESS, DCTERMS.RightsStatement)
        self._link(data_set, DCAT.theme, _THEME, SKOS.Concept)
        self._say(_THEME, SKOS.prefLabel, _THEME_NAMES)
        self._link(data_set, DCTERMS.accrualPeriodicity, _FREQUENCY, DCTERMS.Frequency)
        self._about_place_and_language(data_set)
        self._about_time(data_set, cubes)
        if self._files:
            for language in self._edition.languages:
                self._link(data_set, DCAT.landingPage, self._report(language), FOAF.Document)
        for files in self._of(table, cubes):
            self._add(data_set, DCAT.distribution, self._distribution(table, files))
        return data_set

    def _provenance(self, data_set: URIRef) -> None:
        """Out of which registers, and by which version of the programs."""
        made = BNode()
        self._add(data_set, DCTERMS.provenance, made)
        self._add(made, RDF.type, DCTERMS.ProvenanceStatement)
        for language in self._edition.languages:
            self._add(made, RDFS.label, Literal(TEXTS["source"][language], lang=language))

    def _about_time(self, data_set: URIRef, cubes: list[Cube]) -> None:
        """The years of the data set, from the first of its first window to the last of its last."""
        codes = [code for cube in cubes for d in cube.dimensions if d.name in TIME for code in d.codes]
        period = BNode()
        self._add(data_set, DCTERMS.temporal, period)
        self._add(period, RDF.type, DCTERMS.PeriodOfTime)
        for place, pick, at in ((DCAT.startDate, min, 0), (DCAT.endDate, max, -1)):
            year = pick(code.split("-")[at] for code in codes)
            self._add(period, place, Literal(year, datatype=XSD.gYear))

    def _of(self, table: str, cubes: list[Cube]) -> Iterator[_Files]:
        at, languages = self._folder, self._edition.languages
        yield _Files("csv", None, [at / f"csv/{table}.csv"])
        yield _Files("parquet", None, [at / f"parquet/{table}.parquet"])
        yield _Files("px", None, [at / f"px/{cube.name}.px" for cube in cubes])
        for k in languages:
            yield _Files("json-stat", k, [at / f"json-stat/{cube.name}.{k}.json" for cube in cubes])
        for k in languages:
            yield _Files("xlsx", k, sorted((at / "xlsx").glob(f"*.{k}.xlsx")))

    def _distribution(self, table: str, files: _Files) -> URIRef:
        """A format of a data set: of several files, each has its address, and the size is that of all."""
        name, media, kind = _FORMATS[files.kind]
        mark = f"-{files.language}" if files.language else ""
        distribution = self._named(f"distribution-{table}-{files.kind}{mark}")
        self._add(distribution, RDF.type, DCAT.Distribution)
        title = {k: f"{table_title(table)[k]} ({name})" for k in self._edition.languages}
        self._say(distribution, DCTERMS.title, title)
        for path in files.paths:
            address = URIRef(self._files + path.relative_to(self._folder).as_posix())
            self._add(distribution, DCAT.accessURL, address)
            self._add(distribution, DCAT.downloadURL, address)
        size = sum(path.stat().st_size for path in files.paths if path.is_file())
        self._add(distribution, DCAT.byteSize, Literal(size, datatype=XSD.nonNegativeInteger))
        self._link(distribution, DCTERMS.license, URIRef(LICENCE), DCTERMS.LicenseDocument)
        self._add(distribution, DCTERMS.issued, self._date)
        for language in [files.language] if files.language else self._edition.languages:
            self._link(distribution, DCTERMS.language, _LANGUAGES[language], DCTERMS.LinguisticSystem)
        if media:
            self._link(distribution, DCAT.mediaType, _IANA[media], DCTERMS.MediaType)
        if kind:
            place = _EU[f"file-type/{kind}"]
            self._link(distribution, DCTERMS["format"], place, DCTERMS.MediaTypeOrExtent)
        return distribution
