"""What all published tables say together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from vardflode.disclosure.declared import RECKONED, Table
from vardflode.disclosure.knowledge import Knowledge
from vardflode.disclosure.relations.colonoscopy import add_colonoscopy
from vardflode.disclosure.relations.draft import Draft
from vardflode.disclosure.relations.flow import add_flow
from vardflode.disclosure.relations.forecast import add_forecast
from vardflode.disclosure.relations.general import add_general
from vardflode.disclosure.relations.mobility import add_mobility
from vardflode.disclosure.relations.planning import add_planning
from vardflode.disclosure.relations.specialisation import add_specialisation

# By the name that the declarations of tables have for it (`relations`); in this order.
RELATIONS = {
    "flow": add_flow,
    "mobility": add_mobility,
    "specialisation": add_specialisation,
    "colonoscopy": add_colonoscopy,
    "forecast": add_forecast,
    "planning": add_planning,
    "general": add_general,
}


def draft_of(tables: Mapping[str, pl.DataFrame], knowledge: Knowledge) -> Draft:
    """The groups of published tables (null: not told) and what is said of them, whatever the order of rows.

    Args:
        tables: by name, their key and numbers; what is not there was not published.
        knowledge: what is public besides.
    """
    if "institutions" in tables:
        knowledge = replace(knowledge, places=tables["institutions"])
    draft = Draft()
    for name, add in RELATIONS.items():
        mine = [table for table in RECKONED if table.relations == name]
        add(draft, {t.name: tables.get(t.name, _empty(t)).sort(t.key) for t in mine}, knowledge)
    return draft


def _empty(table: Table) -> pl.DataFrame:
    kinds = {name: pl.Int64 if name in table.time else pl.String for name in table.key}
    return pl.DataFrame(schema=kinds | dict.fromkeys(table.counts or table.numbers, pl.Int64))
