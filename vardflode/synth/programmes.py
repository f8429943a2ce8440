"""The local programme codes: when each was valid and what it led to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from vardflode.synth.calibration import (
    HK_INSTITUTIONS,
    HORIZON,
    INSTITUTION_SIZE,
    SECOND_SITES,
)
from vardflode.synth.codes import OTHER, Codes
from vardflode.synth.timeline import Ints, rng_for, term_code

ALWAYS = 2 * 2100  # still valid
OLDEST = 2 * 1977  # spring 1977: the first term that a programme can have


@dataclass
class Programmes:
    """All programme intervals, one place in every array and list each.

    ``degree`` number (XX: the last), ``specialisation`` number or -1, ``first`` and ``last`` term
    (ALWAYS: open), ``kommun`` number of the place of study, ``weight`` relative size.
    """

    institution: list[str]
    code: list[str]
    degree: Ints
    specialisation: Ints
    kommun: Ints
    first: Ints
    last: Ints
    weight: np.ndarray

    def pick(self, rng: np.random.Generator, degree: Ints, specialisation: Ints, term: Ints) -> Ints:
        """Draw a programme for each student among those valid in the term that lead to the degree.

        Arrays of one length; returns interval numbers. Raises LookupError when nothing is valid.
        """
        chosen = np.empty(len(degree), np.int64)
        key = (degree * 100 + specialisation + 1) * 10_000 + term
        order = np.argsort(key, kind="stable")
        starts = np.flatnonzero(np.diff(key[order], prepend=-1))
        u = rng.random(len(degree))
        rows: dict[tuple[int, int], Ints] = {}
        for start, stop in zip(starts, np.append(starts[1:], len(order)), strict=True):
            members = order[start:stop]
            d, s, t = int(degree[members[0]]), int(specialisation[members[0]]), int(term[members[0]])
            if (d, s) not in rows:
                rows[d, s] = np.flatnonzero((self.degree == d) & (self.specialisation == s))
            candidates = rows[d, s]
            valid = candidates[(self.first[candidates] <= t) & (t <= self.last[candidates])]
            if not len(valid):
                raise LookupError(f"no programme leads to degree {d}/{s} in term {t}")
            edges = np.cumsum(self.weight[valid])
            place = np.searchsorted(edges, u[members] * edges[-1], side="right")
            chosen[members] = valid[np.minimum(place, len(valid) - 1)]
        return chosen

    def table(self, codes: Codes) -> pl.DataFrame:
        """Return the register's table ``program`` (text and terms YYYYT, missing as null)."""
        names = np.array(codes.degrees, object)
        inriktning = np.array([*codes.specialisations, None], object)
        last = [None if end >= ALWAYS else int(term_code(end)) for end in self.last]
        frame = pl.DataFrame(
            {
                "larosate": self.institution,
                "programkod": self.code,
                "examenskod": names[self.degree].tolist(),
                "inriktning": inriktning[self.specialisation].tolist(),
                "studieort_kommun": [codes.kommuner[k] for k in self.kommun],
                "giltig_fran": term_code(self.first),
                "giltig_till": pl.Series(last, dtype=pl.Int64),
            }
        )
        return frame.sort("examenskod", "larosate", "programkod", "giltig_fran")


def make_programmes(codes: Codes, seed: int) -> Programmes:
    """Make up every programme code with the intervals in which it was valid.

    A code is retired and replaced once or twice; some retired codes come back for another degree or
    for a programme that leads to none (XX); two start only after HORIZON. No two intervals of one
    (institution, code) overlap.
    """
    rng = rng_for(seed, "programmes")
    rows: list[tuple[str, str, int, int, str, int, int, float]] = []
    retired: list[tuple[str, str, int, str, int, float]] = []

    def lineage(institution: str, stem: str, d: int, s: int, site: str, weight: float, opens: int) -> None:
        suffixes, start, change = iter(["", "N", "M"]), opens, 2 * 2003 + int(rng.integers(0, 14))
        if codes.degrees[d] == "SP":
            change = 2 * 2016 + 1 if rng.random() < 0.5 else ALWAYS  # the specialisations were recast
        if opens > 2 * 2010:
            change = ALWAYS
        while change < ALWAYS:
            code = stem + next(suffixes)
            rows.append((institution, code, d, s, site, start, change - 1, weight))
            retired.append((institution, code, d, site, change, weight))
            again = change < 2 * 2012 and codes.degrees[d] != "SP" and rng.random() < 0.3
            start, change = change, (2 * 2014 + int(rng.integers(0, 12)) if again else ALWAYS)
        rows.append((institution, stem + next(suffixes), d, s, site, start, ALWAYS, weight))

    for name in codes.degrees[:-1]:
        d, opens = codes.degree(name), 2 * 2020 + 1 if name == "HK" else OLDEST
        for institution in codes.may_award.get(name, HK_INSTITUTIONS if name == "HK" else ()):
            size, home = INSTITUTION_SIZE.get(institution, 0.6), codes.institutions[institution]
            sites = {"P": (home, 1.0)}
            if institution in SECOND_SITES and name in ("SJ", "SP", "BA"):
                sites = {"P": (home, 0.65), "Q": (SECOND_SITES[institution], 0.35)}
            for letter, (site, share) in sites.items():
                prefix = institution[:2].upper()
                if name == "SP":
                    for s in range(len(codes.specialisations)):
                        digit = "1" if letter == "P" else "2"
                        lineage(institution, f"{prefix}S{s:02d}{digit}", d, s, site, size * share, opens)
                else:
                    lineage(institution, f"{prefix}{name}{letter}", d, -1, site, size * share, opens)

    other = codes.degree(OTHER)
    offered: dict[str, list[int]] = {}
    for institution, _, d, *_ in rows:
        if codes.degrees[d] not in ("SP", "HK") and d not in offered.setdefault(institution, []):
            offered[institution].append(d)
    for institution, code, d, site, change, weight in retired:
        fate, again = rng.random(), change + 4 + int(rng.integers(0, 8))
        elsewhere = [x for x in offered.get(institution, []) if x != d]
        if fate < 0.40:
            rows.append((institution, code, other, -1, site, again, ALWAYS, 0.3 * weight))
        elif fate < 0.60 and elsewhere:
            degree = elsewhere[int(rng.integers(len(elsewhere)))]
            ends = again + 11 if rng.random() < 0.3 else ALWAYS
            rows.append((institution, code, degree, -1, site, again, ends, 0.4 * weight))
    for institution in ("GU", "LU", "UU", "UmU", "SU", "LNU"):
        code = f"{institution[:2].upper()}FOLK"
        rows.append((institution, code, other, -1, codes.institutions[institution], OLDEST, ALWAYS, 1.0))
    for institution, name in (("HH", "SJ"), ("KaU", "SJ")):  # decided, not begun
        start = 2 * (HORIZON + 1) + 1
        code = f"{institution[:2].upper()}{name}NY"
        site = codes.institutions[institution]
        rows.append((institution, code, codes.degree(name), -1, site, start, ALWAYS, 1.0))

    return Programmes(
        institution=[r[0] for r in rows],
        code=[r[1] for r in rows],
        degree=np.array([r[2] for r in rows]),
        specialisation=np.array([r[3] for r in rows]),
        kommun=np.array([codes.kommun_index[r[4]] for r in rows]),
        first=np.array([r[5] for r in rows]),
        last=np.array([r[6] for r in rows]),
        weight=np.array([r[7] for r in rows]),
    )
