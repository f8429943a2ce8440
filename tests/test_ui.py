"""The UI answers to this machine's name and to its own pages only: asked over the loopback, as browsers ask."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Iterator

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from dagster_project.ui import Webserver


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """A server with what the UI puts around Dagster's."""
    app = Starlette(
        routes=[Route("/", lambda _: PlainTextResponse("in"))],
        middleware=Webserver.build_middleware(Webserver.__new__(Webserver)),
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
