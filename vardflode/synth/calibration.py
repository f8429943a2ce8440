"""Every calibrated number of the made-up country, each in one place and with its source.

Sources, named in the comments by their short form:

``pilot3``
    The third pilot flow description (UKÄ and Socialstyrelsen 2019): occupational therapists who
    began 2000-2010.
``pilot1-2``
    The first and second pilot (2017-2018): nurses and their specialisation.
``södra``
    Södra sjukvårdsregionen's colonoscopy inventory of 2019 (figures of 2018).
``scb``
    Population by county and municipality 2018, rounded, written from general knowledge.
``made up``
    No published figure: a plausible value, chosen by hand.

Counts of persons are a year for the whole country (scale 1). Shares are fractions.
"""

from __future__ import annotations

from dataclasses import dataclass

FIRST_YEAR_OF_REGISTERS = 1994  # residence and employment begin here; registrations in autumn 1995
FIRST_COHORT = 1990  # who began 1990-1994 and still studied in autumn 1995 is in the first läsår
FIRST_COLONOSCOPY_YEAR = 2015
MIN_LAST_YEAR, MAX_LAST_YEAR = 2018, 2035
# The country is made to at least this year and cut at `last_year`: with one seed, the deliveries of
# 2024, 2025 and 2026 tell about the same persons.
HORIZON = 2026


@dataclass(frozen=True)
class Degree:
    """What is assumed of the beginners towards one degree.

    ``beginners`` persons a year; ``women``, ``graduate_women``, ``graduate_men``, ``licensed`` (of the
    graduates), ``profession`` (of the employed a year after entry), ``autumn`` (of the starts) fractions;
    ``ages`` a key of AGES; ``setting`` a key of SETTINGS; ``income`` median earned income of a person in
    the profession as a multiple of the year's income limit.
    """

    beginners: float
    women: float
    graduate_women: float
    graduate_men: float
    licensed: float
    profession: float
    autumn: float
    ages: str
    setting: str
    income: float
    first_cohort: int = FIRST_COHORT


# AT: pilot3 (5 700 beginners in eleven cohorts, 75 % degree, 99 % licence, 80 % in the profession).
# SJ: pilot1-2 and pilot3 (5 800 beginners a year, close to 80 % of the women and 65 % of the men).
# All other rows: made up, with sizes in proportion to the admissions of the 2000s and 2010s.
# BM and SP have no beginners of their own here: they come from the nurses, see SPECIALISE_*.
DEGREES: dict[str, Degree] = {
    "AP": Degree(230, 0.75, 0.66, 0.60, 0.980, 0.86, 0.80, "young", "pharmacy", 1.70),
    "AT": Degree(5700 / 11, 0.90, 0.755, 0.705, 0.990, 0.80, 0.65, "usual", "mixed", 1.36),
    "AU": Degree(85, 0.85, 0.73, 0.68, 0.985, 0.84, 0.95, "usual", "hospital", 1.36),
    "BM": Degree(0, 1.00, 0.90, 0.90, 0.970, 0.86, 0.60, "usual", "hospital", 1.35),
    "BA": Degree(520, 0.83, 0.67, 0.60, 0.975, 0.79, 0.85, "usual", "hospital", 1.38),
    "DI": Degree(105, 0.93, 0.74, 0.65, 0.985, 0.80, 0.95, "young", "hospital", 1.36),
    "FY": Degree(620, 0.66, 0.83, 0.79, 0.985, 0.81, 0.65, "young", "mixed", 1.38),
    "HK": Degree(280, 0.88, 0.85, 0.80, 0.970, 0.84, 0.70, "mature", "hospital", 1.45, 2020),
    "LO": Degree(150, 0.93, 0.83, 0.75, 0.985, 0.78, 0.95, "usual", "hospital", 1.40),
    "LA": Degree(1400, 0.57, 0.90, 0.88, 0.975, 0.90, 0.55, "young", "hospital", 2.05),
    "OP": Degree(110, 0.80, 0.76, 0.70, 0.985, 0.86, 0.95, "young", "private", 1.50),
    "OI": Degree(35, 0.60, 0.70, 0.65, 0.980, 0.84, 1.00, "usual", "private", 1.40),
    "PS": Degree(640, 0.69, 0.87, 0.84, 0.985, 0.82, 0.60, "older", "hospital", 1.60),
    "PT": Degree(125, 0.75, 0.90, 0.86, 0.980, 0.80, 0.70, "senior", "private", 1.75),
    "RC": Degree(200, 0.83, 0.61, 0.55, 0.970, 0.83, 0.85, "usual", "pharmacy", 1.40),
    "RS": Degree(320, 0.75, 0.80, 0.75, 0.985, 0.84, 0.85, "usual", "hospital", 1.45),
    "SF": Degree(48, 0.45, 0.70, 0.68, 0.960, 0.85, 0.95, "young", "hospital", 1.70),
    "SJ": Degree(5800, 0.87, 0.803, 0.653, 0.985, 0.84, 0.58, "usual", "nursing", 1.42),
    "SP": Degree(0, 0.88, 0.795, 0.795, 0.0, 0.78, 0.65, "usual", "nursing", 1.32),
    "TH": Degree(240, 0.93, 0.84, 0.75, 0.985, 0.86, 0.90, "usual", "dental", 1.36),
    "TL": Degree(340, 0.62, 0.88, 0.85, 0.985, 0.88, 0.70, "young", "dental", 1.95),
    "TT": Degree(70, 0.65, 0.60, 0.55, 0.0, 0.75, 1.00, "usual", "private", 1.34),
}

