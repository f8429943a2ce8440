"""The JSON schemas that editors read agree with what the program reads."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from vardflode.common.yaml_files import read_yaml
from vardflode.deliveries.contract import CONTRACT_FILE
from vardflode.settings import PROJECT

FILES = [CONTRACT_FILE, *PROJECT.glob("editions/*.yml"), *PROJECT.glob("expectations/*.yml")]


def body_and_schema(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a file says, as JSON has it, and the schema that its first line names."""
    text = path.read_text(encoding="utf-8")
    named = re.match(r"# yaml-language-server: \$schema=(\S+)\n", text)
    assert named, path
    schema = json.loads((path.parent / named[1]).read_text(encoding="utf-8"))
    return json.loads(json.dumps(read_yaml(text), default=str)), schema


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_keeps_the_schema_that_it_names(path: Path) -> None:
    body, schema = body_and_schema(path)
    jsonschema.validate(body, schema)
    with pytest.raises(jsonschema.ValidationError, match="misspelt"):
        jsonschema.validate({**body, "misspelt": 1}, schema)


def test_an_editor_tells_a_wrong_type_and_a_missing_title() -> None:
    body, schema = body_and_schema(CONTRACT_FILE)
    body["registers"]["hosp"]["tables"]["legitimationer"]["columns"]["lopnr"]["type"] = "identity"
    with pytest.raises(jsonschema.ValidationError, match="'identity' is not one of"):
        jsonschema.validate(body, schema)
    body, _ = body_and_schema(CONTRACT_FILE)
    del body["registers"]["hosp"]["title"]
    with pytest.raises(jsonschema.ValidationError, match="'title' is a required property"):
        jsonschema.validate(body, schema)
