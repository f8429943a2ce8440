"""The tables of licensed persons, worked out person by person in plain Python: slow, nothing like the SQL.

For small countries: an oracle of the tests, not a yardstick of speed.

    python -m benchmark.planning RAW    # how many rows each table has
"""

import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from benchmark import reference as r

SPANS = (1, 5)
STEPS = {"licence": ("hosp", 5), "st_start": ("st", 10), "specialist": ("specialister", 15)}
COLUMNS = {
    "licensed_workforce": "year level area group_code breakdown breakdown_value "
    "licensed employed in_health_care in_profession",
    "workplace": "year level area group_code sector in_profession population per_100k",
    "demand_indicators": "year level area group_code indicator numerator denominator",
    "st_training": "year level area specialty in_training women started completed stopped planned",
    "specialist_certificates": "year specialty persons trained_abroad",
    "physician_path": "cohort_year step years numerator denominator",
    "career_moves": "from_year years group_code from_sector state persons",
}
Rows = list[tuple[Any, ...]]


class Country:
    """Everything that is known of each person, by person."""

    def __init__(self, raw: Path) -> None:
        """Read the deliveries in `raw`."""
        self.src = src = r.Deliveries(Path(raw))
        self.last = last = src.last_year()
        homes = src.observed("folkbokforing", last)
        self.resident_years = set(homes)
        self.years = sorted(set(homes) & set(src.observed("sysselsattning", last)))
        self.region = {
            int(k): s for k, s in r.seed("kommuner").select("kommun", "sjukvardsregion").iter_rows()
        }
        self.counties_of = defaultdict(set)
        for kommun, region in self.region.items():
            self.counties_of[region].add(kommun // 100)
        self.occupations = {
            (y, int(s)) for y, s in r.seed("yrke_ssyk").select("yrkeskod", "ssyk2012").iter_rows()
        }
        self.persons = {n: row for n, *row in self._rows("personer", "lopnr kon fodelsear avlidendatum")}
        self.home = {(n, y): k for n, y, k in self._rows("folkbokforing", "lopnr ar kommun", last)}
        work = "lopnr ar syssstat ast_kommun sni2007 ssyk2012 sektor arblosdagar"
        self.work = {(n, y): row for n, y, *row in self._rows("sysselsattning", work, last)}
        self.licences = self._by_person(
            "legitimationer", "lopnr yrkeskod legitimationsdatum utbildningsland aterkallelsedatum"
        )
        self.degrees = self._by_person("examina", "lopnr examenskod inriktning examensdatum examenstyp")
        self.certificates = self._by_person("specialistbevis", "lopnr specialitet bevisdatum utbildningsland")
        self.trainings = self._by_person("st_lakare", "lopnr specialitet startdatum avslutsdatum kommun")

    def _rows(self, table: str, columns: str, last: int | None = None) -> Iterator[tuple[Any, ...]]:
        return self.src.scan(table, columns, last).unique().collect().iter_rows()

    def _by_person(self, table: str, columns: str) -> dict[int, Rows]:
        found = defaultdict(list)
        for person, *row in self._rows(table, columns):
            found[person].append(tuple(row))
        return found

    def places(self, kommun: int | None) -> list[tuple[str, str]]:
        """Level and area of a municipality; the nation only, if it is not known."""
        nation = [("nation", "00")]
        if kommun is None:
            return nation
        return [("county", f"{kommun // 100:02}"), ("health_region", self.region[kommun]), *nation]

    def groups(self, person: int, year: int) -> dict[str, str]:
        """The groups that a person belongs to on 31 December, and the profession of each."""
        held = {
            profession
            for profession, since, _, until in self.licences.get(person, ())
            if since.year <= year and (until is None or until.year > year)
        }
        found = {profession: profession for profession in held}
        if "SJ" in held:
            degrees = self.degrees.get(person, ())
            if any(d == "SP" and kind == "Y" and on.year <= year for d, _, on, kind in degrees):
                found["SPS"] = "SJ"
            elif "BM" not in held:
                found["SJG"] = "SJ"
        if "LK" in held and any(
            s == "allmanmedicin" and on.year <= year for s, on, _ in self.certificates.get(person, ())
        ):
            found["ALM"] = "LK"
        return found

    def first_licence(self, person: int, profession: str) -> tuple[int, str]:
        """Year and country of education of the first licence for a profession."""
        order = ["SE", "EU", "ÖV"]
        mine = [(on, order.index(c), c) for p, on, c, _ in self.licences[person] if p == profession]
        on, _, country = min(mine)
        return on.year, country

    def stock(self, year: int) -> Iterator[tuple[int, int, int, dict[str, str]]]:
        """Person, municipality, age and groups of the stock of a year."""
        for person in self.licences:
            kommun = self.home.get((person, year))
            if kommun is None or person not in self.persons:
                continue
            age = year - self.persons[person][1]
            if age <= 74 and (groups := self.groups(person, year)):
                yield person, kommun, age, groups

    def employed(self, person: int, year: int) -> Any:
        """The row of the employment register of who is employed."""
        row = self.work.get((person, year))
        return row if row and row[0] == 1 else None

    def in_profession(self, person: int, year: int, profession: str) -> bool:
        """Whether employed in an occupation of the profession."""
        row = self.employed(person, year)
        return bool(row) and (profession, row[3]) in self.occupations

    def dead(self, person: int, year: int) -> bool:
        """Whether dead by 31 December."""
        on = self.persons[person][2] if person in self.persons else None
        return on is not None and on.year <= year


def in_care(row: Any) -> bool:
    """Whether an employed person's row is of SNI 86, 87 or 88."""
    return bool(row) and row[2] is not None and row[2][:2] in ("86", "87", "88")


def licensed_workforce(c: Country) -> Rows:
    """Section 1."""
    cells: dict[tuple[Any, ...], Counter[str]] = defaultdict(Counter)
    for year in c.years:
        for person, kommun, age, groups in c.stock(year):
            row = c.employed(person, year)
            band = next(
                b
                for most, b in ((34, "-34"), (44, "35-44"), (54, "45-54"), (64, "55-64"), (99, "65-74"))
                if age <= most
            )
            for group, profession in groups.items():
                values = {("total", "total"), ("sex", str(c.persons[person][0])), ("age_group", band)}
                values.add(("training_country", c.first_licence(person, profession)[1]))
                if group == "SPS":
                    for degree, which, on, kind in c.degrees[person]:
                        if degree == "SP" and kind == "Y" and on.year <= year:
                            values.add(("specialisation", which or "unknown"))
                if group == "LK" and c.src.has("specialister"):
                    mine = {s for s, on, _ in c.certificates.get(person, ()) if on.year <= year}
                    values |= {("specialty", s) for s in mine or {"none"}}
                for place in c.places(kommun):
                    for value in values:
                        counts = cells[year, *place, group, *value]
                        counts["licensed"] += 1
                        counts["employed"] += bool(row)
                        counts["in_health_care"] += in_care(row)
                        counts["in_profession"] += c.in_profession(person, year, profession)
    return [
        (*k, n["licensed"], n["employed"], n["in_health_care"], n["in_profession"]) for k, n in cells.items()
    ]


def workplace(c: Country) -> Rows:
    """Section 2."""
    cells: Counter[tuple[Any, ...]] = Counter()
    for year in c.years:
        for person, _, _, groups in c.stock(year):
            for group, profession in groups.items():
                if c.in_profession(person, year, profession):
                    row = c.work[person, year]
                    for place in c.places(row[1]):
                        cells[year, *place, group, "total"] += 1
                        cells[year, *place, group, row[4] or "unknown"] += 1
    people: Counter[tuple[Any, ...]] = Counter()
    for year, kommun, count in c.src.scan("folkmangd", "ar kommun antal").collect().iter_rows():
        for place in c.places(kommun):
            people[year, *place] += count
    rows = []
    for key, count in cells.items():
        inhabitants = people.get(key[:3])
        rows.append((*key, count, inhabitants, 100_000 * count / inhabitants if inhabitants else None))
    return rows


def demand_indicators(c: Country) -> Rows:
    """Section 3."""
    cells: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0, 0])

    def count(year: int, kommun: int, group: str, indicator: str, holds: bool) -> None:
        for place in c.places(kommun):
            cell = cells[year, *place, group, indicator]
            cell[0] += holds
            cell[1] += 1

    for year in c.years:
        for person, kommun, age, groups in c.stock(year):
            row = c.work.get((person, year))
            for group, profession in groups.items():
                if age <= 64 and row:
                    count(year, kommun, group, "unemployed", row[0] == 5 or row[5] > 0)
                since, country = c.first_licence(person, profession)
                if since == year:
                    count(year, kommun, group, "trained_abroad", country != "SE")
        if year - 1 in c.resident_years:
            for person, kommun, _, groups in c.stock(year - 1):
                if not c.dead(person, year):
                    for group in groups:
                        count(year, kommun, group, "left_country", (person, year) not in c.home)
    for degree, person, year, holds in _established(c):
        under: str | None = {"SP": "SPS"}.get(degree) or dict(
            r.seed("examina").drop_nulls("yrkeskod").select("examenskod", "yrkeskod").iter_rows()
        ).get(degree)
        if under:
            count(year, c.home[person, year], under, "established", holds)
    return [(*key, *cell) for key, cell in [*cells.items(), *_labour_demand(c).items()]]


