"""What the assets need from outside: the settings, and the data folder for themselves."""

import contextlib
import os
from collections.abc import Iterator

import dagster as dg
from pydantic import PrivateAttr

from vardflode.deliveries.contract import Contract
from vardflode.settings import Settings, load_settings
from vardflode.warehouse.graph import Manifest
from vardflode.warehouse.lock import build_lock
from vardflode.warehouse.record_key import record_key_secret
from vardflode.warehouse.reuse import LaidOut, lay_out


class Build(dg.ConfigurableResource):
    """Holds the data folder's lock for as long as a run works, and knows the settings.

    It is the run's own: one step may leave something in it for another.
    """

    _laid_out: LaidOut | None = PrivateAttr(None)

    @property
    def laid_out(self) -> LaidOut | None:
        """The candidate, if it was laid out before its turn."""
        return self._laid_out

    def lay_out(self, contract: Contract, manifest: Manifest, fingerprint: str) -> None:
        """Lay out the candidate before its turn."""
        self._laid_out = lay_out(self.settings(), contract, manifest, fingerprint)

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
