"""What others wrote, as messages may repeat it: short, and without anything that a terminal would obey."""

from __future__ import annotations

# Longer than any name or code of the contract.
SHOWN = 60


def shown(text: str, most: int = SHOWN) -> str:
    """At most so many characters of a text, each that is not seen as its code (`\\x1b`, `\\u200b`)."""
    cut = text if len(text) <= most else f"{text[:most]}… ({len(text)} characters)"
    if cut.isprintable():
        return cut
    return "".join(character if character.isprintable() else _code(character) for character in cut)


def quoted(value: object) -> str:
    """A value of JSON: a text in quotes, of a list or an object only what it is."""
    if isinstance(value, str):
        return f"'{shown(value)}'"
    return f"a {type(value).__name__}" if isinstance(value, list | dict) else shown(repr(value))


def listed(names: list[str], most: int = 5) -> str:
    """Some names in quotes, and how many more there are."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(map(quoted, names[:most])) + more


def _code(character: str) -> str:
    # A byte of a file's name that is no UTF-8, as Python holds it.
    if "\udc80" <= character <= "\udcff":
        return f"\\x{ord(character) - 0xDC00:02x}"
    return character.encode("unicode_escape").decode()
