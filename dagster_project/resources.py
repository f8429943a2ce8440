"""What the assets need from outside: the settings, and the data folder for themselves."""

import contextlib
import os
from collections.abc import Iterator

import dagster as dg

from vardflode.settings import Settings, load_settings
from vardflode.warehouse.lock import build_lock
from vardflode.warehouse.record_key import record_key_secret


class Build(dg.ConfigurableResource):
    """Holds the data folder's lock for as long as a run works, and knows the settings."""

    def settings(self) -> Settings:
        """The settings of this process."""
        return load_settings()

    @contextlib.contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["Build"]:
        """Take the lock; nobody but the owner may read what is written while it is held."""
        os.umask(0o077)
        with build_lock(self.settings().data):
            record_key_secret(self.settings().record_key_secret)  # decides the keys from the first build on
            yield self
