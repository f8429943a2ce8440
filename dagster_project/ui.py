"""Dagster's UI (`dagster dev`), which answers to this machine's own name and to its own pages only.

A page of somebody else's, open in the same browser, can send requests here: by a host name of its own that
leads to 127.0.0.1, or across sites; and Dagster starts and deletes runs for whoever asks.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from typing import Any

from dagster._cli import dev
from dagster_webserver import app
from dagster_webserver.cli import main as webserver
from dagster_webserver.webserver import DagsterWebserver
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

OWN_NAMES = ("localhost", "127.0.0.1")


class OwnPagesOnly:
    """Refuses what comes by another host name, or from another site's page."""

    def __init__(self, app: ASGIApp) -> None:
        """Around `app`."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer 403."""
        if scope["type"] in ("http", "websocket") and not is_own(Headers(scope=scope)):
            refused = PlainTextResponse("Only for this machine: open http://localhost", status_code=403)
            await refused(scope, receive, send)
        else:
            await self.app(scope, receive, send)


def is_own(headers: Headers) -> bool:
    """Whether a request is for an own name, and from an own page or an address that was typed or followed."""
    host = headers.get("host", "")
    if host.partition(":")[0].lower() not in OWN_NAMES:
        return False
    if headers.get("origin", f"http://{host}") != f"http://{host}":
        return False
    elsewhere = headers.get("sec-fetch-site") in ("cross-site", "same-site")
    return not elsewhere or headers.get("sec-fetch-mode") == "navigate"


class Webserver(DagsterWebserver):
    """Dagster's own, for own pages only."""

    def build_middleware(self) -> list[Middleware]:
        """What every request goes through."""
        return [Middleware(OwnPagesOnly), *super().build_middleware()]


def _start(parts: Sequence[str], **kwargs: Any) -> subprocess.Popen[Any]:
    """As Dagster starts its parts, but for the webserver."""
    ours = ["dagster_project.ui", "webserver"]
    command = [word for name in parts for word in (ours if name == "dagster_webserver" else [name])]
    return _open(command, **kwargs)


_open = dev.open_ipc_subprocess

if __name__ == "__main__":
    if sys.argv[1:2] == ["webserver"]:
        del sys.argv[1]
        app.DagsterWebserver = Webserver  # type: ignore[misc]
        webserver()
    else:
        dev.open_ipc_subprocess = _start
        dev.dev_command()
