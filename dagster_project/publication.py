"""Asset: an edition, one partition a edition file."""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
from pydantic import Field

from dagster_project.disclosure import PUBLISHED
from dagster_project.resources import Build
from dagster_project.runs import EXIT_STATUS
from vardflode.common.exit_status import Exit
from vardflode.common.progress import progress
from vardflode.publication.edition import EDITIONS
from vardflode.warehouse.lock import folder_lock

EDITION = dg.AssetKey(["edition"])
CHECK = "screening_found_no_error"
editions = dg.StaticPartitionsDefinition(sorted(path.stem for path in EDITIONS.glob("*.yml")))


class Where(dg.Config):
    """Where the edition is released."""

    out: str = Field("", description="Folder of editions beside each other; none: `<data>/editions`.")


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
    context: dg.AssetExecutionContext, config: Where, build: Build
) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
    """Make the edition, screen it, release it."""
    from vardflode.publication.errors import PublicationError
    from vardflode.publication.run import NotReleasedError, make_edition, open_editions

    settings, name = build.settings(), context.partition_key
    out = Path(config.out) if config.out else settings.editions
    progress.info("making the edition %s", name)
    try:
        open_editions(out)
        with folder_lock(out):
            screened = make_edition(settings, name, out)
    except NotReleasedError as error:
        yield dg.AssetCheckResult(passed=False, check_name=CHECK, metadata={"found": str(error)})
        raise dg.Failure(description=str(error)) from None
    except (PublicationError, OSError) as error:
        raise dg.Failure(description=str(error), metadata={EXIT_STATUS: int(Exit.UNUSABLE)}) from None
    found = {s.check.name: "; ".join(s.findings) for s in screened if s.findings}
    yield dg.MaterializeResult(
        metadata={"folder": str(out / name), "checks": len(screened), "warnings": found},
        check_results=[dg.AssetCheckResult(passed=True, check_name=CHECK)],
    )
