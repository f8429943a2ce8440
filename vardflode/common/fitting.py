"""What people write, held against a pydantic model: what does not fit is told with its place.

A field's description is both what an editor shows of it (`json_schema`) and what a message says was expected.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

# A word that is misspelt would be a rule that is not applied.
STRICT = ConfigDict(extra="forbid", coerce_numbers_to_str=True)
T = TypeVar("T")


class UnfitError(ValueError):
    """Something does not fit. `place` are the names that lead there, `problem` says what is wrong with it."""

    def __init__(self, place: tuple[str, ...], problem: str) -> None:
        """Keep both, and tell them as one."""
        super().__init__(": ".join([".".join(place), problem] if place else [problem]))
        self.place, self.problem = place, problem


def fit(model: TypeAdapter[T], body: object) -> T:
    """The body as the model.

    Raises:
        UnfitError: the first thing in it that does not fit.
    """
    try:
        return model.validate_python(body)
    except ValidationError as error:
        raise _told(error.errors(include_url=False)[0], body, model.json_schema()) from None


def named(name: str, body: Any) -> Any:
    """The body with its name, by which it is known outside."""
    if not isinstance(body, Mapping):
        return body
    if "name" in body:
        raise ValueError("does not know name, which stands before it.")
    return {"name": name, **body}


def each_named(bodies: Any) -> Any:
    """A mapping of names to bodies, each of which gets its name."""
    if not isinstance(bodies, Mapping):
        return bodies
    return {str(name): named(str(name), body) for name, body in bodies.items()}


def short(value: object) -> str:
    """A value as a message shows it."""
    return "nothing" if value is None else repr(value)[:60]


def _told(error: ErrorDetails, body: Any, schema: dict[str, Any]) -> UnfitError:
    """The error in words: at the innermost field that says what is expected of it."""
    place: list[str] = []
    described, definitions, node = None, schema.get("$defs", {}), schema
    for step in error["loc"]:
        node = definitions.get(node.get("$ref", "").rpartition("/")[2], node)
        known = node.get("properties", {})
        if error["type"] == "unexpected_keyword_argument" and step == error["loc"][-1]:
            return UnfitError(tuple(place), f"does not know {step}. It may have {', '.join(known)}.")
        # What is a list to the model may be a mapping to who writes it.
        step = list(body)[step] if isinstance(step, int) and isinstance(body, Mapping) else step
        try:
            body = body[step]
        except (LookupError, TypeError):
            body = None
        is_named = isinstance(step, int) and isinstance(body, Mapping) and "name" in body
        place.append(str(body["name"] if is_named else step))
        node = known.get(step) or node.get("additionalProperties") or node.get("items") or {}
        if said := node.get("description"):
            described = tuple(place), said, body
    if error["type"] == "value_error":
        return UnfitError(tuple(place), str(error["ctx"]["error"]))
    if error["type"] in ("dataclass_type", "dict_type"):
        described = tuple(place), "names and values", body
    if described:
        where, expected, found = described
        return UnfitError(where, f"expected {expected}, found {short(found)}.")
    return UnfitError(tuple(place), f"{error['msg']}, found {short(body)}.")