OTHER_PROGRAMME_BEGINNERS = 400.0  # a year, on programmes that lead to none of the degrees; made up
NEVER_ADMITTED = 700.0  # persons a year who apply and are never admitted; made up
ADMITTED_WITHOUT_START = 0.12  # of those above, admitted in the end but never registered; made up

# Age at the start: (youngest, oldest, weight). Made up after the age groups of pilot3.
AGES: dict[str, list[tuple[int, int, float]]] = {
    "young": [(19, 21, 0.56), (22, 24, 0.24), (25, 29, 0.13), (30, 34, 0.05), (35, 44, 0.02)],
    "usual": [(19, 21, 0.38), (22, 24, 0.24), (25, 29, 0.17), (30, 34, 0.10), (35, 50, 0.11)],
    "older": [(19, 21, 0.22), (22, 24, 0.28), (25, 29, 0.28), (30, 34, 0.13), (35, 46, 0.09)],
    "mature": [(22, 24, 0.15), (25, 29, 0.35), (30, 34, 0.20), (35, 52, 0.30)],
    "senior": [(30, 34, 0.15), (35, 44, 0.50), (45, 55, 0.35)],
}
# A higher-education degree before the start, by age at the start (made up; -21, 22-24, 25-29, 30-34, 35-).
PRIOR_DEGREE = (0.0, 0.05, 0.20, 0.35, 0.50)
PRIOR_DEGREE_REQUIRED = {"HK": 0.97, "PT": 0.85}  # programmes that ask for one; made up

# Second education. Of the beginners, those who left another programme, or hold another degree, before.
FROM_DROPOUTS, FROM_GRADUATES = 0.045, 0.015  # made up
PSYCHOTHERAPISTS_FROM_GRADUATES = 0.55  # psychologists, physicians, nurses, ...; made up
CHANGES_INSTITUTION = 0.015  # goes on with the same degree elsewhere; made up

# Study time. Terms beyond the nominal ones until the last registration, of graduates; made up.
DELAY_TERMS = (0.66, 0.13, 0.09, 0.05, 0.03, 0.02, 0.01, 0.005, 0.005)
LEAVES_PER_TERM = 0.30  # chance that one who takes no degree leaves after a given term; made up
DEGREE_TAKEN_LATE = 0.06  # asks for the degree two months to two years after the last term; made up
GENERAL_DEGREE = {"grund": 0.53, "avancerad": 0.42}  # together with the professional degree; made up
LICENCE_LATE = 0.03  # of the licences, up to two years late; made up
SG_ALSO_FT = 0.10  # physiotherapists licensed as SG who later took the new title; made up
REVOKED = 0.0008  # licences; made up after the sample of the registers
LICENCE_WITHOUT_DEGREE = 0.0003  # of those who left without a degree; made up
PERSON_MISSING = 0.0002  # persons whom `personer` lacks; made up after the sample of the registers
TRAINING_BEFORE_LICENCE_DAYS = {"LA": (500, 760), "PS": (380, 520)}  # internship (AT), PTP

