"""General practice, year by year: graduates, those in training, specialists, inhabitants to each of them."""

from __future__ import annotations

import duckdb
import polars as pl

from vardflode.forecast.dimensions import NATION
from vardflode.forecast.rates import GENERAL_PRACTICE
from vardflode.forecast.scenarios import REFERENCE

# Years before the last one that are told.
BACK = 5
COLUMNS = ("graduates", "in_training", "new_specialists", "specialists", "in_profession", "per_specialist")


def overview(
    con: duckdb.DuckDBPyConnection, forecast: pl.DataFrame, flows: pl.DataFrame, area: str
) -> pl.DataFrame:
    """What the council's commission asks about general practice, of an area, as now.

    Args:
        con: the warehouse.
        forecast, flows: as `marts.forecast` and `marts.forecast_flows`.
        area: a health-care region, or the nation.

    Returns:
        A row a year with `COLUMNS`: physicians who graduate (in the region of their institution; observed,
        and forecast three years ahead), those in training at the end of the year (observed only), new
        specialists through training (forecast only), specialists who live in the area, those of them who
        work as physicians, and inhabitants to each of the latter.
    """
    of = pl.col("group_code") == GENERAL_PRACTICE, pl.col("scenario") == REFERENCE, pl.col("area") == area
    told = forecast.filter(*of).select("year", "observed", specialists="stock", in_profession="supply")
    new = flows.filter(*of, pl.col("flow") == "new_education").select("year", new_specialists="persons")
    first = told.filter("observed")["year"].max() - BACK  # type: ignore[operator]
    for other in (_graduates(con, area), _in_training(con, area), new, inhabitants(con, area)):
        told = told.join(other.with_columns(pl.col("year").cast(pl.Int32)), on="year", how="left")
    some = pl.when(pl.col("in_profession") > 0).then(pl.col("in_profession"))
    told = told.with_columns(per_specialist=pl.col("population") / some)
    return told.filter(pl.col("year") >= first).sort("year").select("year", *COLUMNS)


def inhabitants(con: duckdb.DuckDBPyConnection, area: str) -> pl.DataFrame:
    """Inhabitants (`population`) by year, as they were and as projected."""
    return con.execute(
        "select year, sum(population)::double as population from intermediate.int_population_by_region "
        "where ? in (area, ?) group by year order by year",
        [area, NATION],
    ).pl()


def _in_training(con: duckdb.DuckDBPyConnection, area: str) -> pl.DataFrame:
    """Physicians in specialist training for general practice by year, as `marts.st_training` has it."""
    return con.execute(
        "select year, in_training::double as in_training from marts.st_training "
        "where specialty = 'allmanmedicin' and level in ('nation', 'health_region') and area = ?",
        [area],
    ).pl()


def _graduates(con: duckdb.DuckDBPyConnection, area: str) -> pl.DataFrame:
    """Physicians' degrees by year: of the beginners that are seen, and of `marts.graduate_forecast`."""
    return con.execute(
        """
        with places as (
            select larosate as institution, sjukvardsregion as area
            from kodverk.larosaten
            inner join kodverk.kommuner on larosaten.studieort_kommun = kommuner.kommun
        ),
        degrees as (
            select institution, degree_year as year, beginners as graduates
            from intermediate.int_degree_beginners
            where degree_code = 'LA' and degree_year <= (select last_year from delivered.reference)
            union all
            select institution, year, expected
            from marts.graduate_forecast
            where degree_code = 'LA' and institution != 'total'
        )
        select year, sum(graduates order by institution)::double as graduates
        from degrees
        inner join places using (institution)
        where $area in (area, $nation)
        group by year
        order by year
        """,
        {"area": area, "nation": NATION},
    ).pl()
