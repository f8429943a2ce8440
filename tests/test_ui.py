"""The UI answers to this machine's name and to its own pages only, asked over the loopback as browsers ask; and its
processes end together.
"""

from __future__ import annotations

import http.client
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from dagster_project.ui import own_webserver, serve
from vardflode.common.exit_status import Exit


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """A server with what the UI puts around Dagster's."""
    webserver = own_webserver()
    app = Starlette(
        routes=[Route("/", lambda _: PlainTextResponse("in"))],
        middleware=webserver.build_middleware(webserver.__new__(webserver)),
    )
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical"))
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        server.should_exit = True
        thread.join()


CROSS = {"Sec-Fetch-Site": "cross-site"}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Host": "localhost:{port}", "Origin": "http://localhost:{port}"}, 200),
        (CROSS | {"Sec-Fetch-Mode": "navigate"}, 200),
        ({"Host": "evil.example:{port}"}, 403),
        ({"Host": "localhost.evil.example"}, 403),
        ({"Host": ""}, 403),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://localhost:1"}, 403),
        (CROSS | {"Sec-Fetch-Mode": "no-cors"}, 403),
    ],
)
def test_who_is_answered(port: int, headers: dict[str, str], status: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", "/", headers={n: value.format(port=port) for n, value in headers.items()})
    assert connection.getresponse().status == status
    connection.close()


def test_a_port_that_is_taken(port: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert serve(port) == Exit.UNUSABLE
    assert capsys.readouterr().err == f"Error: port {port} is taken. Choose another one with --port.\n"


# Two processes, the first with a child of its own; the second ends when that is there, where it is asked to.
TOGETHER = """
import sys, time
from dagster_project.ui import Together

CHILD = "import os, pathlib; os.write(1, b'1' + bytes([10])); pathlib.Path('there').touch(); input()"
FIRST = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {CHILD!r}])"
SECOND = \"""
import os, sys, time
from pathlib import Path
os.write(1, b"2" + bytes([10]))  # a line in one piece, whoever else writes
while sys.argv[1] == "stays" or not Path("there").exists():
    time.sleep(0.05)
\"""
with Together() as parts:
    parts.start([sys.executable, "-c", FIRST])
    parts.start([sys.executable, "-c", SECOND, sys.argv[1]])
    while parts.work():
        time.sleep(0.05)
print("stopped" if parts.were_stopped else "ended", flush=True)
"""


@pytest.mark.parametrize(
    "ending", [signal.SIGINT, signal.SIGTERM, None], ids=["Ctrl-C", "SIGTERM", "by itself"]
)
def test_processes_end_together(tmp_path: Path, ending: signal.Signals | None) -> None:
    """When the first is told alone, and when one of them ends."""
    (tmp_path / "together.py").write_text(TOGETHER)
    waiting, silent = socket.socketpair()
    with waiting, silent:  # what the child waits for never comes, as long as both ends are open
        process = subprocess.Popen(
            [sys.executable, tmp_path / "together.py", "stays" if ending else "ends"],
            cwd=tmp_path,
            stdin=waiting,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        assert {process.stdout.readline(), process.stdout.readline()} == {"1\n", "2\n"}
        if ending:
            process.send_signal(ending)
        # The pipe is closed when the last of them has ended.
        assert process.communicate()[0] == ("stopped\n" if ending else "ended\n")
