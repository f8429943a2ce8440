"""All result tables of Vårdflöde, written by hand in Polars, straight from the deliveries.

A second opinion: nothing here is shared with the warehouse except the code lists. It is the yardstick of
`benchmark/run.py` and an oracle in the tests. It follows the definitions only, and trusts the deliveries:
exact copies of rows are dropped, no other row is judged.

    python -m benchmark.reference RAW OUT     # one Parquet file per result table
"""

import codecs
import csv
import json
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import reduce
from itertools import groupby
from operator import add, or_
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

SEEDS = Path(__file__).parents[1] / "dbt" / "seeds"

# Codes of digits only are read as numbers (kommun 0180 is 180, its county 1): they are of fixed length, so
# nothing is lost, and numbers are quicker to join than text. `lopnr` is treated in `_typed`.
INTEGERS = {
    *("ar", "alder", "antal", "antal_adenom", "antal_cekum", "antal_screening", "arblosdagar", "ast_kommun"),
    *("avgangsar", "fodelsear", "forvink", "giltig_fran", "giltig_till", "kommun", "kon", "lan", "prioritet"),
    *("ssyk2012", "studieort_kommun", "syssstat", "termin"),
}
DATES = {
    *("legitimationsdatum", "examensdatum", "aterkallelsedatum", "avlidendatum", "bevisdatum"),
    *("startdatum", "avslutsdatum"),
}

TEXT, INT, NUM, YES_NO = pl.String, pl.Int64, pl.Float64, pl.Boolean
SCHEMAS: dict[str, dict[str, Any]] = {
    "flow_measures": {
        **{"degree_code": TEXT, "cohort_year": INT, "breakdown": TEXT, "breakdown_value": TEXT},
        **{"measure": TEXT, "numerator": INT, "denominator": INT, "mature": YES_NO, "series_break": YES_NO},
    },
    "applicants": {
        **{"degree_code": TEXT, "cohort_year": INT, "breakdown": TEXT, "breakdown_value": TEXT},
        **{"applicants": INT, "first_choice": INT, "admitted": INT, "mature": YES_NO},
    },
    "mobility": {
        **{"degree_code": TEXT, "cohort_year": INT, "home_county": TEXT, "study_county": TEXT},
        **{"work_county": TEXT, "mobility": TEXT, "persons": INT},
    },
    "specialisation": {
        **{"cohort_year": INT, "specialisation": TEXT, "measure": TEXT, "numerator": INT, "denominator": INT},
    },
    "specialisation_county": {
        **{"cohort_year": INT, "specialisation": TEXT, "event": TEXT, "county": TEXT, "persons": INT},
    },
    "colonoscopy": {
        **{"year": INT, "level": TEXT, "area": TEXT, "population": INT, "colonoscopies": INT},
        **{"private": INT, "screening": INT, "caecum": INT, "adenoma": INT, "covered": INT},
        **{"endoscopists": INT, "over_60": INT, "trainees": INT, "incidence_pct": NUM, "gap": NUM},
        **{"private_share": NUM, "screening_share": NUM, "over_60_share": NUM, "per_endoscopist": NUM},
        **{"caecal_intubation_pct": NUM, "adenoma_detection_pct": NUM, "register_coverage_pct": NUM},
    },
    "staff_density": {
        **{"year": INT, "area": TEXT, "profession_code": TEXT, "shared_with": TEXT, "sex": TEXT},
        **{"employees": INT},
        **{"population": INT, "per_100k": NUM, "series_break": YES_NO},
    },
    "region_survey": {
        **{"year": INT, "county": TEXT, "profession_code": TEXT, "experience": TEXT, "assessment": TEXT},
    },
    "region_survey_summary": {
        **{"year": INT, "level": TEXT, "area": TEXT, "profession_code": TEXT, "experience": TEXT},
        **{"shortage": INT, "balance": INT, "surplus": INT, "no_answer": INT},
    },
    "hired_staff": {
        **{"year": INT, "level": TEXT, "area": TEXT, "staff_group": TEXT, "hired_cost_tkr": INT},
        **{"own_cost_tkr": INT, "hired_share_pct": NUM, "hired_of_total_pct": NUM, "counties": INT},
    },
    "sick_leave": {
        **{"year": INT, "level": TEXT, "area": TEXT, "staff_group": TEXT, "absent_hours": INT},
        **{"ordinary_hours": INT, "sick_leave_pct": NUM, "counties": INT},
    },
    "paid_training": {
        **{"year": INT, "level": TEXT, "area": TEXT, "form": TEXT, "persons": INT, "counties": INT},
    },
    "capacity_help": {
        **{"year": INT, "month": INT, "from_unit": TEXT, "to_unit": TEXT, "colonoscopies": INT},
    },
    "capacity_balance": {
        **{"year": INT, "month": INT, "unit": TEXT, "county": TEXT, "health_region": TEXT, "lack": INT},
        **{"room": INT, "unmet": INT},
    },
    "plan_followup": {
        **{"year": INT, "measure": TEXT, "not_started": INT, "under_way": INT, "completed": INT},
    },
}
KEYS: dict[str, list[str]] = {
    "flow_measures": ["degree_code", "cohort_year", "breakdown", "breakdown_value", "measure"],
    "applicants": ["degree_code", "cohort_year", "breakdown", "breakdown_value"],
    "mobility": ["degree_code", "cohort_year", "home_county", "study_county", "work_county"],
    "specialisation": ["cohort_year", "specialisation", "measure"],
    "specialisation_county": ["cohort_year", "specialisation", "event", "county"],
    "colonoscopy": ["year", "level", "area"],
    "staff_density": ["year", "area", "profession_code", "sex"],
    "region_survey": ["year", "county", "profession_code", "experience"],
    "region_survey_summary": ["year", "level", "area", "profession_code", "experience"],
    "hired_staff": ["year", "level", "area", "staff_group"],
    "sick_leave": ["year", "level", "area", "staff_group"],
    "paid_training": ["year", "level", "area", "form"],
    "capacity_help": ["year", "month", "from_unit", "to_unit"],
    "capacity_balance": ["year", "month", "unit"],
    "plan_followup": ["year", "measure"],
}

Ints = npt.NDArray[Any]
Flags = npt.NDArray[np.bool_]


# --- Deliveries -----------------------------------------------------------------------------------


@dataclass
class File:
    """One delivered file and how its bytes are spelt."""

    path: Path
    encoding: str

    def source(self) -> Path | bytes:
        """The file as UTF-8: the path itself where possible, else its bytes decoded."""
        if codecs.lookup(self.encoding).name in ("utf-8", "utf-8-sig", "ascii"):
            return self.path
        content = self.path.read_bytes()
        return content if content.isascii() else content.decode(self.encoding).encode()