def _established(c: Country) -> Iterator[tuple[str, int, int, bool]]:
    """Degree, person, year and whether established, of who is looked at, as the flow's reference has it."""
    programmes = r.Programmes.read(c.src, c.last)
    starts, first = r.beginners(c.src, programmes, c.last)
    people = r.with_dates(c.src, starts, r.read_licences(c.src, c.last), c.last)
    people = r.with_follow_up(people, r.Lives.read(c.src, people["lopnr"], c.last))
    looked_at = people.filter(pl.col("cohort") != first, pl.col("of_established_1y"))
    return looked_at.select("degree", "lopnr", "in_established_1y", "is_established_1y").iter_rows()


def _labour_demand(c: Country) -> dict[tuple[Any, ...], list[int]]:
    rows = c.src.scan("bedomningar", "ar lan yrkeskod erfarenhet bedomning").collect()
    delivered = c.src.tables.get("bedomningar")
    if delivered is None:
        return {}
    # The codes as delivered, beside those in force.
    asked = pl.read_csv(delivered.path, separator=";", infer_schema=False)["yrkeskod"]
    old = rows["yrkeskod"] != asked
    answers = defaultdict(list)
    for (year, county, profession, _, word), replaced in zip(rows.iter_rows(), old, strict=True):
        answers[year, county, profession].append((replaced, word))
    cells: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0, 0])
    for (year, county, profession), given in answers.items():
        kept = [word for replaced, word in given if not replaced] or [word for _, word in given]
        regions = sorted(region for region, counties in c.counties_of.items() if county in counties)
        for place in [*(("health_region", region) for region in regions), ("nation", "00")]:
            cell = cells[year, *place, profession, "labour_demand"]
            cell[0] += kept.count("brist") - kept.count("overskott")
            cell[1] += len(kept)
    return cells


