"""When builds are made: on a new delivery, every year, and for every third year's edition."""

import hashlib
import os

import dagster as dg

from dagster_project.disclosure import PUBLISHED, published
from dagster_project.publication import EDITION, edition, editions
from dagster_project.site import SITE
from vardflode.deliveries.contract import Contract
from vardflode.deliveries.files import MANIFEST, checksum
from vardflode.deliveries.survey import delivery_folders
from vardflode.settings import load_settings

# The first edition's year; the next ones follow every third year.
FIRST_EDITION = 2025
YEARS_BETWEEN_EDITIONS = 3

_published = dg.AssetSelection.assets(PUBLISHED)
_edition = dg.AssetSelection.assets(EDITION)
_site = dg.AssetSelection.assets(SITE)

build_job = dg.define_asset_job(
    "build",
    selection=(dg.AssetSelection.all() | dg.AssetSelection.all_asset_checks())
    - _published
    - _edition
    - _site
    - dg.AssetSelection.checks_for_assets(published, edition),
    executor_def=dg.in_process_executor,
    description="Deliveries in, a checked warehouse out.",
)

disclose_job = dg.define_asset_job(
    "disclose",
    selection=_published,
    executor_def=dg.in_process_executor,
    description="The warehouse in force in, protected tables out.",
)


edition_job = dg.define_asset_job(
    "publish",
    selection=_published | _edition,
    partitions_def=editions,
    executor_def=dg.in_process_executor,
    description="The warehouse in force in, protected by an edition's rules, the edition out.",
)

site_job = dg.define_asset_job(
    "make_site",
    selection=_site,
    executor_def=dg.in_process_executor,
    description="A released edition and the published tables in, pages out.",
)


def new_delivery_sensor(contract: Contract) -> dg.SensorDefinition:
    """Asks for a build when a delivery's `leverans.json` has come, changed or gone."""

    @dg.sensor(
        job=build_job,
        name="new_delivery",
        minimum_interval_seconds=60,
        description="Looks for new deliveries in the raw folder.",
    )
    def new_delivery(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        settings = load_settings()
        digest = hashlib.sha256()
        for register in contract.registers:
            for folder in delivery_folders(settings.raw, register, settings.pin):
                digest.update(os.fsencode(f"{register}/{folder.name}\n"))
                digest.update(checksum(folder / MANIFEST, folder).encode())
        seen = digest.hexdigest()
        if seen == context.cursor:
            return dg.SkipReason("No new delivery.")
        context.update_cursor(seen)
        return dg.RunRequest(run_key=seen)

    return new_delivery


yearly_build = dg.ScheduleDefinition(
    name="yearly_build",
    job=build_job,
    cron_schedule="0 6 1 10 *",
    execution_timezone="Europe/Stockholm",
    description="1 October: the registers' yearly deliveries have come.",
)


@dg.schedule(
    job=edition_job,
    name="triennial_edition",
    cron_schedule="0 6 1 11 *",
    execution_timezone="Europe/Stockholm",
    description="1 November of every third year: the edition of the year, from the warehouse in force.",
)
def triennial_edition(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """The edition of the year, in the years that have one."""
    year = context.scheduled_execution_time.year
    if (year - FIRST_EDITION) % YEARS_BETWEEN_EDITIONS:
        return dg.SkipReason(f"{year} has no edition.")
    if str(year) not in editions.get_partition_keys():
        return dg.SkipReason(f"{year} has no edition file: write editions/{year}.yml.")
    return dg.RunRequest(run_key=f"edition-{year}", partition_key=str(year))
