"""Read emitted files from their own bytes: what screening compares with the cubes."""

from __future__ import annotations

import re
import zipfile
from html import unescape

# A keyword of a PX file at the beginning of a line, with its language and what it is of, and its texts.
_KEYWORD = re.compile(
    r'^([A-Z][A-Z0-9-]*(?:\[\w+\])?(?:\((?:"[^"]*"|[^"=])*\))?)=((?:"[^"]*"|[^";])*);', re.MULTILINE
)
# How a workbook writes a character that XML cannot hold, and an underscore that begins what looks like one.
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_CELL = re.compile(r'<c r="([A-Z]+[0-9]+)"[^>]*?( t="s")?><v>([^<]*)</v>')


def px_keywords(head: str) -> dict[str, list[str]]:
    """The keywords of a PX file with their texts."""
    return {name: re.findall(r'"([^"]*)"', texts) for name, texts in _KEYWORD.findall(head)}


def shared_texts(book: zipfile.ZipFile) -> list[str]:
    """The texts that the sheets of a workbook share."""
    body = book.read("xl/sharedStrings.xml").decode()
    texts = (unescape(text) for text in re.findall(r"<si><t[^>]*>(.*?)</t></si>", body, re.DOTALL))
    return [_ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) for text in texts]


def sheet_cells(sheet: str, shared: list[str]) -> dict[str, str]:
    """The cells of a sheet as texts; numbers as they are written."""
    return {place: shared[int(value)] if is_text else value for place, is_text, value in _CELL.findall(sheet)}


def column_name(place: int) -> str:
    """A, B, ..., Z, AA, ..."""
    first, last = divmod(place, 26)
    return (chr(64 + first) if first else "") + chr(65 + last)
