"""Dagster's UI, which answers to this machine's own name and to its own pages only.

A page of somebody else's, open in the same browser, can send requests here: by a host name of its own that
leads to 127.0.0.1, or across sites; and Dagster starts and deletes runs for whoever asks.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from vardflode.common.exit_status import Exit

if TYPE_CHECKING:
    from dagster_webserver.webserver import DagsterWebserver

MODULE = "dagster_project.definitions"
WEBSERVER = "dagster-webserver"
# Seconds between looks at the processes, and until those that were asked to end are ended.
LOOK_EVERY, PATIENCE = 0.5, 10
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


def own_webserver() -> type[DagsterWebserver]:
    """Dagster's webserver, for own pages only."""
    from dagster_webserver.webserver import DagsterWebserver

    class Webserver(DagsterWebserver):
        def build_middleware(self) -> list[Middleware]:
            return [Middleware(OwnPagesOnly), *super().build_middleware()]

    return Webserver


def serve(port: int) -> int:
    """Start Dagster's webserver, its daemon and the server of our code; the exit status when they have ended.

    What `dagster dev` starts, by its public commands: the code is loaded once, for both.
    """
    if not _is_free(port):
        print(f"Error: port {port} is taken. Choose another one with --port.", file=sys.stderr)
        return Exit.UNUSABLE
    with tempfile.TemporaryDirectory(prefix="vardflode-") as folder:
        socket_, workspace = Path(folder, "code.sock"), Path(folder, "workspace.yaml")
        server = {"host": "localhost", "socket": str(socket_), "location_name": MODULE}
        workspace.write_text(json.dumps({"load_from": [{"grpc_server": server}]}), encoding="utf-8")
        code = ["dagster", "code-server", "start", "-m", MODULE, "-s", socket_, "--log-level", "warning"]
        daemon = ["dagster-daemon", "run", "-w", workspace, "--log-level", "warning"]
        web = [WEBSERVER, "-h", OWN_NAMES[1], "-p", port, "-w", workspace, "--dagster-log-level", "warning"]
        with Together() as parts:
            parts.start(_part(code))
            while not socket_.exists() and parts.work():
                time.sleep(LOOK_EVERY)
            parts.start(_part(web))
            parts.start(_part(daemon))
            while parts.work():
                time.sleep(LOOK_EVERY)
    return Exit.OK if parts.were_stopped else Exit.FAILED


class Together:
    """Processes that end together: when one of them does, and on Ctrl-C and SIGTERM.

    They are a group of their own. Ctrl-C in a terminal is told to this process alone, which ends them.
    """

    def __init__(self) -> None:
        """Without any process yet."""
        self._processes: list[subprocess.Popen[bytes]] = []
        self.were_stopped = False

    def __enter__(self) -> Together:
        """From now on signals stop them."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)
        return self

    def __exit__(self, *_: object) -> None:
        """End them, and what they started."""
        for number, patience in ((signal.SIGTERM, PATIENCE), (signal.SIGKILL, None)):
            if self._processes:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self._processes[0].pid, number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                for process in self._processes:
                    process.wait(patience)

    def start(self, command: Sequence[str]) -> None:
        """Start a command, unless they have been stopped."""
        if not self.were_stopped:
            group = self._processes[0].pid if self._processes else 0
            self._processes.append(subprocess.Popen(command, process_group=group))

    def work(self) -> bool:
        """Whether all of them do."""
        return not self.were_stopped and all(process.poll() is None for process in self._processes)

    def _stop(self, *_: object) -> None:
        self.were_stopped = True


def _part(words: Sequence[object]) -> list[str]:
    return [sys.executable, "-m", "dagster_project.ui", *map(str, words)]


def _is_free(port: int) -> bool:
    with socket.socket() as ours:
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            ours.bind((OWN_NAMES[1], port))
        except OSError:
            return False
    return True


def run_part(command: str, *arguments: str) -> None:
    """Be a command of Dagster's, and end with the process that started it, however that ends."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(LOOK_EVERY)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()
    if command == WEBSERVER:
        from dagster_webserver import app

        app.DagsterWebserver = own_webserver()  # type: ignore[misc]
    (entry,) = entry_points(group="console_scripts", name=command)
    sys.argv = [command, *arguments]
    entry.load()()


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        sys.exit(serve(int(sys.argv[2])))
    run_part(*sys.argv[1:])