def st_training(c: Country) -> Rows:
    """Section 5: specialist training."""
    cells: dict[tuple[Any, ...], Counter[str]] = defaultdict(Counter)

    def count(year: int, kommun: int, specialty: str, *kinds: str) -> None:
        for place in c.places(kommun):
            for kind in kinds:
                cells[year, *place, specialty][kind] += 1

    def latest(rows: Rows) -> tuple[Any, ...]:
        return min(rows, key=lambda row: (-row[1].toordinal(), row[0], f"{row[3]:04}"))

    for person, every in c.trainings.items():
        rows = [row for row in every if row[1].year <= c.last]
        certified = {s: on for s, on, _ in c.certificates.get(person, ()) if on.year <= c.last}
        is_woman = c.persons.get(person, [0])[0] == 2
        for specialty in {row[0] for row in rows} | {"total"} if rows else ():
            mine = [row for row in rows if specialty in ("total", row[0])]
            first = min(mine, key=lambda row: (row[1], row[0], f"{row[3]:04}"))
            count(first[1].year, first[3], specialty, "started")
            for year in range(first[1].year, c.last + 1):
                begun = [row for row in mine if row[1].year <= year]
                going_on = [
                    row
                    for row in begun
                    if (row[2] is None or row[2].year > year)
                    and not (row[0] in certified and certified[row[0]].year <= year)
                    and not c.dead(person, year)
                ]
                if going_on:
                    kinds = ["in_training", "women"] if is_woman else ["in_training"]
                    count(year, latest(going_on)[3], specialty, *kinds)
                newest = latest(begun)
                without = not any(on.year <= year for s, on in certified.items() if specialty in ("total", s))
                if newest[2] is not None and newest[2].year == year and without:
                    count(year, newest[3], specialty, "stopped")
            ready = [
                (certified[row[0]], row)
                for row in mine
                if row[0] in certified and row[1] <= certified[row[0]]
            ]
            if ready:
                on = min(day for day, _ in ready)
                count(on.year, latest([row for day, row in ready if day == on])[3], specialty, "completed")
    planned = _planned(c)
    names = ("in_training", "women", "started", "completed", "stopped")
    told = [(*key, *(n[name] for name in names), planned.get(key)) for key, n in cells.items()]
    return told + [(*key, *[None] * 5, n) for key, n in planned.items() if key[0] > c.last]


