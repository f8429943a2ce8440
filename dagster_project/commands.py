"""`vardflode disclose`, `publish` and `site`: a run of the graph's job, told to a person at a terminal."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
from rich.console import Console

from dagster_project.automation import disclose_job, edition_job, site_job
from dagster_project.disclosure import PUBLISHED, published
from dagster_project.publication import EDITION, edition
from dagster_project.resources import Build
from dagster_project.runs import run_job
from dagster_project.site import SITE, site
from vardflode.common.exit_status import Exit
from vardflode.data_folder import File, Folder
from vardflode.disclosure.windows import windows
from vardflode.publication.edition import load_edition
from vardflode.publication.published import NEXT
from vardflode.publication.run import CANDIDATE, open_editions, released
from vardflode.settings import Settings, SettingsError
from vardflode.site.build import made
from vardflode.site.place import candidate, check_place
from vardflode.warehouse.lock import build_lock, folder_lock

# The part of the graph after the warehouse: the rest takes dbt, and seconds, to load.
_DEFINITIONS = dg.Definitions(
    assets=[published, edition, site],
    jobs=[disclose_job, edition_job, site_job],
    resources={"build": Build()},
)


def run_gate(settings: Settings) -> int:
    """Publish, tell how it went, and return the exit status.

    Raises:
        SettingsError: there is no warehouse, or windows or earlier sets cannot be used.
        BusyError: another program works in the same data folder.
    """
    console = Console(highlight=False, soft_wrap=True)
    try:
        windows(9999, 0, settings.windows)
    except ValueError as error:
        raise SettingsError(f"windows = {settings.windows!r} cannot be used: {error}") from None
    if missing := [str(folder) for folder in settings.earlier if not folder.is_dir()]:
        raise SettingsError(f"earlier: expected folders with published tables, found no {missing[0]}.")
    if not settings.warehouse.is_file():
        raise SettingsError(
            f"data: expected a warehouse in {settings.data}, found none. Next: vardflode build"
        )
    with build_lock(settings.data):
        ran = run_job(settings, _DEFINITIONS, disclose_job.name, work=settings.publishing)
    if ran.failures:
        console.print("[red]Nothing was published.[/red]")
        for failed in ran.failures:
            console.print(failed.message, markup=False)
        return max(failed.exit_status for failed in ran.failures)
    told = ran.told[PUBLISHED.to_user_string()]
    rows, numbers, untold = told["rows"], told["numbers"], told["not told"]
    console.print(f"Published {', '.join(f'{name} {count:,}' for name, count in sorted(rows.items()))}")
    share = 100 * untold / max(numbers, 1)
    console.print(f"Told      {numbers - untold:,} of {numbers:,} numbers ({share:.1f} % are not)")
    if known := told["known from before"]:
        console.print(f"Known     {known:,} small counts are known from what was published before")
    certificate = settings.data / Folder.PUBLISHED / "certificate.json"
    found = f"no {'other ' if known else ''}small count could be worked out"
    console.print(f"Attack    {found}; certificate: {certificate}", markup=False)
    return Exit.OK


def run_publish(settings: Settings, name: str, out: Path) -> int:
    """Make an edition, tell how it went, and return the exit status.

    Raises:
        SettingsError: there are no published tables.
        PublicationError: the edition file cannot be used.
        BusyError: another program works in the same data folder, or publishes in the same folder.
    """
    console = Console(highlight=False, soft_wrap=True)
    load_edition(name)
    # The lock's file: a run that was killed may have left something to put right before there are tables.
    if not any((settings.data / there).exists() for there in (Folder.PUBLISHED, File.LOCK)):
        raise SettingsError(f"data: expected published tables in {settings.data}, found none. {NEXT}")
    open_editions(out)
    with build_lock(settings.data), folder_lock(out):
        config = {"ops": {edition.op.name: {"config": {"out": str(out)}}}}
        assets = [EDITION.to_user_string()]
        ran = run_job(
            settings,
            _DEFINITIONS,
            edition_job.name,
            work=out / CANDIDATE / name,
            assets=assets,
            partition=name,
            config=config,
        )
    if ran.failures:
        for failed in ran.failures:
            error = "" if failed.exit_status == Exit.FAILED else "Error: "
            console.print(f"{error}{failed.message}", markup=False)
        return max(failed.exit_status for failed in ran.failures)
    told = ran.told[EDITION.to_user_string()]
    for line in released(out / name, told["checks"], len(told["warnings"])):
        console.print(line, markup=False)
    return Exit.OK


def run_site(settings: Settings, name: str | None, out: Path) -> int:
    """Make the site, tell how it went, and return the exit status.

    Raises:
        SettingsError: there are no published tables.
        SiteError: something else lies in the folder.
        BusyError: another program works in the same data folder, or on the site.
    """
    console = Console(highlight=False, soft_wrap=True)
    check_place(out)
    if not (settings.data / Folder.PUBLISHED).exists():
        raise SettingsError(f"data: expected published tables in {settings.data}, found none. {NEXT}")
    out.mkdir(parents=True, exist_ok=True)
    with build_lock(settings.data), folder_lock(out):
        config = {"ops": {site.op.name: {"config": {"out": str(out), "edition": name or ""}}}}
        ran = run_job(settings, _DEFINITIONS, site_job.name, work=candidate(out), config=config)
    if ran.failures:
        for failed in ran.failures:
            error = "" if failed.exit_status == Exit.FAILED else "Error: "
            console.print(f"{error}{failed.message}", markup=False)
        return max(failed.exit_status for failed in ran.failures)
    for line in made(ran.told[SITE.to_user_string()]):
        console.print(line, markup=False)
    return Exit.OK
