"""Asset: what may leave the house, made from the warehouse in force and attacked before it is published."""

from collections.abc import Iterator
from dataclasses import replace

import dagster as dg

from dagster_project.graph.resources import Build
from dagster_project.progress import progress
from dagster_project.publication.edition import load_edition
from dagster_project.settings import Settings

PUBLISHED = dg.AssetKey(["published"])
CHECK = "attack_found_no_hole"


def edition_settings(settings: Settings, name: str) -> Settings:
    """The settings with an edition's rules of disclosure."""
    edition = load_edition(name)
    return replace(
        settings,
        windows=edition.windows,
        method=edition.method,
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
            description="No hidden count can be worked out of the published files to within less than 4.",
        )
    ],
    description="`<data>/published/` and `<data>/published.duckdb`: open. No person, no hidden figure.",
)
def published(
    context: dg.AssetExecutionContext, build: Build
) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
    """Choose what is hidden, write the files, attack them, take them into force."""
    # Here, so that builds, which do not publish, need not wait for the solver to be imported.
    from dagster_project.disclosure.gate import HoleError, NotPublishedError, publish

    settings = build.settings()
    if context.has_partition_key:  # for an edition, by its rules
        settings = edition_settings(settings, context.partition_key)
    progress.info("protecting what may be published")
    try:
        result = publish(settings)
    except HoleError as error:
        yield dg.AssetCheckResult(passed=False, check_name=CHECK, metadata={"holes": str(error)})
        raise dg.Failure(description=str(error)) from None
    except NotPublishedError as error:
        raise dg.Failure(description=str(error)) from None
    hidden = {
        "for their own sake": result.own,
        "to protect them": result.others,
        "rows left out": result.left_out,
    }
    yield dg.MaterializeResult(
        metadata={"rows": dict(result.rows), "numbers": result.numbers, "hidden": hidden},
        check_results=[
            dg.AssetCheckResult(passed=True, check_name=CHECK, metadata={"narrowest": result.narrowest})
        ],
    )