def _planned(c: Country) -> Counter[tuple[Any, ...]]:
    shared = {k for k in range(100) if sum(k in counties for counties in c.counties_of.values()) > 1}
    found: Counter[tuple[Any, ...]] = Counter()
    for year, county, specialty, posts in (
        c.src.scan("planerade_st", "ar lan specialitet antal").collect().iter_rows()
    ):
        regions = [
            region
            for region, counties in c.counties_of.items()
            if county in counties and not counties & shared
        ]
        places = [
            ("county", f"{county:02}"),
            ("nation", "00"),
            *(("health_region", region) for region in regions),
        ]
        for place in places:
            for name in (specialty, "total"):
                found[year, *place, name] += posts
    return found


def specialist_certificates(c: Country) -> Rows:
    """Section 5: certificates."""
    who, abroad = defaultdict(set), defaultdict(set)
    for person, rows in c.certificates.items():
        for specialty, on, country in rows:
            for name in (specialty, "total"):
                if on.year <= c.last:
                    who[on.year, name].add(person)
                    if country != "SE":
                        abroad[on.year, name].add(person)
    return [(*key, len(persons), len(abroad[key])) for key, persons in who.items()]


def physician_path(c: Country) -> Rows:
    """Section 5: the way from the degree."""
    cells: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0, 0])
    for person, degrees in c.degrees.items():
        mine = [on.year for degree, _, on, kind in degrees if degree == "LA" and kind == "Y"]
        if not mine or min(mine) > c.last:
            continue
        cohort = min(mine)
        events: dict[str, list[date]] = {
            "licence": [on for p, on, _, _ in c.licences.get(person, ()) if p == "LK"],
            "st_start": [row[1] for row in c.trainings.get(person, ())],
            "specialist": [row[1] for row in c.certificates.get(person, ())],
        }
        for step, (register, most) in STEPS.items():
            for years in range(most + 1):
                if c.src.has(register) and cohort + years <= c.last:
                    cell = cells[cohort, step, years]
                    cell[0] += any(on.year - cohort <= years for on in events[step])
                    cell[1] += 1
    return [(*key, *cell) for key, cell in cells.items()]


def career_moves(c: Country) -> Rows:
    """Section 6."""
    cells: Counter[tuple[Any, ...]] = Counter()
    for year in c.years:
        for person, _, age, groups in c.stock(year):
            for group, profession in groups.items():
                if not c.in_profession(person, year, profession):
                    continue
                row = c.work[person, year]
                for k in SPANS:
                    if year + k in c.years:
                        state = _state(c, person, year + k, profession, row, age + k)
                        cells[year, k, group, row[4] or "unknown", state] += 1
    return [(*key, count) for key, count in cells.items()]


def _state(c: Country, person: int, year: int, profession: str, before: Any, age: int) -> str:
    if c.dead(person, year):
        return "dead"
    if (person, year) not in c.home:
        return "abroad"
    row = c.employed(person, year)
    if c.in_profession(person, year, profession):
        counties = [r[1] and r[1] // 100 for r in (before, row)]
        if counties[0] != counties[1]:
            return "other_county"
        return "same" if before[4] == row[4] else "other_sector"
    if row:
        return "other_health_care" if in_care(row) else "other_work"
    return "retired" if age >= 65 else "not_employed"


def compute(raw: Path) -> dict[str, pl.DataFrame]:
    """Every table of licensed persons from the deliveries in `raw`."""
    c = Country(raw)
    return {
        name: pl.DataFrame(globals()[name](c), schema=columns.split(), orient="row", infer_schema_length=None)
        for name, columns in COLUMNS.items()
    }


if __name__ == "__main__":
    for table, frame in compute(Path(sys.argv[1])).items():
        print(f"{table}: {frame.height:,} rows")