@dataclass
class Deliveries:
    """What is in force: the newest delivery of each table, and of each year of a yearly table."""

    raw: Path
    tables: dict[str, File] = field(default_factory=dict)
    years: dict[str, dict[int, File]] = field(default_factory=dict)
    reaches: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Read every `leverans.json`, oldest first, so that a newer file takes an older one's place."""
        for manifest in sorted(self.raw.glob("*/*/leverans.json"), key=lambda m: m.parent.name):
            delivery = json.loads(manifest.read_text("utf-8-sig"))
            self.reaches[delivery["register"]] = int(delivery["avser_till"][:4])
            for entry in delivery["filer"]:
                file = File(manifest.parent / entry["fil"], delivery.get("teckenkodning") or "utf-8")
                table = entry["tabell"]
                if table in ("folkbokforing", "sysselsattning"):
                    year = re.search(r"_(\d{4})\.\w+$", entry["fil"])
                    assert year, f"{file.path}: no year in the name of a file of a yearly table"
                    self.years.setdefault(table, {})[int(year[1])] = file
                else:
                    self.tables[table] = file

    def has(self, register: str) -> bool:
        """Whether the register has been delivered at all."""
        return register in self.reaches

    def last_year(self) -> int:
        """`L`: no figure on persons goes beyond the register that ends first."""
        return min(self.reaches[r] for r in ("hreg", "hosp", "rtb", "bas") if r in self.reaches)

    def observed(self, table: str, last: int) -> list[int]:
        """The years up to `last` that a yearly table has."""
        return sorted(year for year in self.years.get(table, {}) if year <= last)

    def scan(self, table: str, columns: str, last: int | None = None) -> pl.LazyFrame:
        """The named columns of a table, typed; of a yearly table the years up to `last`."""
        names = columns.split()
        if last is not None:
            files = [self.years[table][year] for year in self.observed(table, last)]
        else:
            files = [self.tables[table]] if table in self.tables else []
        frames = []
        # Files that spell their header alike are read in one scan, so that they are read side by side.
        for (parquet, _), same in groupby(sorted(files, key=_kind), key=_kind):
            sources: list[Any] = [file.path if parquet else file.source() for file in same]
            if parquet:
                frames += [pl.scan_parquet(source) for source in sources]
            else:
                frames.append(_scan_csv(sources, names))
        if not frames:
            frames = [pl.LazyFrame(schema=dict.fromkeys(names, pl.String))]
        return _recoded(pl.concat([_typed(frame, names) for frame in frames]), names)


def _kind(file: File) -> tuple[bool, bytes]:
    """Parquet or CSV, and the CSV's header line: what must be equal for files to share a scan."""
    if file.path.suffix.lower() == ".parquet":
        return True, b""
    with file.path.open("rb") as lines:
        return False, file.encoding.lower().encode() + lines.readline()


def _scan_csv(sources: list[Any], names: list[str]) -> pl.LazyFrame:
    types: dict[str, Any] = dict.fromkeys(INTEGERS.intersection(names), pl.Int32)
    types |= dict.fromkeys(DATES.intersection(names), pl.Date)
    # null_values: a quoted empty field is as missing as a bare one.
    return pl.scan_csv(sources, separator=";", infer_schema=False, schema_overrides=types, null_values=[""])


def _typed(frame: pl.LazyFrame, names: list[str]) -> pl.LazyFrame:
    """Every column of the same type, whatever the file was; `lopnr` as one number.

    Person numbers are text of 6-9 digits (007 is not 7): the length goes into the number's billions.
    """
    schema = frame.collect_schema()
    columns: list[pl.Expr] = []
    for name in names:
        column = pl.col(name)
        if name == "lopnr":
            column = column.cast(pl.String)
            length = column.str.len_bytes().cast(pl.UInt32) - 6
            columns.append((column.cast(pl.UInt32) + length * 1_000_000_000).alias(name))
        elif name in INTEGERS:
            columns.append(column.cast(pl.Int32))
        elif name in DATES:
            text = schema[name] == pl.String
            columns.append(column.str.to_date("%Y-%m-%d") if text else column.cast(pl.Date))
        else:
            columns.append(column.cast(pl.String))
    return frame.select(columns)


# Which columns are coded by a list whose codes have been replaced.
CODED = {
    **dict.fromkeys(("kommun", "ast_kommun", "studieort_kommun"), "kommuner"),
    **{"lan": "lan", "larosate": "larosaten", "yrkeskod": "yrken"},
}


def _recoded(frame: pl.LazyFrame, names: list[str]) -> pl.LazyFrame:
    """Replaced codes as those in force (no code was used again, so the row's time need not be asked)."""
    changes = seed("kodandringar").drop_nulls("ersatt_av")
    columns = []
    for name in CODED.keys() & names:
        of = changes.filter(pl.col("kodlista") == CODED[name])
        newer = dict(of.select("kod", "ersatt_av").iter_rows())
        if CODED[name] == "yrken":
            newer |= dict(seed("yrken").drop_nulls("ersatt_av").select("yrkeskod", "ersatt_av").iter_rows())
        if name in INTEGERS:
            newer = {int(code): int(now) for code, now in newer.items()}
        if newer:
            columns.append(pl.col(name).replace(newer))
    return frame.with_columns(columns)


def seed(name: str) -> pl.DataFrame:
    """A code list, as text, with an empty field as missing."""
    return pl.read_csv(SEEDS / f"{name}.csv", separator=";", infer_schema=False, null_values=[""])


def breaks(register: str) -> list[int]:
    """The years in which a series of the register breaks."""
    rows = seed("tidsseriebrott").filter(pl.col("register") == register)
    return sorted(int(year) for year in rows["ar"])


# --- Time -----------------------------------------------------------------------------------------
# A term is counted in half-years: 2 x year, plus 1 for the autumn. So terms can be added, and compared.


def term_number(term: str) -> pl.Expr:
    """`YYYYT` as a number of half-years."""
    return pl.col(term) // 10 * 2 + pl.col(term) % 10 - 1


def term_of(date: str) -> pl.Expr:
    """The half-year that a date lies in."""
    return pl.col(date).dt.year() * 2 + (pl.col(date).dt.month() >= 7).cast(pl.Int32)


