"""A job of the graph run in this process, with a record of it: the UI shows the run as one of its own."""

from __future__ import annotations

import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dagster_project.instance import STARTED_BY, end_dead_runs, instance_folder, prune_runs
from vardflode.common.disk import full_disk, is_full, room, says_full
from vardflode.common.exit_status import Exit
from vardflode.common.kept import discard
from vardflode.settings import Settings

if TYPE_CHECKING:
    import dagster as dg

# In the metadata of a step's failure: what the command ends with, if not with `Exit.FAILED`.
EXIT_STATUS = "exit status"
_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@dataclass(frozen=True)
class Failed:
    """A step that failed: its name, the message for a person, and what the command ends with."""

    step: str
    message: str
    exit_status: int


@dataclass(frozen=True)
class Ran:
    """What a run left: the failures (none if all went well), and what was told of each asset it made."""

    failures: Sequence[Failed]
    told: Mapping[str, Mapping[str, Any]]
    met_full_disk: bool = False


def run_job(settings: Settings, definitions: dg.Definitions, job: str, *, work: Path, **options: Any) -> Ran:
    """Run a job here and now. The caller holds the data folder.

    A full disk is called what it is, whatever met it, and leaves nothing half-written.

    Args:
        settings: where the log of runs lies.
        definitions: in which the job is, as the UI has it.
        job: its name.
        work: the folder in which it makes what it puts in place when that is whole.
        options: of `_run`.
    """
    try:
        ran = _run(settings, definitions, job, **options)
    except Exception as error:  # the log of the run may have no room either
        if not is_full(error, settings.data):
            raise
        ran = Ran([Failed(job, "".join(traceback.format_exception(error)), Exit.FAILED)], {})
    if not any(
        says_full(failed.message, folder) for failed in ran.failures for folder in (settings.data, work)
    ):
        return ran
    message = full_disk(min((settings.data, work), key=room))  # before there is room again
    discard(work)
    return Ran([Failed(job, message, Exit.FAILED)], {}, met_full_disk=True)


def _run(
    settings: Settings,
    definitions: dg.Definitions,
    job: str,
    *,
    assets: Sequence[str] = (),
    partition: str | None = None,
    config: Mapping[str, Any] | None = None,
) -> Ran:
    """Run a job, or a part of it.

    Args:
        settings: where the log of runs lies.
        definitions: in which the job is.
        job: its name.
        assets: the keys of a part of it; none: all of it.
        partition: which one is made.
        config: of its steps.
    """
    import dagster as dg

    from dagster_project.internals import recorded_run

    home = instance_folder(settings)
    with dg.DagsterInstance.from_config(str(home)) as instance:
        end_dead_runs(instance)
        result = recorded_run(
            instance,
            definitions.resolve_job_def(job),
            run_config={**_QUIET, **(config or {})},
            asset_selection=frozenset(map(dg.AssetKey.from_user_string, assets)) or None,
            tags=STARTED_BY | ({"dagster/partition": partition} if partition else {}),
        )
        prune_runs(instance, home)
        failures = [_failed(event) for event in result.all_events if event.is_step_failure]
        if not (result.success or failures):  # before any step began
            failures = [
                Failed(job, event.message or "", Exit.FAILED)
                for event in result.all_events
                if event.is_failure
            ]
        made = [
            event.step_materialization_data.materialization
            for event in result.all_events
            if event.is_step_materialization
        ]
        told = {
            made_.asset_key.to_user_string(): {name: value.value for name, value in made_.metadata.items()}
            for made_ in made
        }
        return Ran(failures, told)


def _failed(event: Any) -> Failed:
    data = event.step_failure_data
    told = data.user_failure_data
    if told and told.description:
        status = told.metadata.get(EXIT_STATUS)
        return Failed(event.step_key, told.description, int(status.value) if status else Exit.FAILED)
    error = data.error
    while error is not None and error.cause is not None:
        error = error.cause
    return Failed(event.step_key, error.message.strip() if error else "unknown error", Exit.FAILED)
