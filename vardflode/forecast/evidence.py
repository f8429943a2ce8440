"""What the warehouse knows, and what of it could be known in the year that a forecast starts from."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import duckdb
import polars as pl

# Models and code lists that a forecast is made of: they have one name each in the warehouse.
RELATIONS = {
    "intermediate": (
        "int_forecast_years",
        "int_forecast_stock_counts",
        "int_forecast_workers",
        "int_forecast_beginners",
        "int_forecast_entries",
        "int_forecast_newcomers",
        "int_planned_beginners",
        "int_base_gap",
        "int_care_index",
        "int_forecast_groups",
    ),
    "kodverk": ("examina", "larosaten", "kommuner", "tjanstgoringsgrad", "vardomraden"),
}


@dataclass(frozen=True)
class Evidence:
    """Counts of persons and code lists, as `dbt/models/intermediate/forecast` describes them."""

    groups: pl.DataFrame  # group_code, profession_code, degree_code, is_profession
    years: pl.DataFrame  # year, employment_observed, next_observed
    stock: pl.DataFrame
    workers: pl.DataFrame
    beginners: pl.DataFrame
    entries: pl.DataFrame
    newcomers: pl.DataFrame
    plans: pl.DataFrame
    base_gap: pl.DataFrame
    care_index: pl.DataFrame
    terms: dict[str, int]  # degree -> nominal terms
    home_regions: dict[str, str]  # institution -> health-care region of its place
    working_time: dict[tuple[str, str], float]  # profession, sex -> full-time posts a person
    care_areas: dict[tuple[str, str], str]  # profession, sector -> care area

    @classmethod
    def of(cls, relation: Callable[[str], Any]) -> Evidence:
        """Read it.

        Args:
            relation: a DuckDB relation of a name in `RELATIONS`.
        """
        table = {name: relation(name).pl() for names in RELATIONS.values() for name in names}
        regions = dict(table["kommuner"].select("kommun", "sjukvardsregion").iter_rows())
        places = table["larosaten"].select("larosate", "studieort_kommun").iter_rows()
        return cls(
            groups=table["int_forecast_groups"].sort("group_code"),
            years=table["int_forecast_years"].sort("year"),
            stock=table["int_forecast_stock_counts"],
            workers=table["int_forecast_workers"],
            beginners=table["int_forecast_beginners"],
            entries=table["int_forecast_entries"],
            newcomers=table["int_forecast_newcomers"],
            plans=table["int_planned_beginners"],
            base_gap=table["int_base_gap"],
            care_index=table["int_care_index"],
            terms=dict(table["examina"].select("examenskod", "nominella_terminer").iter_rows()),
            home_regions={institution: regions[place] for institution, place in places},
            working_time={
                (profession, sex): posts
                for profession, sex, posts in table["tjanstgoringsgrad"]
                .select("yrkeskod", "kon", "andel")
                .iter_rows()
            },
            care_areas={
                (profession, sector): area
                for profession, sector, area in table["vardomraden"]
                .select("yrkeskod", "sektor", "vardomrade")
                .iter_rows()
            },
        )

    @classmethod
    def read(cls, con: duckdb.DuckDBPyConnection) -> Evidence:
        """What a warehouse knows.

        Raises:
            duckdb.CatalogException: it is of before there were forecasts.
        """
        schemas = {name: schema for schema, names in RELATIONS.items() for name in names}
        return cls.of(lambda name: con.sql(f"from {schemas[name]}.{name}"))

    @property
    def codes(self) -> list[str]:
        """The groups, in order."""
        return self.groups["group_code"].to_list()

    @property
    def last_year(self) -> int | None:
        """The last year of the flow, if residence of it is delivered."""
        return self.years["year"].max()  # type: ignore[return-value]

    @property
    def seed(self) -> int:
        """A number that is the same for the same deliveries."""
        rows = self.stock.sort(pl.all()).write_csv() + self.beginners.sort(pl.all()).write_csv()
        return int.from_bytes(hashlib.sha256(rows.encode()).digest()[:8], "big")

    def until(self, origin: int) -> Evidence:
        """What had been seen at the end of a year: nothing after it. Plans are of today only."""
        return replace(
            self,
            years=self.years.filter(pl.col("year") <= origin).with_columns(
                next_observed=pl.col("next_observed") & (pl.col("year") < origin)
            ),
            beginners=self.beginners.filter(pl.col("cohort_year") <= origin),
            plans=self.plans if origin == self.last_year else self.plans.clear(),
        )
