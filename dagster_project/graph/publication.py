"""Asset: an edition, one partition a edition file."""

from collections.abc import Iterator

import dagster as dg

from dagster_project.graph.disclosure import PUBLISHED
from dagster_project.graph.resources import Build
from dagster_project.progress import progress
from dagster_project.publication.edition import EDITIONS

EDITION = dg.AssetKey(["edition"])
CHECK = "screening_found_no_error"
editions = dg.StaticPartitionsDefinition(sorted(path.stem for path in EDITIONS.glob("*.yml")))


@dg.asset(
    key=EDITION,
    deps=[PUBLISHED],
    partitions_def=editions,
    group_name="publication",
    kinds={"typst", "excel"},
    check_specs=[
        dg.AssetCheckSpec(
            CHECK,
            asset=EDITION,
            description="Every check of the emitted files, the attack on them among these.",
        )
    ],
    description="`<data>/editions/<edition>/`: report, files, changes, provenance. Of published tables only.",
)
def edition(
    context: dg.AssetExecutionContext, build: Build
) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
    """Make the edition, screen it, release it."""
    from dagster_project.publication.errors import PublicationError
    from dagster_project.publication.run import NotReleasedError, make_edition

    settings, name = build.settings(), context.partition_key
    progress.info("making the edition %s", name)
    try:
        screened = make_edition(settings, name, settings.editions)
    except NotReleasedError as error:
        yield dg.AssetCheckResult(passed=False, check_name=CHECK, metadata={"found": str(error)})
        raise dg.Failure(description=str(error)) from None
    except PublicationError as error:
        raise dg.Failure(description=str(error)) from None
    found = {s.check.name: "; ".join(s.findings) for s in screened if s.findings}
    yield dg.MaterializeResult(
        metadata={"folder": str(settings.editions / name), "checks": len(screened), "warnings": found},
        check_results=[dg.AssetCheckResult(passed=True, check_name=CHECK)],
    )
