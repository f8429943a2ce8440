"""What `var()` gives when sqlfluff renders a model: the values of dbt_project.yml, as dbt itself would.

sqlfluff offers the modules of this folder to Jinja under their names, so this module can be called.
"""

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import yaml

_PROJECT = Path(__file__).parents[1] / "dbt_project.yml"
_VARS = yaml.safe_load(_PROJECT.read_text(encoding="utf-8"))["vars"]


class _Var(ModuleType):
    def __call__(self, name: str, default: Any = None) -> Any:
        return _VARS.get(name, default)


sys.modules[__name__].__class__ = _Var