# Nurses' specialisation (pilot1-2): half begin, most within ten years; four in five of them take the
# degree, 90 % of the midwives and 70 % in psychiatric care; 90 % established a year later.
SPECIALISE = 0.503  # of nurses with a Swedish licence; a little dies or leaves before
SPECIALISE_LAG = (  # läsår between licence and start, made up: 88 % within ten years
    *(0.02, 0.06, 0.10, 0.12, 0.12, 0.11, 0.10, 0.085, 0.07, 0.055, 0.045),
    *(0.03, 0.025, 0.02, 0.013, 0.009, 0.006, 0.004, 0.003, 0.003, 0.002),
)
MIDWIFE = {"1": 0.01, "2": 0.15}  # of the starters, by sex; made up
SPECIALISATIONS = {  # of the starters who do not become midwives; made up
    **{"distrikt": 0.24, "intensiv": 0.13, "anestesi": 0.12, "psykiatrisk": 0.10, "operation": 0.08},
    **{"ambulans": 0.08, "barn": 0.08, "medicinsk": 0.05, "aldre": 0.05, "kirurgisk": 0.03},
    **{"onkologisk": 0.02, "annan": 0.02},
}
SPECIALISATION_GRADUATES = {"psykiatrisk": 0.70}  # the others: DEGREES["SP"]
SPECIALISE_HALF_PACE = 0.40  # twice the nominal terms; made up
SPECIALISE_AGAIN = 0.05  # a second specialisation three to ten years later; made up
APPLIES_WITHOUT_START = 0.10  # of the nurses who never begin, 40 % of them admitted; made up

# Licences on an education abroad, persons a year: (EU, ÖV = other country). Made up after the sample.
FOREIGN = {
    "LA": (630.0, 295.0),
    **{"SJ": (140.0, 57.0), "TL": (98.0, 35.0), "AP": (35.0, 15.0), "PS": (23.0, 7.0)},
    **{"FY": (20.0, 6.0), "OP": (14.0, 2.0), "BM": (6.0, 2.0), "BA": (6.0, 4.0), "RC": (5.0, 3.0)},
    **{"RS": (4.0, 2.0), "LO": (3.0, 0.0), "TH": (3.0, 2.0), "AT": (3.0, 1.0)},
}

# Where people live. Home county and study county (made up after the mobility table of the report).
HOME_IN_STUDY_COUNTY, HOME_IN_STUDY_REGION = 0.48, 0.27
MOVES_TO_STUDY = 0.75  # of those who come from another county
AFTER_STUDY_HOME, AFTER_STUDY_STAYS = 0.34, 0.44  # of those from another county; the rest moves on
LEAVES_COUNTY_AFTER_STUDY = 0.14  # of those who studied at home
MOVES_A_YEAR, MOVE_WITHIN_COUNTY = 0.025, 0.65
WORK_SAME_KOMMUN, WORK_SAME_COUNTY = 0.58, 0.33  # the rest commutes to another county
EMIGRATES_AFTER_ENTRY = 0.0075  # in the year of entry or the next: pilot3, 99 % resident a year later
EMIGRATES_A_YEAR = 0.0018  # later; made up
EMIGRATES_FOREIGN = 0.16  # of those licensed on an education abroad, within ten years; made up
RETURNS = 0.5  # after two to seven years abroad; made up
MORTALITY_AT_ZERO, MORTALITY_GROWTH = 2.2e-5, 0.0966  # Gompertz, per year of age; made up after scb

