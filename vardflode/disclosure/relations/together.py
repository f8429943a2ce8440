"""What all published tables say together."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from vardflode.disclosure.declared import INSTITUTIONS, TABLES, WINDOW, Table
from vardflode.disclosure.knowledge import Knowledge
from vardflode.disclosure.relations import applicants, colonoscopy, flow, mobility, specialisation
from vardflode.disclosure.relations.draft import Draft


def draft_of(tables: Mapping[str, pl.DataFrame], knowledge: Knowledge) -> Draft:
    """The groups of published tables (null: not told) and what is said of them, whatever the order of rows.

    Args:
        tables: by name, their key and numbers; what is not there was not published.
        knowledge: what is public besides.
    """
    found = {table.name: tables.get(table.name, _empty(table)).sort(table.key) for table in TABLES}
    places = tables.get("institutions", pl.DataFrame(schema=dict.fromkeys(INSTITUTIONS, pl.String)))
    draft = Draft()
    flow.add_flow(
        draft, found["flow_measures"], knowledge.measures, knowledge.observed, knowledge.licensed, places
    )
    mobility.add_mobility(draft, found["mobility"])
    applicants.add_applicants(draft, found["applicants"])
    specialisation.add_specialisation(draft, found["specialisation"], found["specialisation_county"])
    colonoscopy.add_colonoscopy(draft, found["colonoscopy"], list(knowledge.lies_in))
    return draft


def _empty(table: Table) -> pl.DataFrame:
    years = {name: pl.Int64 for name in table.key if name in (*WINDOW, "year")}
    texts = {name: pl.String for name in table.key if name not in years}
    frame = pl.DataFrame(schema=years | texts | dict.fromkeys(table.counts, pl.Int64))
    return frame.select(*table.key, *table.counts)
