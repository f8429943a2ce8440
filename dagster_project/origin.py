"""Mark a run made here as the UI's own, so that the UI can run it, or its failed part, again."""

from __future__ import annotations

from dagster import JobDefinition
from dagster._core.definitions.job_base import InMemoryJob
from dagster._core.remote_origin import (
    ManagedGrpcPythonEnvCodeLocationOrigin,
    RemoteJobOrigin,
    RemoteRepositoryOrigin,
)
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin

from dagster_project.ui import MODULE


def origin_of(job: str) -> RemoteJobOrigin:
    """Where the UI finds a job: the code location that `vardflode ui` starts."""
    location = ManagedGrpcPythonEnvCodeLocationOrigin(
        loadable_target_origin=LoadableTargetOrigin(module_name=MODULE), location_name=MODULE
    )
    return RemoteJobOrigin(RemoteRepositoryOrigin(location, "__repository__"), job)


def in_memory_job(job: JobDefinition) -> InMemoryJob:
    """The job as it is in this process."""
    return InMemoryJob(job)
