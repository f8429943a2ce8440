"""Which registers stand behind each published table: those that its model reads, by way of others."""

from __future__ import annotations

import re
from functools import cache

from vardflode.deliveries.contract import load_contract
from vardflode.disclosure.declared import DBT, EVERY


@cache
def _models() -> dict[str, str]:
    return {path.stem: path.read_text(encoding="utf-8") for path in (DBT / "models").rglob("*.sql")}


@cache
def _behind(model: str) -> frozenset[str]:
    sql = _models().get(model, "")
    tables = {f"{table.register}_{table.name}": table.register for table in load_contract().tables}
    own = {tables[name] for name in re.findall(r"source\('delivered', '(\w+)'\)", sql) if name in tables}
    return frozenset(own.union(*(_behind(name) for name in re.findall(r"ref\('(\w+)'\)", sql))))


REGISTERS = {table.name: tuple(sorted(_behind(table.model))) for table in EVERY if table.numbers}
