"""What reads what: the one place that walks dbt's graph."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from graphlib import TopologicalSorter
from typing import Any

# dbt's description of the project, as in its `manifest.json`.
Manifest = Mapping[str, Any]


def in_order(manifest: Manifest) -> list[str]:
    """Ids of every model and code list, each after the ones that it reads."""
    nodes = sorted(id_ for id_ in manifest["nodes"] if _is_table(id_))
    return list(
        TopologicalSorter({id_: _tables(manifest["parent_map"][id_]) for id_ in nodes}).static_order()
    )


def sources(manifest: Manifest, id_: str) -> set[str]:
    """Names of the delivered tables that a model comes from, however far back."""
    return {found.split(".")[-1] for found in _reached(manifest["parent_map"], id_) if _is_source(found)}


def read_directly(manifest: Manifest, id_: str) -> set[str]:
    """Names of the delivered tables that a model itself reads."""
    return {parent.split(".")[-1] for parent in manifest["parent_map"][id_] if _is_source(parent)}


def made_from(manifest: Manifest, source: str) -> set[str]:
    """Ids of the models that are made from a delivered table, at any distance."""
    (id_,) = (id_ for id_, body in manifest["sources"].items() if body["name"] == source)
    return {found for found in _reached(manifest["child_map"], id_) if found.startswith("model.")}


def tests_of(manifest: Manifest, nodes: Iterable[str]) -> set[str]:
    """Ids of the data tests that read one of these models."""
    return {child for id_ in nodes for child in manifest["child_map"][id_] if child.startswith("test.")}


def _reached(edges: Mapping[str, Iterable[str]], id_: str) -> set[str]:
    found: set[str] = set()
    waiting = [id_]
    while waiting:
        new = set(edges.get(waiting.pop(), ())) - found
        found |= new
        waiting += new
    return found


def _tables(ids: Iterable[str]) -> list[str]:
    return sorted(filter(_is_table, ids))


def _is_table(id_: str) -> bool:
    return id_.startswith(("model.", "seed."))


def _is_source(id_: str) -> bool:
    return id_.startswith("source.")
