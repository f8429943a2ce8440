"""Which pages there are, and who writes each."""

from __future__ import annotations

from collections.abc import Callable

from vardflode.deliveries.contract import read_code_list
from vardflode.publication.labels import label
from vardflode.site.context import LANGUAGES, Context, Key, Page
from vardflode.site.figures import Figures
from vardflode.site.pages.accessibility import accessibility_page
from vardflode.site.pages.analysts import analysts_page
from vardflode.site.pages.bank import bank_page
from vardflode.site.pages.colonoscopy import colonoscopy_page
from vardflode.site.pages.degrees import degree_page, degrees_page
from vardflode.site.pages.institutions import institution_page, institutions_page
from vardflode.site.pages.places import county_page, places_page, region_page
from vardflode.site.pages.plan import plan_page
from vardflode.site.pages.professions import profession_page, professions_page
from vardflode.site.pages.quality import dictionary_page, quality_page
from vardflode.site.pages.scenario import scenario_page
from vardflode.site.pages.start import start_page

WRITERS: dict[str, Callable[[Context], Page]] = {
    "start": start_page,
    "degrees": degrees_page,
    "degree": degree_page,
    "professions": professions_page,
    "profession": profession_page,
    "places": places_page,
    "county": county_page,
    "health_region": region_page,
    "institutions": institutions_page,
    "institution": institution_page,
    "colonoscopy": colonoscopy_page,
    "plan": plan_page,
    "scenario": scenario_page,
    "bank": bank_page,
    "quality": quality_page,
    "dictionary": dictionary_page,
    "analysts": analysts_page,
    "accessibility": accessibility_page,
}
_TITLES = {
    "start": (
        "Vårdflöde – från vårdutbildning till arbetsliv",
        "Vårdflöde – from health-care education to working life",
    ),
    "degrees": ("Examina", "Degrees"),
    "professions": ("Yrken", "Professions"),
    "places": ("Län och regioner", "Counties and regions"),
    "institutions": ("Lärosäten", "Institutions"),
    "colonoscopy": ("Koloskopi", "Colonoscopy"),
    "plan": ("Planen", "The plan"),
    "scenario": ("Pröva ett scenario", "Try a scenario"),
    "bank": ("Kunskapsbank", "Knowledge bank"),
    "quality": ("Kvalitet", "Quality"),
    "dictionary": ("Tabeller och ursprung", "Tables and lineage"),
    "analysts": ("För analytiker", "For analysts"),
    "accessibility": ("Tillgänglighet", "Accessibility"),
}


def titles(figures: Figures) -> dict[Key, dict[str, str]]:
    """Every page of the site: what it is called, by language."""
    found = {(kind, ""): dict(zip(LANGUAGES, words, strict=True)) for kind, words in _TITLES.items()}
    kinds = {
        "degree_code": "degree",
        "group_code": "profession",
        "county": "county",
        "health_region": "health_region",
        "institution": "institution",
    }
    for dimension, codes in _codes(figures).items():
        found |= {
            (kinds[dimension], code): {o: label(dimension, code, o) for o in LANGUAGES} for code in codes
        }
    return {key: words for key, words in found.items() if key[0] in WRITERS}


def _codes(figures: Figures) -> dict[str, list[str]]:
    """The degrees, professions and institutions that any published table tells of; all counties and regions."""
    seen: dict[str, dict[str, None]] = {"degree_code": {}, "group_code": {}, "institution": {}}
    for name in figures.names:
        for kind, codes in seen.items():
            codes |= dict.fromkeys(figures.codes(name, kind) if kind in figures.cube(name).keys else [])
    return {
        **{kind: sorted(set(codes) - {"total", "unknown"}) for kind, codes in seen.items()},
        "county": [row["lan"] for row in read_code_list("lan.csv") if row["lan"] != "00"],
        "health_region": [next(iter(row.values())) for row in read_code_list("sjukvardsregioner.csv")],
    }
