"""YAML that people write: read strictly, and by libyaml where there is one, in a ninth of the time."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from pathlib import Path
from typing import Any

import yaml


class _StrictLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Does not let a second key of the same name silently replace the first."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, Hashable) or key in seen:
                wrong = "is there twice" if isinstance(key, Hashable) else "cannot be a name"
                raise yaml.constructor.ConstructorError(None, None, f"{key!r} {wrong}", key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep)


# Far more than people write. libyaml would not survive brackets within brackets without end.
_MOST_BYTES, _DEEPEST = 4 << 20, 100


def text_of(path: Path) -> str:
    """The text of a file that a person wrote.

    Raises:
        OSError: it cannot be read.
        UnicodeDecodeError: it is not in UTF-8.
        yaml.YAMLError: it is no file, as a pipe, or larger than a person writes.
    """
    if path.stat() and not path.is_file():
        found = "a folder" if path.is_dir() else "a pipe or a device"
        raise yaml.YAMLError(f"expected a file, found {found}")
    if path.stat().st_size > _MOST_BYTES:
        raise yaml.YAMLError(f"expected at most {_MOST_BYTES} bytes, found {path.stat().st_size}")
    return path.read_text(encoding="utf-8")


def read_yaml(text: str) -> Any:
    """What a YAML text says.

    Raises:
        yaml.YAMLError: it is no YAML, a key is there twice, or it is nested without end.
    """
    depth = 0
    for event in yaml.parse(text, Loader=_StrictLoader) if len(text) > _DEEPEST**2 else ():
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise yaml.YAMLError(f"found more than {_DEEPEST} levels, one within the other")
    return yaml.load(text, Loader=_StrictLoader)


def line_of(text: str, place: Sequence[object]) -> int:
    """The line, from 1, of a place in a YAML text (keys and indices); its holder's if it is missing.

    Raises:
        yaml.YAMLError: the text is no YAML.
    """
    node = yaml.compose(text, Loader=_StrictLoader)
    line = 1
    for step in place:
        if isinstance(node, yaml.MappingNode):
            found = next(((key, value) for key, value in node.value if key.value == str(step)), None)
            if found is None:
                break
            line, node = found[0].start_mark.line + 1, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line + 1
        else:
            break
    return line
