"""Asset: what may leave the house, made from the warehouse in force and attacked before it is published."""

from collections.abc import Iterator
from dataclasses import replace

import dagster as dg

from dagster_project.resources import Build
from vardflode.common.progress import progress
from vardflode.publication.edition import load_edition
from vardflode.settings import Settings

PUBLISHED = dg.AssetKey(["published"])
CHECK = "attack_found_no_hole"


def edition_settings(settings: Settings, name: str) -> Settings:
    """The settings with an edition's rules of disclosure."""
    edition = load_edition(name)
    return replace(
        settings,
        windows=edition.windows,
        threshold=edition.threshold,
        publisher=edition.publisher,
    )


@dg.asset(
    key=PUBLISHED,
    deps=[dg.AssetKey(["warehouse"])],
    group_name="disclosure",
    kinds={"duckdb", "parquet"},
    check_specs=[
        dg.AssetCheckSpec(
            CHECK,
            asset=PUBLISHED,
            description="No count of 1-4 can be worked out of the published files to within less than 4.",
        )
    ],
    description="`<data>/published/` and `<data>/published.duckdb`: open. Every count with a little noise.",
)
def published(
    context: dg.AssetExecutionContext, build: Build
) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
    """Tell every count with noise, attack that, write the files, take them into force."""
    # Here, so that builds, which do not publish, need not wait for the solver to be imported.
    from vardflode.disclosure.gate import NotPublishedError, publish

    settings = build.settings()
    if context.has_partition_key:  # for an edition, by its rules
        settings = edition_settings(settings, context.partition_key)
    progress.info("protecting what may be published")
    try:
        result = publish(settings)
    except NotPublishedError as error:
        raise dg.Failure(description=str(error)) from None
    proved = {"narrowest": result.proved.narrowest, "known from before": len(result.proved.holes)}
    yield dg.MaterializeResult(
        metadata={"rows": dict(result.rows), "numbers": result.numbers, "not told": result.untold, **proved},
        check_results=[
            dg.AssetCheckResult(passed=not result.proved.holes, check_name=CHECK, metadata=proved)
        ],
    )
