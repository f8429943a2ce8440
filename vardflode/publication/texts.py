"""Running text of an edition in Swedish and English (`texts.yml`); numbers as each language writes them."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import Any

from vardflode.common.yaml_files import read_yaml
from vardflode.settings import VERSION

TEXTS: dict[str, Any] = read_yaml((Path(__file__).parent / "texts.yml").read_text(encoding="utf-8"))
# Every file that tells its source tells by which version it was made.
TEXTS["source"] = {language: text.format(version=VERSION) for language, text in TEXTS["source"].items()}
NBSP, MINUS, SHY = "\u00a0", "\u2212", "\u00ad"


def say(key: str, language: str, **values: object) -> str:
    """A text with its values filled in."""
    text: str = TEXTS[key][language]
    return text.format(**values)


def number(value: float, language: str, decimals: int = 0) -> str:
    """A number: `12 345,6` in Swedish (with no-break spaces), `12,345.6` in English."""
    text = f"{abs(value):,.{decimals}f}"
    if language == "sv":
        text = text.replace(",", NBSP).replace(".", ",")
    return (MINUS if value < 0 and float(f"{value:.{decimals}f}") else "") + text


def percent(share: float, language: str, decimals: int = 0) -> str:
    """A fraction as per cent: `76 %` in Swedish, `76%` in English."""
    return number(100 * share, language, decimals) + (f"{NBSP}%" if language == "sv" else "%")


def per_hundred(share: float, language: str) -> str:
    """A fraction as so many of a hundred, as it is said in a sentence."""
    count = int(f"{100 * share:.0f}")
    words: dict[str, str] = TEXTS["of_hundred"].get(str(count), {})
    return words.get(language, str(count))


def small(name: str) -> str:
    """A name within a sentence."""
    return name[0].lower() + name[1:]


def parted(name: str) -> str:
    """A long Swedish name that may be parted between its words: browsers do not know where."""
    return re.sub(r"(?<=[a-zå-ö])(?=examen|sjuksköterske|terapeut|hygienist|tekniker|pedagog)", SHY, name)


def alphabetical(text: str) -> str:
    """What Swedish names are sorted by: å, ä and ö last, other accents as their letters."""
    last = text.casefold().translate({ord(letter): "{" + str(k) for k, letter in enumerate("åäö")})
    return "".join(c for c in unicodedata.normalize("NFD", last) if not unicodedata.combining(c))


def window(text: str) -> str:
    """Years from and to with the dash that both languages use."""
    return text.replace("-", "–")


def listed(texts: list[str], language: str) -> str:
    """`a, b och c`, `a, b and c`."""
    last = " och " if language == "sv" else " and "
    return last.join([", ".join(texts[:-1]), texts[-1]]) if len(texts) > 1 else "".join(texts)