def first_day(term: pl.Expr) -> pl.Expr:
    """1 January or 1 July."""
    return pl.date(term // 2, 1 + term % 2 * 6, 1)


def academic_year(term: str) -> pl.Expr:
    """The läsår of a half-year: the spring belongs to the year before."""
    return (pl.col(term) - 1) // 2


# --- Persons on their way -------------------------------------------------------------------------


@dataclass
class Programmes:
    """What programme codes mean: a number for each (institution, code), and its meaning term by term."""

    codes: pl.DataFrame  # larosate, programkod, code: numbered in byte order, which decides ties
    meaning: pl.DataFrame  # code, term, degree, inriktning, study_county

    @classmethod
    def read(cls, src: Deliveries, last: int) -> "Programmes":
        """Spread each interval over its terms; where several hold a term, the one that began last counts."""
        columns = "larosate programkod examenskod inriktning studieort_kommun giltig_fran giltig_till"
        program = src.scan("program", columns).collect()
        codes = program.select("larosate", "programkod").unique().sort("larosate", "programkod")
        codes = codes.with_row_index("code")
        end = pl.min_horizontal(term_number("giltig_till").fill_null(last * 2 + 1), last * 2 + 1)
        start = pl.max_horizontal(term_number("giltig_fran"), 1900 * 2)
        meaning = (
            program.join(codes, on=["larosate", "programkod"])
            .filter(start <= end)
            .select(
                "code",
                pl.int_ranges(start, end + 1, dtype=pl.Int32).alias("term"),
                pl.col("examenskod").alias("degree"),
                "inriktning",
                (pl.col("studieort_kommun") // 100).alias("study_county"),
                "giltig_fran",
            )
            .explode("term")
            .sort("giltig_fran")
            .unique(["code", "term"], keep="last", maintain_order=True)
            .filter(pl.col("degree") != "XX")
            .drop("giltig_fran")
        )
        return cls(codes, meaning)


def beginners(src: Deliveries, programmes: Programmes, last: int) -> tuple[pl.DataFrame, int | None]:
    """Everyone who began towards a degree, once each; and the first läsår of the registrations."""
    registrations = (
        src.scan("registreringar", "lopnr larosate programkod termin")
        .select("lopnr", "larosate", "programkod", term_number("termin").alias("term"))
        .filter(pl.col("term") // 2 <= last)
    )
    known = registrations.join(programmes.codes.lazy(), on=["larosate", "programkod"])
    # Person and programme in one number: grouping by it is several times quicker than by two columns.
    first_terms = known.group_by(pl.col("lopnr").cast(pl.UInt64) * 2**32 + pl.col("code")).agg(
        pl.col("term").min()
    )
    earliest, first = pl.collect_all([registrations.select(pl.col("term").min()), first_terms])
    first_term = earliest.item()
    starts = (
        first.lazy()
        .select(
            (pl.col("lopnr") // 2**32).cast(pl.UInt32).alias("lopnr"),
            (pl.col("lopnr") % 2**32).cast(pl.UInt32).alias("code"),
            pl.col("term").alias("start"),
        )
        .join(programmes.meaning.lazy(), left_on=["code", "start"], right_on=["code", "term"])
        # `code` is numbered by institution and programme code in byte order: the tie rule.
        .sort("start", "code")
        .unique(["lopnr", "degree"], keep="first", maintain_order=True)
        .join(programmes.codes.lazy().select("code", pl.col("larosate").alias("institution")), on="code")
        .drop("code")
        .with_columns(first_day(pl.col("start")).alias("start_day"), academic_year("start").alias("cohort"))
        .collect()
    )
    return starts, None if first_term is None else (first_term - 1) // 2


def with_dates(src: Deliveries, starts: pl.DataFrame, licences: pl.LazyFrame, last: int) -> pl.DataFrame:
    """Add what each beginner did: earlier degree, the degree, general degree, licence, entry year."""
    degrees = (
        src.scan("examina", "lopnr examenskod examensdatum examenstyp")
        .filter(pl.col("examensdatum").dt.year() <= last)
        .collect()
        .lazy()
    )
    begun = starts.lazy().select("lopnr", "degree", "start_day")
    list_ = seed("examina").select(
        pl.col("examenskod").alias("degree"),
        pl.col("nominella_terminer").cast(pl.Int32).alias("nominal"),
        pl.col("yrkeskod").alias("profession"),
    )
    typ, date = pl.col("examenstyp"), pl.col("examensdatum")
    by_person = degrees.group_by("lopnr").agg(
        date.min().alias("first_degree"), date.filter(typ == "G").max().alias("last_general")
    )
    own_degree = (
        degrees.filter(typ == "Y")
        .join(begun, left_on=["lopnr", "examenskod"], right_on=["lopnr", "degree"])
        .filter(date >= pl.col("start_day"))
        .group_by("lopnr", pl.col("examenskod").alias("degree"))
        .agg(date.min().alias("degree_date"))
    )
    own_licence = (
        licences.join(begun.join(list_.lazy(), on="degree"), on=["lopnr", "profession"])
        .filter(pl.col("licence_date") >= pl.col("start_day"))
        .group_by("lopnr", "degree")
        .agg(pl.col("licence_date").min())
    )
    graduate = pl.col("degree_date").is_not_null()
    leads_to_licence = pl.col("profession").is_not_null()
    entry_date = pl.when(leads_to_licence).then(pl.col("licence_date")).otherwise(pl.col("degree_date"))
    return (
        starts.lazy()
        .join(list_.lazy(), on="degree")
        .join(by_person, on="lopnr", how="left")
        .join(own_degree, on=["lopnr", "degree"], how="left")
        .join(own_licence, on=["lopnr", "degree"], how="left")
        .with_columns(
            (pl.col("first_degree") < pl.col("start_day")).fill_null(False).alias("prior_degree"),
            graduate.alias("graduate"),
            (graduate & (pl.col("last_general") >= pl.col("start_day")).fill_null(False)).alias("general"),
            (graduate & pl.col("licence_date").is_not_null()).alias("licensed"),
            (graduate & leads_to_licence).alias("may_be_licensed"),
            pl.col("degree_date").dt.year().alias("degree_year"),
            pl.when(graduate).then(entry_date.dt.year()).alias("entry_year"),
        )
        .collect()
    )


def read_licences(src: Deliveries, last: int) -> pl.LazyFrame:
    """Licences up to `last`."""
    return (
        src.scan("legitimationer", "lopnr yrkeskod legitimationsdatum utbildningsland")
        .filter(pl.col("legitimationsdatum").dt.year() <= last)
        .select(
            "lopnr",
            pl.col("yrkeskod").alias("profession"),
            pl.col("legitimationsdatum").alias("licence_date"),
            (pl.col("utbildningsland") == "SE").alias("swedish"),
        )
        .collect()
        .lazy()
    )


# --- Where they live and work, year by year -------------------------------------------------------


class Grid:
    """One small number per person and year: the quickest way to ask for many years of the same persons.

    The two yearly tables hold nine tenths of all rows, and each person is asked for in up to nine years. A
    join for each would build nine large hash tables; here every row is put in its place once. A last column
    stays zero: it answers for years that lie outside the table, or are not known.
    """

    def __init__(self, persons: int, years: list[int], dtype: type) -> None:
        """An empty grid over the years from first to last."""
        self.first = years[0] if years else 0
        self.width = (years[-1] - self.first + 1 if years else 0) + 1
        self.cells: Ints = np.zeros(persons * self.width, dtype)

    def put(self, person: Ints, year: Ints, value: Ints) -> None:
        """Set the values; an exact copy of a row sets the same value again."""
        self.cells[person * self.width + (year - self.first)] = value

    def at(self, person: Ints, year: Ints) -> Ints:
        """The value of each person in each year, 0 where there is none."""
        place = year - self.first
        place = np.where((place >= 0) & (place < self.width - 1), place, self.width - 1)
        return self.cells[person * self.width + place]


@dataclass
class Lives:
    """County of residence, and work in November, of the persons followed."""

    persons: pl.DataFrame  # lopnr, person
    home: Grid  # county, 0 = not resident
    employed: Grid  # 0 no, 1 employed, 2 also established
    occupation: Grid
    work_county: Grid
    resident_years: list[int]
    work_years: list[int]  # both tables have the year
    income_years: list[int]  # and there is an income limit

    @classmethod
    def read(cls, src: Deliveries, lopnr: pl.Series, last: int) -> "Lives":
        """Read both yearly tables once, only for the persons in `lopnr`."""
        persons = pl.DataFrame({"lopnr": lopnr.unique()}).with_row_index("person")
        persons = persons.with_columns(pl.col("person").cast(pl.Int64))
        resident_years = src.observed("folkbokforing", last)
        employed_years = src.observed("sysselsattning", last)
        limits = seed("etableringsgrans").select(pl.all().exclude("kalla").cast(pl.Int32))
        work_years = sorted(set(resident_years) & set(employed_years))

        def grid(years: list[int], dtype: type) -> Grid:
            return Grid(persons.height, years, dtype)

        lives = cls(
            persons,
            home=grid(resident_years, np.uint8),
            employed=grid(employed_years, np.uint8),
            occupation=grid(employed_years, np.uint16),
            work_county=grid(employed_years, np.uint8),
            resident_years=resident_years,
            work_years=work_years,
            income_years=sorted(set(work_years) & set(limits["ar"])),
        )
        if resident_years:
            rows = (
                src.scan("folkbokforing", "lopnr ar kommun", last)
                .join(persons.lazy(), on="lopnr")
                .select("person", "ar", (pl.col("kommun") // 100).cast(pl.UInt8).alias("county"))
                .collect()
            )
            lives.home.put(*(rows[name].to_numpy() for name in rows.columns))
        if employed_years:
            established = (
                (pl.col("forvink") * 100 > pl.col("inkomstgrans_kr")) & (pl.col("arblosdagar") == 0)
            ).fill_null(False)
            rows = (
                src.scan("sysselsattning", "lopnr ar syssstat ast_kommun ssyk2012 forvink arblosdagar", last)
                .filter(pl.col("syssstat") == 1)
                .join(persons.lazy(), on="lopnr")
                .join(limits.lazy(), on="ar", how="left")
                .select(
                    "person",
                    "ar",
                    (established.cast(pl.UInt8) + 1).alias("employed"),
                    pl.col("ssyk2012").fill_null(0).cast(pl.UInt16),
                    (pl.col("ast_kommun") // 100).fill_null(0).cast(pl.UInt8),
                )
                .collect()
            )
            person, year, *values = (rows[name].to_numpy() for name in rows.columns)
            for target, value in zip(
                (lives.employed, lives.occupation, lives.work_county), values, strict=True
            ):
                target.put(person, year, value)
        return lives

    def of(self, frame: pl.DataFrame) -> Ints:
        """The place of each row's person in the grids."""
        return frame.join(self.persons, on="lopnr", how="left", maintain_order="left")["person"].to_numpy()


def years_of(column: pl.Series) -> Ints:
    """Years as an array, -1000 where there is none (no table has that year, nor any within reach)."""
    return column.cast(pl.Int64).fill_null(-1000).to_numpy()


def listed_occupations(degrees: pl.Series) -> tuple[Ints, Flags]:
    """The number of each row's degree, and for each degree number and occupation whether it is listed."""
    codes = degrees.unique().sort().to_list()
    number = degrees.cast(pl.Enum(codes)).to_physical().cast(pl.Int64).to_numpy()
    listed = np.zeros((len(codes), 10_000), np.bool_)
    for degree, occupation in seed("examen_ssyk").select("examenskod", "ssyk2012").iter_rows():
        if degree in codes:
            listed[codes.index(degree), int(occupation)] = True
    return number, listed


def with_follow_up(people: pl.DataFrame, lives: Lives) -> pl.DataFrame:
    """Add denominator (`of_`), numerator (`is_`) and year (`in_`) of each measure of what comes after."""
    person = lives.of(people)
    entry = years_of(people["entry_year"])
    degree, listed = listed_occupations(people["degree"])

    def at_work(year: Ints) -> Flags:
        """Resident and employed; an employed person who has left the country is not counted as working."""
        return (lives.home.at(person, year) > 0) & (lives.employed.at(person, year) > 0)

    def in_profession(year: Ints) -> Flags:
        return at_work(year) & listed[degree, lives.occupation.at(person, year)]

    columns: dict[str, Ints] = {}

    def measure(name: str, denominator: Flags, numerator: Flags, year: Ints) -> Flags:
        columns[f"of_{name}"] = denominator
        columns[f"is_{name}"] = denominator & numerator
        columns[f"in_{name}"] = year
        return columns[f"is_{name}"]

    year = entry + 1
    observed = np.isin(year, lives.work_years)
    resident = measure(
        "resident_1y", np.isin(year, lives.resident_years), lives.home.at(person, year) > 0, year
    )
    employed = measure("employed_1y", resident & observed, at_work(year), year)
    active = measure("in_profession_1y", employed, in_profession(year), year)
    for k in (1, 3, 5, 10):
        later = year + k
        measure(f"retained_{k}y", active & np.isin(later, lives.work_years), in_profession(later), later)
    year = years_of(people["degree_year"]) + 1
    measure(
        "established_1y",
        np.isin(year, lives.income_years) & (lives.home.at(person, year) > 0),
        lives.employed.at(person, year) == 2,
        year,
    )
    columns["work_county"] = lives.work_county.at(person, entry + 1)
    columns["home_county"] = lives.home.at(person, people["start"].to_numpy() // 2 - 1)
    return people.with_columns(pl.Series(name, values) for name, values in columns.items())


# --- The flow -------------------------------------------------------------------------------------

FOLLOW_UP = {
    **{"resident_1y": 2, "employed_1y": 2, "in_profession_1y": 2, "established_1y": 2},
    **{f"retained_{k}y": 2 + k for k in (1, 3, 5, 10)},
}
# Years beyond nominal length and three years that a cohort needs to be mature; None: only its own läsår.
MATURE_AFTER: dict[str, int | None] = {
    **{"beginners": None, "prior_degree": None, "graduates": 0, "graduates_nominal_plus_3y": 0},
    **{"general_degree": 0, "licensed": 1, **FOLLOW_UP},
}


def with_attributes(src: Deliveries, people: pl.DataFrame) -> pl.DataFrame:
    """Add the attributes that other registers know: sex, age group, upper-secondary programme."""
    start_year = pl.col("start") // 2
    age = start_year - pl.col("fodelsear")
    age_group = (
        pl.when(age <= 21)
        .then(pl.lit("-21"))
        .when(age <= 24)
        .then(pl.lit("22-24"))
        .when(age <= 29)
        .then(pl.lit("25-29"))
        .when(age <= 34)
        .then(pl.lit("30-34"))
        .when(age >= 35)
        .then(pl.lit("35-"))
    )
    schools = (
        src.scan("avgangna", "lopnr avgangsar gymnasieprogram")
        .join(people.lazy().select("lopnr", "degree", "start"), on="lopnr")
        .filter(pl.col("avgangsar") <= start_year)
        .group_by("lopnr", "degree")
        .agg(pl.col("gymnasieprogram").sort_by("avgangsar").last().alias("upper_secondary"))
    )
    return (
        people.lazy()
        .join(read_persons(src), on="lopnr", how="left")
        .join(schools, on=["lopnr", "degree"], how="left")
        .with_columns(age_group.alias("age_group"))
        .collect()
    )


def read_persons(src: Deliveries) -> pl.LazyFrame:
    """Sex and year of birth, one row a person."""
    return src.scan("personer", "lopnr kon fodelsear").unique("lopnr").rename({"kon": "sex"})


def county_code(column: str) -> pl.Expr:
    """A county number as its two digits; missing where there is none."""
    county = pl.col(column)
    return pl.when(county > 0).then(county.cast(pl.String).str.zfill(2))


def flow_measures(people: pl.DataFrame, last: int, has_licences: bool) -> pl.DataFrame:
    """Every measure by degree, cohort and one attribute at a time, from one row per person and degree."""
    plus_3y = pl.col("start") + pl.col("nominal") + 6
    passed = plus_3y <= (last + 1) * 2
    everyone = pl.lit(True)
    counts: dict[str, tuple[pl.Expr, pl.Expr]] = {
        "beginners": (everyone, everyone),
        "prior_degree": (everyone, pl.col("prior_degree")),
        "graduates": (everyone, pl.col("graduate")),
        "graduates_nominal_plus_3y": (
            passed,
            passed & (pl.col("degree_date") < first_day(plus_3y)).fill_null(False),
        ),
        "general_degree": (pl.col("graduate"), pl.col("general")),
        # Without a register of licences nobody's licence can be seen: no row, not a zero.
        **({"licensed": (pl.col("may_be_licensed"), pl.col("licensed"))} if has_licences else {}),
        **{name: (pl.col(f"of_{name}"), pl.col(f"is_{name}")) for name in FOLLOW_UP},
    }
    # A row is flagged when the follow-up years of its denominator lie on both sides of a break of the
    # employment register. The follow-up year is the one whose answer is counted: e+1, g+1, for retained_k
    # e+1+k. What is counted in other registers (degrees, licences, residence) has no break. So: count the
    # breaks behind each follow-up year, and see whether the smallest and the largest of a row differ.
    broken = [name for name in FOLLOW_UP if name != "resident_1y"]
    years = breaks("bas")

    def breaks_behind(name: str) -> pl.Expr:
        behind = [(pl.col(f"in_{name}") >= year).cast(pl.UInt8) for year in years]
        return pl.when(pl.col(f"of_{name}")).then(reduce(add, behind, pl.lit(0, pl.UInt8)))

    work = people.select(
        *("degree", "cohort", "sex", "age_group", "institution", "study_county", "home_county"),
        *("upper_secondary", "inriktning", pl.col("prior_degree").alias("prior"), "nominal"),
        *(of.alias(f"of_{name}") for name, (of, _) in counts.items()),
        *(is_.alias(f"is_{name}") for name, (_, is_) in counts.items()),
        *(breaks_behind(name).alias(f"in_{name}") for name in broken),
    )
    yes_no = pl.when(pl.col("value")).then(pl.lit("yes")).otherwise(pl.lit("no"))
    breakdowns: dict[str, tuple[pl.Expr, pl.Expr]] = {
        "total": (pl.lit("total"), pl.col("value")),
        "sex": (pl.col("sex"), pl.col("value").cast(pl.String)),
        "age_group": (pl.col("age_group"), pl.col("value")),
        "institution": (pl.col("institution"), pl.col("value")),
        "study_county": (pl.col("study_county"), county_code("value")),
        "home_county": (pl.col("home_county"), county_code("value")),
        "upper_secondary": (pl.col("upper_secondary"), pl.col("value")),
        "prior_degree": (pl.col("prior"), yes_no),
        "specialisation": (pl.col("inriktning"), pl.col("value")),
    }
    sums = [
        pl.col("nominal").first(),
        *(pl.col(f"of_{name}").sum() for name in counts),
        *(pl.col(f"is_{name}").sum() for name in counts),
        *(
            (pl.col(f"in_{name}").min() < pl.col(f"in_{name}").max()).fill_null(False).alias(f"in_{name}")
            for name in broken
        ),
    ]
    wide = pl.concat(
        pl.collect_all(
            [
                (work.lazy().filter(pl.col("degree") == "SP") if name == "specialisation" else work.lazy())
                .group_by("degree", "cohort", key.alias("value"))
                .agg(sums)
                .with_columns(pl.lit(name).alias("breakdown"), text.fill_null("unknown").alias("value"))
                for name, (key, text) in breakdowns.items()
            ]
        )
    )
    nominal_years = (pl.col("nominal") + 1) // 2

    def rows(name: str) -> pl.DataFrame:
        after = MATURE_AFTER[name]
        mature = pl.col("cohort") + (1 if after is None else nominal_years + 3 + after) <= pl.lit(last)
        return wide.filter(pl.col(f"of_{name}") > 0).select(
            pl.col("degree").alias("degree_code"),
            pl.col("cohort").alias("cohort_year"),
            "breakdown",
            pl.col("value").alias("breakdown_value"),
            pl.lit(name).alias("measure"),
            pl.col(f"is_{name}").alias("numerator"),
            pl.col(f"of_{name}").alias("denominator"),
            mature.alias("mature"),
            (pl.col(f"in_{name}") if name in broken else pl.lit(False)).alias("series_break"),
        )

    return pl.concat([rows(name) for name in counts])


def mobility(people: pl.DataFrame) -> pl.DataFrame:
    """Home, study and work county of those employed the year after entry, where all three are known."""
    home, study, work = pl.col("home_county"), pl.col("study_county"), pl.col("work_county")
    kind = (
        pl.when((home == study) & (study == work))
        .then(pl.lit("stayed"))
        .when(work == home)
        .then(pl.lit("returned"))
        .when(work == study)
        .then(pl.lit("retained"))
        .when(home == study)
        .then(pl.lit("left"))
        .otherwise(pl.lit("moved_on"))
    )
    return (
        people.filter(pl.col("is_employed_1y") & (home > 0) & (work > 0))
        .group_by("degree", "cohort", "home_county", "study_county", "work_county")
        .agg(pl.len().alias("persons"))
        .select(
            pl.col("degree").alias("degree_code"),
            pl.col("cohort").alias("cohort_year"),
            *(county_code(name).alias(name) for name in ("home_county", "study_county", "work_county")),
            kind.alias("mobility"),
            "persons",
        )
    )


# --- Applicants -----------------------------------------------------------------------------------


def read_applications(src: Deliveries, programmes: Programmes, last: int) -> pl.DataFrame:
    """Applications to programmes that lead to one of the degrees, by what the code means in that term."""
    return (
        src.scan("ansokningar", "lopnr termin larosate programkod prioritet antagen")
        .with_columns(term_number("termin").alias("term"))
        .filter(pl.col("term") // 2 <= last)
        # Read first: planned as one query, the two joins grow past any memory on the whole country.
        .collect()
        .lazy()
        .join(programmes.codes.lazy(), on=["larosate", "programkod"])
        .join(programmes.meaning.lazy().select("code", "term", "degree"), on=["code", "term"])
        .select(
            *("lopnr", "degree", "term", academic_year("term").alias("cohort")),
            pl.col("larosate").alias("institution"),
            (pl.col("prioritet") == 1).alias("first_choice"),
            (pl.col("antagen") == "J").alias("admitted"),
        )
        .collect()
    )


def applicants(src: Deliveries, applications: pl.DataFrame, last: int) -> pl.DataFrame:
    """Persons by degree and läsår, each once in every row; mature when the läsår has been seen whole."""
    asked = [pl.col("first_choice").any(), pl.col("admitted").any()]
    persons = (
        applications.lazy()
        .group_by("lopnr", "degree", "cohort")
        .agg(asked)
        .join(read_persons(src).select("lopnr", pl.col("sex").cast(pl.String)), on="lopnr", how="left")
    )
    at_institution = applications.lazy().group_by("lopnr", "degree", "cohort", "institution").agg(asked)

    def count(people: pl.LazyFrame, breakdown: str, value: pl.Expr) -> pl.LazyFrame:
        return people.group_by(
            pl.col("degree").alias("degree_code"),
            pl.col("cohort").alias("cohort_year"),
            pl.lit(breakdown).alias("breakdown"),
            value.fill_null("unknown").alias("breakdown_value"),
        ).agg(pl.len().alias("applicants"), pl.col("first_choice", "admitted").sum())

    return pl.concat(
        pl.collect_all(
            [
                count(persons, "total", pl.lit("total")),
                count(persons, "sex", pl.col("sex")),
                count(at_institution, "institution", pl.col("institution")),
            ]
        )
    ).with_columns((pl.col("cohort_year") < last).alias("mature"))


# --- Specialisation of nurses ---------------------------------------------------------------------


def nurses(licences: pl.LazyFrame) -> pl.DataFrame:
    """The cohort: everyone's first Swedish-educated licence as a nurse."""
    return (
        licences.filter((pl.col("profession") == "SJ") & pl.col("swedish"))
        .group_by("lopnr")
        .agg(pl.col("licence_date").min())
        .with_columns(term_of("licence_date").alias("licence_term"))
        .with_columns(academic_year("licence_term").alias("licensed_in"))
        .collect()
    )


def specialising(cohort: pl.DataFrame, people: pl.DataFrame, applications: pl.DataFrame) -> pl.DataFrame:
    """The cohort with who applied, and with the further education that each began."""
    applied = (
        applications.lazy()
        .filter(pl.col("degree").is_in(["SP", "BM"]))
        .join(cohort.lazy(), on="lopnr")
        .filter(pl.col("term") >= pl.col("licence_term"))
        .group_by("lopnr")
        .agg(pl.lit(True).alias("applied"), pl.col("admitted").any())
    )
    started = (
        people.lazy()
        .filter(pl.col("degree").is_in(["SP", "BM"]))
        .join(cohort.lazy().select("lopnr", "licensed_in"), on="lopnr")
        .filter(pl.col("cohort") >= pl.col("licensed_in"))
        .sort("start", "degree")  # BM before SP in the same term
        .unique("lopnr", keep="first", maintain_order=True)
        .select(
            *("lopnr", "start", "graduate", "degree_year", "of_established_1y", "is_established_1y"),
            pl.col("cohort").alias("started_in"),
            pl.when(pl.col("degree") == "BM")
            .then(pl.lit("barnmorska"))
            .otherwise(pl.col("inriktning").fill_null("unknown"))
            .alias("specialisation"),
        )
    )
    return (
        cohort.lazy()
        .join(applied, on="lopnr", how="left")
        .join(started, on="lopnr", how="left")
        .with_columns(pl.col("applied", "admitted", "graduate").fill_null(False))
        .rename({"licensed_in": "cohort_year"})
        .collect()
    )


def specialisation(people: pl.DataFrame, last: int) -> pl.DataFrame:
    """The cohort's way to a specialist's or midwife's degree, and to work with it."""
    started = people.filter(pl.col("start").is_not_null())
    total = pl.lit("total").alias("specialisation")

    def count(rows: pl.DataFrame, measure: str, numerator: pl.Expr, group: pl.Expr = total) -> pl.DataFrame:
        return rows.group_by("cohort_year", group).agg(
            pl.lit(measure).alias("measure"),
            numerator.cast(pl.UInt32).sum().alias("numerator"),
            pl.len().alias("denominator"),
        )

    lag = pl.col("started_in") - pl.col("cohort_year")
    frames = [count(people, name, pl.col(name)) for name in ("applied", "admitted")]
    frames.append(count(people, "started", pl.col("start").is_not_null()))
    for k in range(21):
        seen = people.filter(pl.col("cohort_year") + k <= last - 1)
        frames.append(count(seen, f"started_within_{k}", (lag <= k).fill_null(False)))
    for group in (total, pl.col("specialisation")):
        frames.append(count(started, "graduates", pl.col("graduate"), group))
        followed = started.filter("of_established_1y")
        frames.append(count(followed, "established_1y", pl.col("is_established_1y"), group))
    return pl.concat(frames)


def specialisation_county(people: pl.DataFrame, lives: Lives) -> pl.DataFrame:
    """Where the cohort lived in the year of the licence, of the start and of the degree."""
    started = people.filter(pl.col("start").is_not_null())
    graduates = started.filter("graduate")

    def count(rows: pl.DataFrame, event: str, year: pl.Expr, group: str) -> pl.DataFrame:
        county = lives.home.at(lives.of(rows), years_of(rows.select(year).to_series()))
        return (
            rows.with_columns(pl.Series("county", county))
            .group_by(
                "cohort_year",
                (pl.lit("total") if group == "total" else pl.col(group)).alias("specialisation"),
                pl.lit(event).alias("event"),
                county_code("county").fill_null("unknown"),
            )
            .agg(pl.len().alias("persons"))
        )

    licence_year = pl.col("licence_date").dt.year()
    frames = [count(people, "licence", licence_year, "total")]
    for group in ("total", "specialisation"):
        frames.append(count(started, "start", pl.col("start") // 2, group))
        frames.append(count(graduates, "degree", pl.col("degree_year"), group))
    return pl.concat(frames)


# --- Colonoscopy ----------------------------------------------------------------------------------


def share(part: str, whole: str, of: float = 1.0) -> pl.Expr:
    """`of` x part / whole, missing where the whole is nothing."""
    return pl.when(pl.col(whole) != 0).then(of * pl.col(part) / pl.col(whole))


def colonoscopy(src: Deliveries) -> pl.DataFrame:
    """Volumes, endoscopists and quality by year, for counties, health-care regions and the nation."""
    areas = seed("kommuner").select(
        pl.col("kommun").cast(pl.Int32),
        pl.col("lan").alias("region"),
        pl.col("sjukvardsregion").alias("health"),
    )

    def by_area(frame: pl.LazyFrame) -> pl.LazyFrame:
        """Every row three times, once for each level."""
        placed = frame.join(areas.lazy(), on="kommun")
        levels = {"region": pl.col("region"), "health_region": pl.col("health"), "nation": pl.lit("00")}
        return pl.concat(
            placed.with_columns(pl.lit(level).alias("level"), area.alias("area"))
            for level, area in levels.items()
        )

    place = [pl.col("ar").alias("year"), pl.col("level"), pl.col("area")]
    units = src.scan(
        "volymer",
        "ar enhet kommun driftsform antal antal_screening antal_cekum antal_adenom sverekks",
    ).unique(["ar", "enhet"])
    examinations = pl.col("antal").cast(pl.Int64)
    volumes = (
        by_area(units)
        .group_by(place)
        .agg(
            examinations.sum().alias("colonoscopies"),
            examinations.filter(pl.col("driftsform") == "privat").sum().alias("private"),
            pl.col("antal_screening").cast(pl.Int64).sum().alias("screening"),
            pl.col("antal_cekum").cast(pl.Int64).sum().alias("caecum"),
            pl.col("antal_adenom").cast(pl.Int64).sum().alias("adenoma"),
            examinations.filter(pl.col("sverekks") == "J").sum().alias("covered"),
        )
    )
    active = (
        src.scan("skopister", "ar skopist enhet yrke fodelsear antal st_lakare")
        .filter(pl.col("antal") >= 1)
        .join(units.select("ar", "enhet", "kommun"), on=["ar", "enhet"])
    )
    age = pl.col("year") - pl.col("fodelsear")
    endoscopists = (
        by_area(active)
        .sort("antal", "enhet", descending=[True, False])
        .group_by(*place, "skopist", maintain_order=True)
        .agg(
            # The row with most examinations, the first unit in byte order if there are two.
            pl.col("fodelsear").first(),
            ((pl.col("yrke") == "LK") & (pl.col("st_lakare") == "J")).any().alias("trainee"),
        )
        .group_by("year", "level", "area")
        .agg(
            pl.len().cast(pl.Int64).alias("endoscopists"),
            (age > 60).sum().cast(pl.Int64).alias("over_60"),
            pl.col("trainee").sum().cast(pl.Int64).alias("trainees"),
        )
    )
    population = by_area(
        src.scan("folkmangd", "ar kommun kon alder antal")
        .unique(["ar", "kommun", "kon", "alder"])
        .group_by("ar", "kommun")
        .agg(examinations.sum())
    )
    population = population.group_by(place).agg(pl.col("antal").sum().alias("population"))
    key = ["year", "level", "area"]
    return (
        volumes.join(population, on=key, how="left")
        .join(endoscopists, on=key, how="left")
        .with_columns(pl.col("endoscopists", "over_60", "trainees").fill_null(0))
        .with_columns(
            share("colonoscopies", "population", 100.0).alias("incidence_pct"),
            (0.015 * pl.col("population") - pl.col("colonoscopies")).alias("gap"),
            share("private", "colonoscopies").alias("private_share"),
            share("screening", "colonoscopies").alias("screening_share"),
            share("over_60", "endoscopists").alias("over_60_share"),
            share("colonoscopies", "endoscopists").alias("per_endoscopist"),
            share("caecum", "colonoscopies", 100.0).alias("caecal_intubation_pct"),
            share("adenoma", "colonoscopies", 100.0).alias("adenoma_detection_pct"),
            share("covered", "colonoscopies", 100.0).alias("register_coverage_pct"),
        )
        .collect()
    )


# --- Staff density --------------------------------------------------------------------------------


def staff_density(src: Deliveries) -> pl.DataFrame:
    """Employees by occupation per 100 000 inhabitants, for counties and the nation."""
    professions = seed("yrke_ssyk").select(
        pl.col("yrkeskod").alias("profession_code"), pl.col("ssyk2012").cast(pl.Int32)
    )
    other = professions.join(professions, on="ssyk2012", suffix="_other").filter(
        pl.col("profession_code") != pl.col("profession_code_other")
    )
    shared = (
        other.lazy()
        .group_by("profession_code")
        .agg(pl.col("profession_code_other").unique().sort().str.join(" ").alias("shared_with"))
    )
    number = pl.col("antal").cast(pl.Int64)
    county, sex = pl.col("lan").cast(pl.String).str.zfill(2), pl.col("kon").cast(pl.String)

    def with_sums(rows: pl.LazyFrame, key: list[str], name: str, sexes: bool = True) -> pl.LazyFrame:
        """Sums over the sexes and over the counties beside the rows themselves."""
        if sexes:
            rows = pl.concat([rows, rows.with_columns(pl.lit("total").alias("sex"))])
        rows = pl.concat([rows, rows.with_columns(pl.lit("00").alias("area"))])
        return rows.group_by(*key, "area", "sex").agg(pl.col("antal").sum().alias(name))

    employees = with_sums(
        src.scan("anstallda", "ar lan ssyk2012 kon antal")
        .unique(["ar", "lan", "ssyk2012", "kon"])
        .join(professions.lazy(), on="ssyk2012")
        .group_by(pl.col("ar").alias("year"), "profession_code", county.alias("area"), sex.alias("sex"))
        .agg(number.sum()),
        ["year", "profession_code"],
        "employees",
    )
    by_age = with_sums(
        src.scan("folkmangd_lan_alder", "ar lan kon alder antal")
        .unique(["ar", "lan", "kon", "alder"])
        .group_by(pl.col("ar").alias("year"), county.alias("area"), sex.alias("sex"))
        .agg(number.sum()),
        ["year"],
        "population",
    )
    totals = with_sums(
        src.scan("folkmangd_lan_total", "ar lan antal")
        .unique(["ar", "lan"])
        .select(
            pl.col("ar").alias("year"),
            county.alias("area"),
            pl.lit("total").alias("sex"),
            number.alias("antal"),
        ),
        ["year"],
        "total_only",
        sexes=False,
    )
    # What the county tables lack of the nation; both sexes together need both.
    nation = (
        src.scan("folkmangd_riket", "ar kon alder antal")
        .unique(["ar", "kon", "alder"])
        .select(
            pl.col("ar").alias("year"), pl.lit("00").alias("area"), sex.alias("sex"), number.alias("antal")
        )
    )
    nation = (
        pl.concat(
            [nation, nation.with_columns(pl.lit("total").alias("sex"), pl.col("sex").alias("of"))],
            how="diagonal",
        )
        .group_by("year", "area", "sex")
        .agg(pl.col("antal").sum().alias("nation_only"), pl.col("of").n_unique().alias("sexes"))
        .filter((pl.col("sex") != "total") | (pl.col("sexes") == 2))
        .drop("sexes")
    )
    key = ["year", "area", "sex"]
    return (
        employees.join(by_age, on=key, how="left")
        .join(totals, on=key, how="left")
        .join(nation, on=key, how="left")
        .join(shared, on="profession_code", how="left")
        .with_columns(pl.coalesce("population", "total_only", "nation_only").alias("population"))
        .with_columns(
            share("employees", "population", 100_000.0).alias("per_100k"),
            reduce(or_, (pl.col("year") == year for year in breaks("yrkesregister")), pl.lit(False)).alias(
                "series_break"
            ),
        )
        .collect()
    )


# --- All of it ------------------------------------------------------------------------------------


def planning(src: Deliveries) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of the tables on money, the regions' word, help with colonoscopies and the plan."""
    hired, own = "hyrkostnad_tkr", "egen_kostnad_tkr"
    absent, ordinary = "franvarotimmar", "ordinarie_timmar"
    return {
        **_survey(src),
        "hired_staff": [
            (*key, a, b, _pct(a, b), _pct(a, a + b), counties)
            for key, (a, b), counties in _added_up(src, "hyrpersonal", "personalgrupp", hired, own)
        ],
        "sick_leave": [
            (*key, a, b, _pct(a, b), counties)
            for key, (a, b), counties in _added_up(src, "sjukfranvaro", "personalgrupp", absent, ordinary)
        ],
        "paid_training": [
            (*key, persons, counties)
            for key, (persons,), counties in _added_up(src, "specialistutbildning", "form", "antal")
        ],
        **_capacity(src),
        "plan_followup": _plan(src),
    }


def _rows(src: Deliveries, table: str) -> list[dict[str, str]]:
    """The rows of a CSV, once each."""
    if table not in src.tables:
        return []
    file = src.tables[table]
    text = file.path.read_bytes().decode(file.encoding).removeprefix("\ufeff")
    rows = csv.DictReader(text.splitlines(), delimiter=";")
    return [dict(row) for row in {tuple(row.items()): None for row in rows}]


def _pct(part: int, whole: int) -> float | None:
    return 100 * part / whole if whole else None


def _health_regions() -> dict[str, set[str]]:
    """The health-care regions of each county."""
    found: dict[str, set[str]] = {}
    for row in seed("kommuner").iter_rows(named=True):
        found.setdefault(str(row["lan"]).zfill(2), set()).add(str(row["sjukvardsregion"]))
    return found


def _added_up(
    src: Deliveries, table: str, what: str, *numbers: str
) -> list[tuple[tuple[Any, ...], tuple[int, ...], int]]:
    """Sums by year, level, area and group (and `total`), and how many counties are in them."""
    regions = _health_regions()
    divided = {region for of in regions.values() if len(of) > 1 for region in of}
    sums: dict[tuple[Any, ...], list[int]] = {}
    counties: dict[tuple[Any, ...], set[str]] = {}
    for row in _rows(src, table):
        areas = [("county", row["lan"]), ("nation", "00")]
        areas += [("health_region", region) for region in regions[row["lan"]] - divided]
        for level, area in areas:
            for group in (row[what], "total"):
                key = (int(row["ar"]), level, area, group)
                sums[key] = [a + int(row[n]) for a, n in zip(sums.get(key, [0] * 9), numbers, strict=False)]
                counties.setdefault(key, set()).add(row["lan"])
    return [(key, tuple(of), len(counties[key])) for key, of in sums.items()]


def _survey(src: Deliveries) -> dict[str, list[tuple[Any, ...]]]:
    newer = {r["yrkeskod"]: r["ersatt_av"] for r in seed("yrken").iter_rows(named=True) if r["ersatt_av"]}
    asked: dict[tuple[int, str, str], dict[str, dict[str, str]]] = {}
    for row in _rows(src, "bedomningar"):
        code = newer.get(row["yrkeskod"], row["yrkeskod"])
        by_code = asked.setdefault((int(row["ar"]), row["lan"], code), {})
        by_code.setdefault(row["yrkeskod"], {})[row["erfarenhet"]] = row["bedomning"]
    answers = {
        (year, county, code, experience): told
        for (year, county, code), by_code in asked.items()
        for experience, told in by_code.get(code, next(iter(by_code.values()))).items()
    }
    areas: dict[tuple[str, str], set[str]] = {}
    for county, regions in _health_regions().items():
        for level, area in [("nation", "00"), *(("health_region", region) for region in regions)]:
            areas.setdefault((level, area), set()).add(county)
    summary = []
    for year, code in {(year, code) for year, _, code, _ in answers}:
        for (level, area), counties in areas.items():
            for experience in ("ny", "erfaren"):
                told = [answers.get((year, county, code, experience)) for county in counties]
                counted = (told.count(of) for of in ("brist", "balans", "overskott", None))
                summary.append((year, level, area, code, experience, *counted))
    return {
        "region_survey": [(*key, told) for key, told in answers.items()],
        "region_survey_summary": summary,
    }


def _capacity(src: Deliveries) -> dict[str, list[tuple[Any, ...]]]:
    """Units are asked one at a time, the poorest first, and look for the richest that is left."""
    place = {
        str(r["kommun"]).zfill(4): (str(r["lan"]).zfill(2), str(r["sjukvardsregion"]))
        for r in seed("kommuner").iter_rows(named=True)
    }
    months: dict[tuple[int, int, str], list[dict[str, Any]]] = {}
    for row in _rows(src, "lage"):
        free = int(row["tillgangliga"]) - int(row["bokade"])
        county, region = place[row["kommun"]]
        unit = {"unit": row["enhet"], "county": county, "lack": max(0, int(row["over_90_dagar"]) - free)}
        unit["room"] = unit["left"] = max(0, free - int(row["vantande"]))
        months.setdefault((int(row["ar"]), int(row["manad"]), region), []).append(unit)
    helped, balance = [], []
    for (year, month, region), units in months.items():
        for poor in sorted(units, key=lambda u: (-u["lack"], u["unit"].encode())):
            unmet = poor["lack"]
            others = [u for u in units if u is not poor]
            while unmet and (able := [u for u in others if u["left"]]):
                rich = min(
                    able, key=lambda u: (u["county"] != poor["county"], -u["room"], u["unit"].encode())
                )
                taken = min(unmet, rich["left"])
                helped.append((year, month, rich["unit"], poor["unit"], taken))
                rich["left"] -= taken
                unmet -= taken
            told = (poor["county"], region, poor["lack"], poor["room"], unmet)
            balance.append((year, month, poor["unit"], *told))
    return {"capacity_help": helped, "capacity_balance": balance}


def _plan(src: Deliveries) -> list[tuple[Any, ...]]:
    measures = [row["insats"] for row in _rows(src, "insatser")]
    states = [row for row in _rows(src, "lage_insatser") if row["insats"] in measures]
    return [
        (
            int(year),
            measure,
            *(
                sum((r["ar"], r["insats"], r["lage"]) == (year, measure, state) for r in states)
                for state in ("ej_paborjad", "pagar", "genomford")
            ),
        )
        for year in {row["ar"] for row in states}
        for measure in measures
    ]


def compute(raw: Path) -> dict[str, pl.DataFrame]:
    """Every result table from the deliveries in `raw`, sorted by its key."""
    src = Deliveries(Path(raw))
    marts: dict[str, pl.DataFrame] = {}
    # The streaming engine joins while it reads: a fifth quicker here than the in-memory one.
    with pl.Config(set_engine_affinity="streaming"):
        if src.has("koloskopi"):
            marts["colonoscopy"] = colonoscopy(src)
        if src.has("yrkesregister"):
            marts["staff_density"] = staff_density(src)
        if src.has("hreg"):
            marts |= _person_marts(src)
    rows = planning(src)
    marts |= {name: pl.DataFrame(of, schema=SCHEMAS[name], orient="row") for name, of in rows.items() if of}
    return {
        name: _finished(marts.get(name, pl.DataFrame(schema=schema)), name)
        for name, schema in SCHEMAS.items()
    }


def _person_marts(src: Deliveries) -> dict[str, pl.DataFrame]:
    """The tables that follow persons; all of them start in the register of higher education."""
    last = src.last_year()
    programmes = Programmes.read(src, last)
    licences = read_licences(src, last)
    starts, first_academic_year = beginners(src, programmes, last)
    people = with_dates(src, starts, licences, last)
    cohort = nurses(licences)
    lives = Lives.read(src, pl.concat([people["lopnr"], cohort["lopnr"]]), last)
    people = with_follow_up(people, lives)
    applications = read_applications(src, programmes, last)
    flow = people.filter(pl.col("cohort") != pl.lit(first_academic_year))
    flow = with_attributes(src, flow)
    special = specialising(cohort, people, applications)
    return {
        "flow_measures": flow_measures(flow, last, src.has("hosp")),
        "applicants": applicants(src, applications, last),
        "mobility": mobility(flow),
        "specialisation": specialisation(special, last),
        "specialisation_county": specialisation_county(special, lives),
    }


def _finished(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    """The mart's columns, in its types and order."""
    schema = SCHEMAS[name]
    return frame.select(pl.col(column).cast(dtype) for column, dtype in schema.items()).sort(KEYS[name])


def differences(
    name: str, got: pl.DataFrame, expected: pl.DataFrame, decimals: int | None = None, show: int = 5
) -> list[str]:
    """What differs between two versions of a result table, in words; empty if they are equal.

    Every column of `expected` is compared: whole numbers and text exactly, fractions within 1e-9 absolute or
    relative. `decimals`: `expected` is rounded to that many. At most `show` keys are named for each kind.
    """
    keys = KEYS[name]
    missing = [column for column in expected.columns if column not in got.columns]
    if missing:
        return [f"{name}: columns missing: {', '.join(missing)}"]
    left, right = _comparable(got.select(expected.columns), name), _comparable(expected, name)
    found: list[str] = []

    labels = ("got", "expected")

    def report(rows: pl.DataFrame, what: str, *values: str) -> None:
        if rows.height:
            examples = [
                "/".join(str(row[key]) for key in keys)
                + "".join(f" {label} {row[column]}" for label, column in zip(labels, values, strict=False))
                for row in rows.sort(keys).head(show).to_dicts()
            ]
            found.append(f"{name}: {rows.height} {what}: " + "; ".join(examples))

    report(left.filter(left.select(keys).is_duplicated()).unique(keys), "keys more than once")
    report(
        right.filter(right.select(keys).is_duplicated()).unique(keys),
        "keys more than once in what is expected",
    )
    if found:
        return found
    report(right.join(left, on=keys, how="anti", nulls_equal=True), "rows missing")
    report(left.join(right, on=keys, how="anti", nulls_equal=True), "rows too many")
    both = left.join(right, on=keys, how="inner", nulls_equal=True, suffix=" expected")
    for column in expected.columns:
        if column in keys:
            continue
        mine, theirs = pl.col(column), pl.col(f"{column} expected")
        if right.schema[column] == pl.Float64:
            tolerance = 1e-9 if decimals is None else 0.5 * 10.0**-decimals + 1e-9
            distance = (mine - theirs).abs()
            same = (distance <= tolerance) | (distance <= 1e-9 * theirs.abs())
            same = same.fill_null(False) | (mine.is_null() & theirs.is_null())
        else:
            same = mine.eq_missing(theirs)
        report(both.filter(~same), f"values differ in {column}", column, f"{column} expected")
    return found


def _comparable(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    """The mart's own types, so that 32-bit counts or a CSV's numbers compare with 64-bit ones."""
    schema = SCHEMAS[name]
    return frame.select(
        pl.col(column).cast(schema[column]) if column in schema else pl.col(column)
        for column in frame.columns
    )


def main(arguments: Iterable[str]) -> None:
    """Write one Parquet file per result table."""
    raw, out = (Path(argument) for argument in arguments)
    out.mkdir(parents=True, exist_ok=True)
    for name, frame in compute(raw).items():
        frame.write_parquet(out / f"{name}.parquet")


if __name__ == "__main__":
    main(sys.argv[1:])
