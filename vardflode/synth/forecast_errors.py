"""Plant errors in the registers that a forecast needs, after those of the others: their bytes stay."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from vardflode.synth.errors import Planter, Rejects, TextFile
    from vardflode.synth.write import Delivery

# No institution may award the degree here, and no county planned so far ahead: no sound row has these keys.
PLAN = {"larosate": "BTH", "examenskod": "AP", "inriktning": "", "antal": "12"}
ANSWER = {"ar": "2001", "lan": "01", "yrkeskod": "SJ", "erfarenhet": "ny", "bedomning": "brist"}
CERTIFICATE = {"specialitet": "geriatrik", "bevisdatum": "2012-05-10", "utbildningsland": "SE"}
TRAINING = {"specialitet": "geriatrik", "startdatum": "2011-02-01", "avslutsdatum": "", "kommun": "0180"}
POST = {"lan": "09", "specialitet": "onkologi", "antal": "2"}


def plant_rows(p: Planter) -> None:
    """Plant every row rule, and a row twice; at most ten rows in a table."""
    late = p.last_year + 1
    plans, answers = p.file("utbildningsplan", "planerade_nyborjare"), p.file("vardenkat", "bedomningar")
    certificates, training = p.file("specialister", "specialistbevis"), p.file("st", "st_lakare")
    posts = p.file("st", "planerade_st")
    plan, post = {"lasar": str(late)} | PLAN, {"ar": str(late + 4)} | POST

    def bad(file: TextFile, row: dict[str, Any], *wrong: tuple[str, str, str], person: bool = False) -> None:
        for rule, column, value in wrong:
            p.bad(file, rule, column, row | ({"lopnr": p.stranger()} if person else {}) | {column: value})

    bad(
        plans,
        plan,
        *(("type", "lasar", f"{late}/{late % 100 + 1}"), ("type", "antal", "12,5")),
        ("required", "antal", ""),
        *(("code", "larosate", "XYZ"), ("code", "examenskod", "KAND"), ("code", "inriktning", "tandvård")),
        *(("range", "lasar", "1999"), ("range", "antal", "20001")),
    )
    twin = plan | {"examenskod": "AU"}
    p.bad(plans, "duplicate", "lasar", twin)
    p.bad(plans, "duplicate", "lasar", twin | {"antal": "13"}, quoted="larosate")

    bad(
        answers,
        ANSWER,
        *(("type", "ar", "två"), ("required", "bedomning", ""), ("code", "lan", "26")),
        *(("code", "yrkeskod", "ZZ"), ("code", "erfarenhet", "van"), ("code", "bedomning", "vet ej")),
        *(("range", "ar", "1999"), ("range", "ar", str(late + 1))),  # the survey itself reaches `late`
    )
    twin = ANSWER | {"lan": "03"}
    p.bad(answers, "duplicate", "ar", twin)
    p.bad(answers, "duplicate", "ar", twin | {"bedomning": "balans"}, quoted="lan")

    bad(
        certificates,
        CERTIFICATE,
        *(("type", "bevisdatum", "2012-02-30"), ("required", "bevisdatum", "")),
        *(("code", "specialitet", "hjärtkirurgi"), ("code", "utbildningsland", "NO")),
        *(("range", "bevisdatum", "1949-12-31"), ("range", "bevisdatum", f"{late}-01-15")),
        person=True,
    )
    twin = CERTIFICATE | {"lopnr": p.stranger()}
    p.bad(certificates, "duplicate", "lopnr", twin)
    p.bad(certificates, "duplicate", "lopnr", twin | {"bevisdatum": "2013-05-10"}, quoted="lopnr")

    bad(
        training,
        TRAINING,
        *(("type", "startdatum", "2011-2-1"), ("required", "kommun", ""), ("code", "kommun", "9999")),
        *(("code", "specialitet", "hjärtkirurgi"), ("range", "startdatum", "1989-12-31")),
        *(("range", "startdatum", f"{late}-01-15"), ("range", "avslutsdatum", f"{late}-02-01")),
        person=True,
    )
    twin = TRAINING | {"lopnr": p.stranger()}
    p.bad(training, "duplicate", "lopnr", twin)
    p.bad(training, "duplicate", "lopnr", twin | {"kommun": "1480"}, quoted="specialitet")

    bad(
        posts,
        post,
        *(("type", "antal", "två"), ("required", "antal", ""), ("code", "lan", "26")),
        *(("code", "specialitet", "hjärtkirurgi"), ("range", "ar", "1999"), ("range", "antal", "5001")),
    )
    twin = post | {"lan": "10"}
    p.bad(posts, "duplicate", "ar", twin)
    p.bad(posts, "duplicate", "ar", twin | {"antal": "3"}, quoted="lan")

    dead = {"lopnr": p.dead[0]}
    p.bad(certificates, "after_death", "bevisdatum", CERTIFICATE | dead | {"bevisdatum": "2013-01-02"})
    p.bad(training, "after_death", "startdatum", TRAINING | dead | {"startdatum": "2013-01-02"})

    for file in (plans, answers, certificates, training):
        p.copy(file)
    p.copy(posts, "lan")


def plant_oddities(p: Planter) -> None:
    """Plant what is sound row by row, and worth a look as a whole: an expectation must tell it."""
    plans, posts = p.file("utbildningsplan", "planerade_nyborjare"), p.file("st", "planerade_st")
    certificates, training = p.file("specialister", "specialistbevis"), p.file("st", "st_lakare")

    def odd(file: TextFile, expectation: str, row: dict[str, Any], key: dict[str, Any]) -> None:
        file.insert(row, p.rng.random())
        p.look(file, expectation, key)

    key = {"larosate": "BTH", "examenskod": "AT"}
    big, past = {"lasar": str(p.last_year), "antal": "400"}, {"lasar": str(p.last_year - 2), "antal": "3"}
    odd(plans, "plans_far_above_the_past", PLAN | key | big, key | {"lasar": p.last_year})
    odd(plans, "plans_are_for_the_next_years", PLAN | key | past, {"lasar": p.last_year - 2})
    past = {"ar": str(p.last_year - 2)}
    odd(posts, "posts_are_for_the_next_years", POST | past, {"ar": p.last_year - 2})

    person = training.fields(next(line for line in training.lines[1:] if not line.tags))["lopnr"]
    ends_early = {
        "lopnr": person,
        "specialitet": "ovrig",
        "startdatum": "2019-03-01",
        "avslutsdatum": "2018-03-01",
    }
    odd(training, "training_ends_after_it_began", TRAINING | ends_early, {"lopnr": person})

    # One certificate in fifty of persons who have no licence.
    for _ in range(1 + len(certificates.lines) // 40):
        certificates.insert(CERTIFICATE | {"lopnr": p.stranger()}, p.rng.random())
    p.look(certificates, "specialists_are_licensed_physicians", {})


def drop_a_projected_year(p: Planter) -> None:
    """Take the last year but one out of the projection."""
    delivery = p.by_register["framskrivning"]
    path = delivery.folder / "framskrivning.parquet"
    frame = pl.read_parquet(path)
    year = int(frame["ar"].max()) - 1  # type: ignore[arg-type]
    delivery.files.clear()
    delivery.parquet("framskrivning", frame.filter(pl.col("ar") != year))
    p.account["worth_a_look"].append(
        {
            **{"table": "delivered.framskrivning_framskrivning", "expectation": "no_year_is_missing"},
            "key": {"ar": year},
        }
    )


def rejected(r: Rejects) -> None:
    """Make newer deliveries that must be rejected whole: a reason each, and the one that users will meet."""

    def parquet(delivery: Delivery, frame: pl.DataFrame) -> None:
        delivery.files.clear()
        delivery.parquet("framskrivning", frame)

    whole = pl.read_parquet(r.sources["framskrivning"].folder / "framskrivning.parquet").head(400)
    made = r.new("framskrivning", "too_many_bad_rows", "framskrivning.parquet", "persons with fractions")
    parquet(made, whole.with_columns(pl.col("antal") + 0.25))
    made = r.new("framskrivning", "missing_column", "framskrivning.parquet", "kon is not there")
    parquet(made, whole.drop("kon"))
    plans, answers, certificates = "planerade_nyborjare.csv", "bedomningar.csv", "specialistbevis.csv"
    made = r.new("utbildningsplan", "row_count", plans, "one row more than the file has")
    made.files[0]["rader"] += 1
    made = r.new("vardenkat", "too_many_bad_rows", answers, "30 answers outside the list")
    r.lines(
        made,
        answers,
        lambda lines: [
            *(b"".join([x.rsplit(b";", 1)[0], b";JA\r\n"]) if 0 < i <= 30 else x for i, x in enumerate(lines))
        ],
    )
    made = r.new("specialister", "identity_number", certificates, "line 3, lopnr")
    r.identity_number(made, certificates)
    made = r.new("st", "missing_file", "planerade_st.csv", "listed, not there")
    (made.folder / "planerade_st.csv").unlink()