# Work in November.
EMPLOYED = 0.982  # in the profession a year after entry: pilot3, 98 % of the residents
NO_EMPLOYMENT_ROW = 0.002  # residents whom the employment register lacks; made up
NO_OCCUPATION = 0.006  # employed without an occupation code; made up
LEAVES_PROFESSION_A_YEAR = 0.014  # from two years after entry; made up
ENTERS_PROFESSION_LATE = 0.30  # of those outside it at first, two to five years later; made up
EMPLOYED_STUDENT, EMPLOYED_BEFORE, EMPLOYED_OTHER = 0.46, 0.55, 0.84  # made up
UNEMPLOYED_DAYS = 0.012  # of the employed, at least one day; made up
UNEMPLOYED = 0.22  # of those without work, status 5; made up
INCOME_SPREAD_PERSON, INCOME_SPREAD_YEAR = 0.19, 0.13  # standard deviations of the logarithm
INCOME_AT_LIMIT = 0.0015  # rows set to the income limit, or 100 kronor beside it, on purpose
INCOME_GROWTH = 0.034  # beyond the years that etableringsgrans.csv has
RETIREMENT_AGE = 66

# Settings: (share, sector, sni2007). Made up.
SETTINGS: dict[str, list[tuple[float, str, str]]] = {
    "hospital": [(0.72, "region", "86103"), (0.14, "region", "86211"), (0.14, "privat", "86212")],
    "nursing": [
        *[(0.62, "region", "86103"), (0.10, "region", "86211"), (0.14, "kommun", "87100")],
        *[(0.05, "kommun", "88101"), (0.06, "privat", "86212"), (0.03, "privat", "78200")],
    ],
    "mixed": [
        *[(0.38, "region", "86103"), (0.16, "region", "86211"), (0.22, "kommun", "88101")],
        *[(0.10, "kommun", "87100"), (0.14, "privat", "86212")],
    ],
    "pharmacy": [(0.82, "privat", "47730"), (0.10, "region", "86103"), (0.08, "stat", "84112")],
    "dental": [(0.55, "region", "86230"), (0.45, "privat", "86230")],
    "private": [(0.70, "privat", "86212"), (0.30, "region", "86103")],
    "other": [
        *[(0.20, "kommun", "88101"), (0.12, "kommun", "85201"), (0.24, "privat", "47112")],
        *[(0.20, "privat", "70220"), (0.14, "privat", "78200"), (0.10, "stat", "84112")],
    ],
}
OTHER_OCCUPATIONS = {  # outside the 22 degrees' occupations; made up
    **{"5321": 0.18, "5223": 0.14, "4112": 0.13, "5330": 0.13, "9412": 0.12, "2341": 0.12},
    **{"2422": 0.11, "1511": 0.07},
}

# Programmes. Institution sizes, made up (others 0.6).
INSTITUTION_SIZE = {
    **{"KI": 3.0, "GU": 2.6, "LU": 2.0, "UU": 2.0, "UmU": 1.7, "LiU": 1.7, "MaU": 1.3, "ORU": 1.2},
    **{"HJ": 1.1, "LNU": 1.2, "KaU": 1.0, "MdH": 1.1, "HKr": 0.9, "HB": 0.9, "SU": 1.6},
}
SECOND_SITES = {"LiU": "0581", "LNU": "0880", "MiUN": "2380", "MdH": "0484", "UmU": "2482", "LTU": "2580"}
HK_INSTITUTIONS = ("GU", "LU", "UU", "UmU", "SU", "LiU")  # examenstillstand.csv has none for HK; made up

# Upper secondary school, share with a leaving year and programme shares; made up after the sample.
UPPER_SECONDARY_KNOWN = 0.92
UPPER_SECONDARY = {
    **{"NV": 0.37, "SP": 0.31, "OM": 0.14, "TE": 0.06, "ES": 0.055, "ÖV": 0.045, "HV": 0.02},
}

