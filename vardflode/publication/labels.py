"""What codes are called, in Swedish and English."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from vardflode.common.yaml_files import read_yaml
from vardflode.deliveries.contract import Contract, load_contract, read_code_list
from vardflode.disclosure.declared import BY_NAME, EVERY, VARS

# A text by language: sv, en.
Words = Mapping[str, Any]

WORDS: dict[str, Any] = read_yaml((Path(__file__).parent / "words.yml").read_text(encoding="utf-8"))
_LABELS = "etiketter.csv"


def _words_of(kind: str) -> dict[str, Words]:
    """What one kind of things is called, by code; a language that another code list has is not there."""
    fields = {"sv": "namn_sv", "en": "namn_en", "unit_sv": "enhet_sv", "unit_en": "enhet_en"}
    return {
        row["kod"]: {name: row[field] for name, field in fields.items() if row[field]}
        for row in read_code_list(_LABELS)
        if row["slag"] == kind
    }


# Of words the common ones, and those that a table declares beside its model.
_OWN = {name: words for table in EVERY for name, words in table.words.items()}
METRICS = _words_of("metric") | {n: words for n, words in _OWN.items() if "unit_sv" in words}
DIMENSIONS = _words_of("dimension") | {n: words for n, words in _OWN.items() if "unit_sv" not in words}
# Codes that every dimension has, and by dimension those that its code list lacks, wholly or in English.
ANY = _words_of("any")
CODES = {kind: _words_of(kind) for kind in dict.fromkeys(row["slag"] for row in read_code_list(_LABELS))}
DEGREES = {row["examenskod"]: row for row in read_code_list("examina.csv")}
_LINE_END = re.compile("\r\n|[\r\x85\u2028\u2029]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# Dimensions whose codes are those of another.
_SAME = {
    "study_county": "county",
    "home_county": "county",
    "work_county": "county",
    "area": "county",
    "region": "county",
    "nation": "county",
    "from_sector": "sector",
    "licensed_age": "age_group",
    "years_ahead": "years",
    "years_after": "years",
    "years_later": "years",
}


@cache
def measures() -> dict[str, Words]:
    """The flow's measures by name, in order: dbt's list, which the SQL reads too, and what each counts.

    `sv`, `en`: its name; `denominator_sv`, `denominator_en`: of whom; `rule_sv`, `rule_en`: who is counted.
    """
    return {
        m["name"]: {
            "sv": m["sv"],
            "en": m["en"],
            "denominator_sv": m["denominator"],
            **WORDS["measure_rules"][m["name"]],
        }
        for m in VARS["measures"]
    }


def dimension(name: str) -> Words:
    """What a dimension is called."""
    return DIMENSIONS[name]


def metric(name: str) -> Words:
    """What a number is called, and its unit (`unit_sv`, `unit_en`)."""
    return METRICS[name]


def table_title(name: str) -> Words:
    """What a published table is called."""
    return BY_NAME[name].title


def decimals(name: str) -> int:
    """How many decimals people are shown of a number: three of a share (a tenth of a per cent), none of a
    count.
    """
    return 3 if is_share(name) else int(METRICS[name].get("decimals", 0))


def is_share(name: str) -> bool:
    """Whether a number is a fraction of 0 to 1, which people are shown as per cent."""
    return name == "share" or name.endswith("_share")


def register(name: str, language: str) -> str:
    """What a register is called."""
    return str(WORDS["registers"][name]) if language == "en" else _contract().registers[name].title


def series_break(row: Mapping[str, str], language: str) -> str:
    """What a row of the code list of breaks in series tells."""
    if language == "en":
        return str(WORDS["series_breaks"][f"{row['register']} {row['ar']}"])
    return re.sub(r"(?<=[0-9])-(?=[0-9])", "–", row["beskrivning"])


def rules(table: str, language: str) -> list[tuple[str, str]]:
    """How the numbers of a published table are counted: what it is called, and the rule."""
    named = {"metric": metric, "dimension": dimension}
    found = []
    for key, words in BY_NAME[table].rules.items():
        kind, code = key.split(" ")
        name = named[kind](code)[language] if kind in named else label(kind, code, language)
        found.append((name, words[language]))
    return found


def symbol(status: str) -> str:
    """What stands for a number that is missing for a reason."""
    return WORDS["reasons"][status]["symbol"]


@cache
def label(dimension: str, code: str, language: str) -> str:
    """What a code of a dimension is called; the code itself where it has no name (a year, a window).

    Without the control characters that neither XML nor HTML can hold; a line ends as it does there.
    """
    return _CONTROL.sub("", _LINE_END.sub("\n", _named(dimension, code, language)))


def _named(dimension: str, code: str, language: str) -> str:
    kind = _SAME.get(dimension, dimension)
    own = CODES.get(kind, {}).get(code, {})
    if language in own:
        return own[language]
    if code in ("total", "unknown"):
        return ANY[code][language]
    return _listed(kind, code, language, own) or code


def _listed(kind: str, code: str, language: str, own: Words) -> str | None:
    """The name in a code list."""
    match kind:
        case "degree_code":
            profession = _names("yrken.csv", "engelskt_namn").get(DEGREES[code]["yrkeskod"])
            english = own.get("en") or profession
            return DEGREES[code]["examensnamn"] if language == "sv" else english
        case "county":
            return _names("lan.csv", "lansnamn").get(code)
        case "health_region":
            return _names("sjukvardsregioner.csv", "namn").get(code)
        case "group_code":
            names = ("namn", "yrkesnamn") if language == "sv" else ("engelskt_namn", "engelskt_namn")
            within, professions = (
                _names(f, name) for f, name in zip(("prognosgrupper.csv", "yrken.csv"), names, strict=True)
            )
            return within.get(code) or professions.get(code)
        case "institution":
            return _names("larosaten.csv", "larosatesnamn").get(code)
        case "specialty":
            return _names("specialiteter.csv", "namn").get(code)
        case "specialisation":
            return _names("inriktningar.csv", "namn").get(code)
        case "occupation_group":
            return _occupation_group(code, language)
        case "profession_code":
            return _names("yrken.csv", "yrkesnamn" if language == "sv" else "engelskt_namn").get(code)
        case "ssyk2012":
            name = "benamning" if language == "sv" else "engelsk_benamning"
            without_licence = _names("vardyrken.csv", name).get(code)
            return _names("ssyk_halsa.csv", "benamning").get(code) or without_licence
        case "measure":
            return _measure(code, language)
    return None


def occupation_groups() -> dict[str, tuple[str, ...]]:
    """The occupations (SSYK 2012) of each row of staff density; its code is the professions with them."""
    of: dict[str, list[str]] = {}
    for row in read_code_list("yrke_ssyk.csv"):
        of.setdefault(row["yrkeskod"], []).append(row["ssyk2012"])
    sharing: dict[tuple[str, ...], list[str]] = {}
    for profession in sorted(of):
        sharing.setdefault(tuple(sorted(of[profession])), []).append(profession)
    return {"+".join(professions): occupations for occupations, professions in sharing.items()}


def _occupation_group(code: str, language: str) -> str | None:
    """One occupation goes by its own name, since it may hold others than the profession too."""
    occupations = occupation_groups().get(code, ())
    if len(occupations) == 1:
        return label("ssyk2012", occupations[0], language)
    return label("profession_code", code, language)


def _measure(code: str, language: str) -> str | None:
    if code.startswith("started_within_"):
        text = CODES["measure"]["started_within"][language]
        return text.format(k=code.rpartition("_")[2])
    return measures().get(code, {}).get(language)


@cache
def _contract() -> Contract:
    return load_contract()


@cache
def _names(code_list: str, column: str) -> dict[str, str]:
    rows = read_code_list(code_list)
    return {next(iter(row.values())): row[column] for row in rows}
