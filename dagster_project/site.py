"""Asset: the site, of a released edition and the published tables."""

from pathlib import Path

import dagster as dg
from pydantic import Field

from dagster_project.publication import EDITION
from dagster_project.resources import Build
from dagster_project.runs import EXIT_STATUS
from vardflode.common.exit_status import Exit
from vardflode.common.progress import progress
from vardflode.data_folder import Folder
from vardflode.warehouse.lock import folder_lock

SITE = dg.AssetKey(["site"])


class Which(dg.Config):
    """Which edition, and where its site is put."""

    edition: str = Field("", description="Name of a released edition; none: the one released last.")
    out: str = Field("", description="Folder of the site; none: `<data>/site`.")


@dg.asset(
    key=SITE,
    deps=[EDITION],
    group_name="publication",
    kinds={"html"},
    description="`<data>/site/`: pages that need no server. Of an edition and the published tables only.",
)
def site(context: dg.AssetExecutionContext, config: Which, build: Build) -> dg.MaterializeResult:
    """Make the pages and put them in place; those that are as before are not written."""
    from vardflode.publication.errors import PublicationError
    from vardflode.site.build import make_site
    from vardflode.site.errors import SiteError
    from vardflode.site.place import check_place
    from vardflode.site.source import read_source

    settings = build.settings()
    out = Path(config.out) if config.out else settings.data / Folder.SITE
    try:
        check_place(out)
        source = read_source(settings, config.edition or None)
        progress.info("making the site of edition %s", source.manifest["edition"])
        out.mkdir(parents=True, exist_ok=True)
        with folder_lock(out):
            written = make_site(source, out)
    except (SiteError, PublicationError, OSError) as error:
        raise dg.Failure(description=str(error), metadata={EXIT_STATUS: int(Exit.UNUSABLE)}) from None
    return dg.MaterializeResult(
        metadata={
            "folder": str(out),
            "edition": str(source.manifest["edition"]),
            "made up": bool(source.manifest["made_up_persons"]),
            "pages": written.pages,
            "files": written.files,
            "changed": written.changed,
            "bytes": written.size,
        }
    )