# Population on 31 December 2018, thousands, by county (scb), and growth a year (made up).
COUNTY_POPULATION = {
    **{"01": 2344.1, "03": 376.4, "04": 294.7, "05": 461.6, "06": 360.8, "07": 199.9, "08": 244.7},
    **{"09": 59.2, "10": 159.7, "12": 1362.2, "13": 329.4, "14": 1709.8, "17": 281.5, "18": 302.3},
    **{"19": 273.9, "20": 287.2, "21": 286.5, "22": 245.5, "23": 130.3, "24": 270.2, "25": 250.5},
}
POPULATION_GROWTH = 0.0075
KOMMUN_POPULATION = {  # thousands, the larger ones (scb); what is left of a county is shared alike
    **{"0180": 962.2, "0126": 111.7, "0182": 103.7, "0181": 97.4, "0127": 93.1, "0136": 89.9},
    **{"0380": 225.2, "0484": 105.9, "0480": 55.5, "0580": 161.0, "0581": 141.7, "0680": 139.2},
    **{"0780": 92.6, "0880": 68.5, "0980": 59.2, "1080": 66.7, "1280": 339.3, "1283": 145.4},
    **{"1281": 122.9, "1290": 84.9, "1380": 101.3, "1384": 83.3, "1383": 63.6, "1382": 44.8},
    **{"1381": 25.5, "1315": 10.9, "1480": 571.9, "1490": 112.2, "1481": 68.2, "1496": 55.7},
    **{"1488": 58.7, "1780": 92.5, "1880": 153.4, "1980": 152.1, "2080": 58.9, "2081": 52.0},
    **{"2180": 101.5, "2181": 39.1, "2281": 99.4, "2284": 56.1, "2380": 63.2, "2480": 127.1},
    **{"2482": 72.4, "2580": 77.8, "2581": 42.1},
}

# Colonoscopies. 2018 in Södra sjukvårdsregionen (södra): 27 500, Kronoberg 0.93 % and Skåne 1.56 % of the
# population; Blekinge and southern Halland share what is left. The other counties: made up, per cent.
COLONOSCOPIES_SOUTH_2018 = 27_500
HEALTH_REGION_SOUTH = "3"
COLONOSCOPY_PCT_2018 = {
    **{"07": 0.93, "12": 1.56, "01": 1.65, "03": 1.60, "04": 1.20, "05": 1.15, "06": 1.20, "08": 1.10},
    **{"09": 1.05, "13": 1.45, "14": 1.62, "17": 1.48, "18": 1.55, "19": 1.20, "20": 1.08, "21": 1.60},
    **{"22": 1.40, "23": 1.50, "24": 1.35, "25": 1.32},
}
COLONOSCOPY_YEAR = {  # volume relative to 2018, made up: a dip in 2020, screening from 2021
    **{2015: 0.91, 2016: 0.94, 2017: 0.97, 2018: 1.0, 2019: 1.02, 2020: 0.95, 2021: 1.05},
    **{2022: 1.09, 2023: 1.12, 2024: 1.15},
}
COLONOSCOPY_GROWTH = 0.02  # a year after the last of these
SCREENING_SHARE = {2021: 0.04, 2022: 0.08, 2023: 0.12, 2024: 0.16}  # later: 0.18; made up
COLONOSCOPIES_PER_ENDOSCOPIST = 215  # a year; made up
ENDOSCOPISTS_OVER_60 = 0.20  # södra: a fifth in 2018
NURSE_ENDOSCOPISTS = 0.08  # made up
CAECUM, ADENOMA = 0.93, 0.30  # of the examinations; made up
REPORTS_TO_SVEREKKS = 0.53  # of the units; made up

# Projection, made up. Migration begins as what gave each municipality its growth of late.
PROJECTED_YEARS = 35
MIGRATION_KEPT, MORTALITY_KEPT = 0.9, 0.985  # from one year to the next
CHILDREN_PER_WOMAN, MEAN_AGE_OF_MOTHERS, AGES_OF_MOTHERS = 1.65, 31.0, 5.5  # the last a standard deviation
BOYS = 0.514  # of the born
MORTALITY_BY_SEX = (1.2, 0.8)  # men, women: times the Gompertz curve above
AGES_OF_MIGRANTS = (27.0, 9.0)  # mean and standard deviation

# Plans, made up: beginners by institution from läsår `last_year` on, posts by county from the next year.
PLANNED_YEARS = 3
PLANNED = 0.93  # of the institution's degrees of late that have any plan
PLANNED_IN_A_YEAR = (1.0, 0.9, 0.85)  # of those with a plan: the first year, the second, the third
PLAN_SPREAD, PLAN_CHANGE = 0.08, 0.015  # standard deviations: of a year's number; of the growth a year

# The regions' survey, made up.
SURVEY_YEARS = 3  # the latest is the year after `last_year`
SURVEY_ANSWERED = 0.9
SURVEY_BY_PROFESSION, SURVEY_BY_COUNTY, SURVEY_BY_ANSWER = 0.4, 0.3, 0.6  # standard deviations of scarcity
SURVEY_EXPERIENCED = 0.25  # added to the scarcity of the experienced, taken off that of the new
SURVEY_SURPLUS = -0.95  # scarcity below it is surplus, over 0 lack
SURVEY_OLD_TITLE, SURVEY_BOTH_TITLES = 0.15, 0.05  # of the counties, in a year

# Physicians. A fifth of the specialists in general medicine; the other shares, and all times: made up.
SPECIALTIES = {
    **{"allmanmedicin": 0.21, "akutsjukvard": 0.03, "anestesi_intensivvard": 0.08, "geriatrik": 0.04},
    **{"barn_ungdomsmedicin": 0.07, "internmedicin": 0.12, "kirurgi": 0.07, "onkologi": 0.03},
    **{"medicinsk_gastroenterologi": 0.02, "obstetrik_gynekologi": 0.06, "ortopedi": 0.06},
    **{"psykiatri": 0.08, "radiologi": 0.06, "ovrig": 0.07},
}
TRAINS_AS_SPECIALIST = 0.93  # of the physicians who are not specialists when licensed
SPECIALIST_WHEN_LICENSED = 0.5  # of those educated abroad; the certificate within 200 days
TRAINING_BEGINS_DAYS, TRAINING_BEGINS_LATE, LATE_DAYS = (20, 900), 0.04, (900, 4000)  # after the licence
TRAINING_DAYS, TRAINING_DAYS_AGAIN = (2150, 330), (1400, 200)  # mean and standard deviation
SHORTEST_TRAINING_DAYS = 1000
TRAINING_BROKEN_OFF, BROKEN_OFF_DAYS = 0.05, (300, 1100)
BEGINS_ANOTHER, SECOND_SPECIALTY = 0.85, 0.04  # of those who broke off; of those with a certificate
BETWEEN_DAYS = (60, 900)  # from breaking off, or the certificate, until the next training

# Money and absence by county, made up: thousand kronor and hours a year for each inhabitant, by staff group.
FIRST_YEAR_OF_MONEY = 2016
OWN_COST_TKR = {"lakare": 2.9, "sjukskoterskor": 3.9, "ovriga": 4.0}
HIRED_SHARE = {"lakare": 0.07, "sjukskoterskor": 0.035, "ovriga": 0.004}  # of the own cost
ORDINARY_HOURS = {"lakare": 3.6, "sjukskoterskor": 9.0, "ovriga": 10.0}
SICK_LEAVE = {"lakare": 0.035, "sjukskoterskor": 0.06, "ovriga": 0.068}  # of the ordinary hours
PAID_TRAINING = {"utbildningstjanst": 1.1e-4, "studielon": 0.9e-4}  # persons for each inhabitant
MONEY_BY_COUNTY = 0.35  # standard deviation of a county's habit, logarithm
REPORTED = 0.985  # of the counties, and of the groups of those that report

# Waiting for colonoscopy, made up: strain is 0 where most are booked and few wait.
STRAIN_BY_UNIT, STRAIN_BY_MONTH = 0.45, 0.25

# The national plan, made up but for the number of measures.
PLAN_MEASURES = 25
FIRST_YEAR_OF_PLAN = 2020
PLAN_ACTORS = ["kommuner", "regioner", "larosaten", "myndigheter", "regeringen", "flera"]
PLAN_AREAS = ["ledning", "personal", "organisation", "larosaten_verksamhet", "utbildning_forskning", "larare"]
PLAN_GOALS = [  # measure, indicator, direction, target
    ("3", "retained_5y:SJ", "minst", "75"),
    ("4", "established_1y:AT", "minst", "80.5"),
    ("5", "in_profession_1y:SJ", "minst", "85"),
    ("7", "hired_share_pct", "hogst", "2"),
    ("8", "sick_leave_pct", "hogst", "5.5"),
    ("9", "st_in_training:allmanmedicin", "minst", "2000"),
    ("10", "supply_gap_pct:SJ", "hogst", "0"),
    ("11", "supply_gap_pct:SPS", "hogst", "2"),
    ("12", "colonoscopy_incidence_pct", "minst", "1.5"),
]
